package io.headend.core;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * A coding together with what a decoder must know before the first sample.
 *
 * <p>On the stream the record has the form of ISO/IEC 14496-15 for AVC and HEVC ({@code avcC}, {@code hvcC} payloads) and
 * of ISO/IEC 14496-3 for AAC (AudioSpecificConfig); a source that receives another form converts it at its edge.
 *
 * @param codec the coding
 * @param name FFmpeg's short name of it, lower case, such as {@code h264}; tells {@code OTHER_*} codings apart
 * @param record the decoder configuration, possibly empty; read-only, each call gives a view of its own
 */
public record CodecConfig(Codec codec, String name, ByteBuffer record) {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    public CodecConfig {
        name = name.toLowerCase(Locale.ROOT);
        record = copyOf(record);
    }

    static ByteBuffer copyOf(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        copy.put(bytes.duplicate()).flip();
        return copy.asReadOnlyBuffer();
    }

    public static CodecConfig of(Codec codec, String name) {
        return new CodecConfig(codec, name, EMPTY);
    }

    public CodecConfig withRecord(ByteBuffer newRecord) {
        return new CodecConfig(codec, name, newRecord);
    }

    @Override
    public ByteBuffer record() {
        return record.duplicate();
    }

    @Override
    public String toString() {
        return name + "(" + record.remaining() + " bytes)";
    }
}
