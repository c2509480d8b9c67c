package io.headend.formats.isobmff;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.Pattern;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * {@code tenc} (ISO/IEC 23001-7, 8.2) of a protected track.
 *
 * @param ivSize bytes of the per-sample vector: 8, 16, or 0 with a constant one
 * @param constantIv empty unless {@code ivSize} is 0; each call gives a view of its own
 */
public record TrackEncryptionBox(Pattern pattern, int ivSize, UUID keyId, ByteBuffer constantIv) implements FullBox {

    public TrackEncryptionBox {
        constantIv = constantIv.slice().asReadOnlyBuffer();
    }

    public static TrackEncryptionBox of(ContentProtection protection) {
        return new TrackEncryptionBox(
                protection.pattern(), protection.ivSize(), protection.keyId(), protection.constantIv());
    }

    public static TrackEncryptionBox parse(ParsedBox box) {
        int version = box.version();
        ByteBuffer in = box.body(20);
        in.get();
        int blocks = in.get() & 0xFF;
        Pattern pattern = version == 0 ? Pattern.NONE : new Pattern(blocks >> 4, blocks & 15);
        box.require(in.get() == 1);
        int ivSize = in.get() & 0xFF;
        UUID keyId = new UUID(in.getLong(), in.getLong());
        ByteBuffer constant = ByteBuffer.allocate(0);
        if (ivSize == 0) {
            box.require(in.hasRemaining());
            int length = in.get() & 0xFF;
            box.require(in.remaining() >= length);
            constant = in.slice(in.position(), length);
        }
        return new TrackEncryptionBox(pattern, ivSize, keyId, constant);
    }

    @Override
    public ByteBuffer constantIv() {
        return constantIv.duplicate();
    }

    @Override
    public String type() {
        return "tenc";
    }

    @Override
    public int version() {
        return pattern.equals(Pattern.NONE) ? 0 : 1;
    }

    @Override
    public int bodySize() {
        return 20 + (ivSize == 0 ? 1 + constantIv.remaining() : 0);
    }

    @Override
    public void writeBody(ByteBuffer out) {
        out.put((byte) 0).put((byte) (pattern.crypt() << 4 | pattern.skip()));
        out.put((byte) 1).put((byte) ivSize);
        out.putLong(keyId.getMostSignificantBits()).putLong(keyId.getLeastSignificantBits());
        if (ivSize == 0) {
            out.put((byte) constantIv.remaining()).put(constantIv.duplicate());
        }
    }
}
