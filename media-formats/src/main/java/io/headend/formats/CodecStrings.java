package io.headend.formats;

import io.headend.core.AudioFormat;
import io.headend.core.CodecConfig;
import io.headend.core.CodecString;
import io.headend.core.MediaException;
import io.headend.core.TrackFormat;
import io.headend.core.VideoFormat;
import io.headend.formats.aac.AudioSpecificConfig;
import io.headend.formats.av1.Av1ConfigurationRecord;
import io.headend.formats.vp9.VpConfigurationRecord;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Derives the RFC 6381 entry of a coding from its configuration. */
public final class CodecStrings {

    private CodecStrings() {}

    /**
     * The entry for samples that carry their parameter sets out of band ({@code avc1}, {@code hvc1}).
     *
     * @throws MediaException {@code MALFORMED} if the configuration record is missing or broken, {@code UNSUPPORTED} for
     *     a coding that has no entry
     */
    public static CodecString of(TrackFormat format) {
        CodecConfig config = format.codec();
        return new CodecString(
                switch (config.codec()) {
                    case AVC -> avc(config.record());
                    case HEVC -> hevc(config.record());
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

    /** ISO/IEC 14496-15, Annex E.2: profile, constraint flags and level in hexadecimal. */
    private static String avc(ByteBuffer record) {
        require(record, 4, "avcC");
        return String.format(Locale.ROOT, "avc1.%02X%02X%02X", record.get(1), record.get(2), record.get(3));
    }

    /** ISO/IEC 14496-15, Annex E.3. */
    private static String hevc(ByteBuffer record) {
        require(record, 13, "hvcC");
        int profile = record.get(1) & 0xFF;
        StringBuilder text = new StringBuilder("hvc1.");
        if (profile >> 6 > 0) {
            text.append((char) ('A' - 1 + (profile >> 6)));
        }
        text.append(profile & 31).append('.');
        text.append(Integer.toHexString(Integer.reverse(record.getInt(2))).toUpperCase(Locale.ROOT));
        text.append('.').append((profile & 0x20) != 0 ? 'H' : 'L').append(record.get(12) & 0xFF);
        int last = 11;
        while (last > 5 && record.get(last) == 0) {
            last--;
        }
        for (int i = 6; i <= last; i++) {
            text.append('.').append(String.format(Locale.ROOT, "%X", record.get(i)));
        }
        return text.toString();
    }

    private static String aac(AudioFormat format) {
        ByteBuffer record = format.codec().record();
        if (!record.hasRemaining()) {
            return "mp4a.40.2";
        }
        return "mp4a.40." + AudioSpecificConfig.parse(record).signalledObjectType();
    }

    private static void require(ByteBuffer record, int bytes, String what) {
        if (record.remaining() < bytes || record.get(0) != 1) {
            throw MediaException.malformed("the configuration record is no " + what + " payload of version 1");
        }
    }
}
