package io.headend.formats;

import io.headend.core.AudioFormat;
import io.headend.core.CodecConfig;
import io.headend.core.CodecString;
import io.headend.core.MediaException;
import io.headend.core.TrackFormat;
import io.headend.core.VideoFormat;
import io.headend.formats.aac.AudioSpecificConfig;
import io.headend.formats.av1.Av1ConfigurationRecord;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.formats.isobmff.ParameterSetPlace;
import io.headend.formats.vp9.VpConfigurationRecord;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Derives the RFC 6381 entry of a coding from its configuration. */
public final class CodecStrings {

    private CodecStrings() {}

    /**
     * The entry: {@code avc1} and {@code hvc1} where the configuration record has parameter sets, {@code avc3} and {@code hev1} where the
     * samples alone do.
     *
     * @throws MediaException {@code MALFORMED} if the configuration record is missing or broken, {@code UNSUPPORTED} for
     *     a coding that has no entry
     */
    public static CodecString of(TrackFormat format) {
        CodecConfig config = format.codec();
        return new CodecString(
                switch (config.codec()) {
                    case AVC ->
                        ParameterSetPlace.of(config).inSamples()
                                ? avc3(config.record())
                                : AvcDecoderConfigurationRecord.parse(config.record())
                                        .codecString()
                                        .value();
                    case HEVC ->
                        HevcDecoderConfigurationRecord.parse(config.record())
                                .codecString(ParameterSetPlace.of(config).sampleEntry())
                                .value();
                    case AV1 -> Av1ConfigurationRecord.of(config.record()).codecString();
                    case VP9 -> VpConfigurationRecord.of((VideoFormat) format).codecString();
                    case AAC -> aac((AudioFormat) format);
                    case MP3 -> "mp4a.40.34";
                    case AC3 -> "ac-3";
                    case EAC3 -> "ec-3";
                    case OPUS -> "opus";
                    case FLAC -> "flac";
                    case WEBVTT -> "wvtt";
                    case IMSC1 -> "stpp.ttml.im1t";
                    default -> throw MediaException.unsupported("there is no RFC 6381 entry for " + config.name());
                });
    }

    private static String avc3(ByteBuffer record) {
        return String.format(Locale.ROOT, "avc3.%06X", record.getInt(0) & 0xFFFFFF);
    }

    private static String aac(AudioFormat format) {
        ByteBuffer record = format.codec().record();
        if (!record.hasRemaining()) {
            return "mp4a.40.2";
        }
        return "mp4a.40." + AudioSpecificConfig.parse(record).signalledObjectType();
    }
}
