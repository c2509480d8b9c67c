package io.headend.formats.av1;

import io.headend.core.MediaException;
import io.headend.formats.BitWriter;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The {@code av1C} payload (AV1 Codec ISO Media File Format Binding, 2.3).
 *
 * @param profile seq_profile, 0 to 2
 * @param level seq_level_idx_0, 0 to 31
 * @param highTier seq_tier_0
 * @param bitDepth 8, 10 or 12
 * @param chroma mono_chrome, subsampling and sample position as the low five bits of the third byte
 * @param configObus the sequence header OBU; each call gives a view of its own
 */
public record Av1ConfigurationRecord(
        int profile, int level, boolean highTier, int bitDepth, int chroma, ByteBuffer configObus) {

    public Av1ConfigurationRecord {
        if (profile < 0 || profile > 2 || level < 0 || level > 31 || chroma < 0 || chroma > 31) {
            throw MediaException.malformed("AV1 configuration has profile " + profile + " and level " + level);
        }
        configObus = configObus.slice().asReadOnlyBuffer();
    }

    /**
     * Reads either an {@code av1C} payload or a sequence header OBU, which encoders give.
     *
     * @throws MediaException {@code MALFORMED} if it is neither
     */
    public static Av1ConfigurationRecord of(ByteBuffer record) {
        if (record.remaining() >= 4 && (record.get(record.position()) & 0xFF) == 0x81) {
            return parse(record.slice());
        }
        return SequenceHeader.parse(record.slice());
    }

    private static Av1ConfigurationRecord parse(ByteBuffer in) {
        int b1 = in.get(1) & 0xFF;
        int b2 = in.get(2) & 0xFF;
        int depth = (b2 & 0x40) == 0 ? 8 : (b2 & 0x20) == 0 ? 10 : 12;
        return new Av1ConfigurationRecord(
                b1 >> 5, b1 & 31, (b2 & 0x80) != 0, depth, b2 & 31, in.slice(4, in.remaining() - 4));
    }

    @Override
    public ByteBuffer configObus() {
        return configObus.duplicate();
    }

    /** The {@code av1C} payload. */
    public ByteBuffer toBytes() {
        BitWriter head = new BitWriter();
        head.write(8, 0x81);
        head.write(3, profile);
        head.write(5, level);
        head.write(1, highTier ? 1 : 0);
        head.write(1, bitDepth > 8 ? 1 : 0);
        head.write(1, bitDepth == 12 ? 1 : 0);
        head.write(5, chroma);
        head.write(8, 0);
        return ByteBuffer.allocate(4 + configObus.remaining())
                .put(head.toBytes())
                .put(configObus.duplicate())
                .flip();
    }

    /** The short form {@code av01.P.LLT.DD} (section 5 of the binding). */
    public String codecString() {
        return String.format(Locale.ROOT, "av01.%d.%02d%s.%02d", profile, level, highTier ? "H" : "M", bitDepth);
    }
}
