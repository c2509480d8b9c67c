package io.headend.formats.isobmff;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import java.nio.ByteBuffer;

/**
 * Where the parameter sets of AVC and HEVC are (ISO/IEC 14496-15, 5.4.2.1 and 8.4.1.1): in the sample entry, or in the samples alone where
 * the configuration record holds none.
 *
 * @param sampleEntry {@code avc1}, {@code avc3}, {@code hvc1} or {@code hev1}
 */
public record ParameterSetPlace(String sampleEntry) {

    /** Follows from the configuration record. */
    public static ParameterSetPlace of(CodecConfig config) {
        ByteBuffer record = config.record();
        if (config.codec() == Codec.HEVC) {
            return new ParameterSetPlace(record.remaining() == 23 && record.get(22) == 0 ? "hev1" : "hvc1");
        }
        return new ParameterSetPlace(record.remaining() >= 6 && (record.get(5) & 31) == 0 ? "avc3" : "avc1");
    }

    /** Whether the samples carry them. */
    public boolean inSamples() {
        return sampleEntry.equals("avc3") || sampleEntry.equals("hev1");
    }
}
