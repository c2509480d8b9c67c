package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.h26x.AnnexB;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.formats.h26x.NalUnits;
import io.headend.formats.h26x.Sps;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AVC or HEVC in any framing, given as NAL units with 4-byte lengths and an {@code avcC} or {@code hvcC} record.
 *
 * <p>A byte stream brings its parameter sets with the key pictures: the track is described by the first that has them all, and
 * again by each that has others. Samples before that cannot be decoded and are dropped.
 */
final class NalTrack extends CanonicalTrack {

    private static final Logger log = LoggerFactory.getLogger(NalTrack.class);

    /** Length fields of the samples; 0 for start codes. */
    private final int lengthSize;

    private final boolean avc;

    NalTrack(Track track) {
        super(track);
        this.avc = track.format().codec().codec() == Codec.AVC;
        this.lengthSize = lengthSize(track.format().codec().record());
    }

    private int lengthSize(ByteBuffer record) {
        int place = avc ? 4 : 21;
        if (record.remaining() <= place || AnnexB.isAnnexB(record)) {
            return 0;
        }
        int size = (record.get(place) & 3) + 1;
        return size == 3 ? 0 : size;
    }

    @Override
    void start(StreamSink sink) {
        ByteBuffer record = track.format().codec().record();
        if (!record.hasRemaining()) {
            return;
        }
        Track now;
        try {
            now = describedBy(record, true);
        } catch (MediaException e) {
            log.debug("{}: the container's configuration is unusable, waiting for a key picture", track.name(), e);
            return;
        }
        describe(now, sink);
    }

    @Override
    void accept(Sample sample, StreamSink sink) {
        ByteBuffer converted = null;
        Track now = null;
        try {
            if (lengthSize == 0) {
                converted = AnnexB.toLengthPrefixed(sample.data());
            } else if (lengthSize != NalUnits.LENGTH_SIZE) {
                converted = NalUnits.toFourByteLengths(sample.data(), lengthSize);
            }
            ByteBuffer framed = converted == null ? sample.data() : converted;
            if ((lengthSize == 0 || !described()) && hasParameterSets(framed)) {
                now = describedBy(framed, false);
            }
        } catch (MediaException e) {
            // With a configuration in hand a decoder makes more of a damaged picture than nothing.
            if (converted == null && lengthSize != NalUnits.LENGTH_SIZE) {
                drop(sample);
                return;
            }
        }
        if (now != null) {
            try {
                describe(now, sink);
            } catch (RuntimeException e) {
                sample.close();
                throw e;
            }
        }
        if (!described()) {
            drop(sample);
        } else if (converted == null) {
            sink.accept(sample);
        } else {
            replace(sample, converted, sink);
        }
    }

    private boolean hasParameterSets(ByteBuffer sample) {
        for (NalUnits units = NalUnits.of(sample); units.next(); ) {
            int type = avc ? units.header() & 0x1F : units.header() >> 1 & 0x3F;
            if (type == (avc ? 7 : 33)) {
                return true;
            }
        }
        return false;
    }

    private Track describedBy(ByteBuffer bytes, boolean extradata) {
        ByteBuffer record;
        Sps sps;
        if (avc) {
            AvcDecoderConfigurationRecord avcC = (extradata
                            ? AvcDecoderConfigurationRecord.ofExtradata(bytes)
                            : AvcDecoderConfigurationRecord.ofSample(bytes))
                    .withFourByteLengths();
            record = avcC.toByteBuffer();
            sps = avcC.sps();
        } else {
            HevcDecoderConfigurationRecord hvcC = (extradata
                            ? HevcDecoderConfigurationRecord.ofExtradata(bytes)
                            : HevcDecoderConfigurationRecord.ofSample(bytes))
                    .withFourByteLengths();
            record = hvcC.toByteBuffer();
            sps = hvcC.sps();
        }
        CodecConfig config = track.format().codec().withRecord(record);
        return track.withFormat(format(config, sps));
    }

    private VideoFormat format(CodecConfig config, Sps sps) {
        VideoFormat said = (VideoFormat) track.format();
        PictureSize size = described() ? sps.size() : said.size();
        return new VideoFormat(
                config,
                size,
                said.sampleAspectRatio(),
                said.frameRate(),
                said.pixelFormat(),
                said.color(),
                said.rotation());
    }
}
