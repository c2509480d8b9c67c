package io.headend.transcode;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.TrackFormat;
import io.headend.formats.av1.Av1ConfigurationRecord;
import io.headend.formats.h26x.AnnexB;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import java.nio.ByteBuffer;

/** Brings the configuration that an encoder gives into the form that the stream carries. */
final class CanonicalFormat {

    private CanonicalFormat() {}

    static TrackFormat of(TrackFormat encoded) {
        CodecConfig config = encoded.codec();
        if (config.codec() == Codec.AVC) {
            return encoded.withCodec(config.withRecord(AvcDecoderConfigurationRecord.ofExtradata(config.record())
                    .withFourByteLengths()
                    .toByteBuffer()));
        }
        if (config.codec() == Codec.HEVC) {
            return encoded.withCodec(config.withRecord(hevc(config.record()).toByteBuffer()));
        }
        if (config.codec() == Codec.AV1) {
            return encoded.withCodec(
                    config.withRecord(Av1ConfigurationRecord.of(config.record()).toBytes()));
        }
        return encoded;
    }

    // x265 writes its parameter sets as it writes its samples: each behind its length, of which the first byte is 0.
    private static HevcDecoderConfigurationRecord hevc(ByteBuffer extradata) {
        boolean lengths =
                extradata.remaining() > 4 && extradata.get(extradata.position()) == 0 && !AnnexB.isAnnexB(extradata);
        return lengths
                ? HevcDecoderConfigurationRecord.ofSample(extradata)
                : HevcDecoderConfigurationRecord.ofExtradata(extradata).withFourByteLengths();
    }
}
