package io.headend.formats.isobmff;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.Pattern;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code tenc} (ISO/IEC 23001-7, 8.2) of a protected track, or what a fragment says in its place.
 *
 * @param isProtected whether samples are encrypted at all
 * @param ivSize bytes of the per-sample vector: 8, 16, or 0 with a constant one
 * @param constantIv empty unless {@code ivSize} is 0; each call gives a view of its own
 */
public record TrackEncryptionBox(boolean isProtected, Pattern pattern, int ivSize, UUID keyId, ByteBuffer constantIv)
        implements FullBox {

    public TrackEncryptionBox {
        constantIv = constantIv.slice().asReadOnlyBuffer();
    }

    public static TrackEncryptionBox of(ContentProtection protection) {
        return new TrackEncryptionBox(
                true, protection.pattern(), protection.ivSize(), protection.keyId(), protection.constantIv());
    }

    /** @throws MediaException {@code MALFORMED} if the box is cut short */
    public static TrackEncryptionBox parse(ParsedBox box) {
        return parse(box, box.body(20), box.version() > 0);
    }

    /**
     * What holds for the samples of a {@code traf} in place of {@code tenc}: the first description of its {@code seig} sample group (ISO/IEC
     * 23001-7, 6); empty where it has none.
     *
     * @throws MediaException {@code MALFORMED} if the box is cut short
     */
    public static Optional<TrackEncryptionBox> ofGroup(ParsedBox traf) {
        return SampleGroup.first(traf);
    }

    /** @param in the fields, which those of {@code seig} are too */
    static TrackEncryptionBox parse(ParsedBox box, ByteBuffer in, boolean patterned) {
        box.require(in.remaining() >= 20);
        in.get();
        int blocks = in.get() & 0xFF;
        Pattern pattern = patterned ? new Pattern(blocks >> 4, blocks & 15) : Pattern.NONE;
        boolean isProtected = in.get() != 0;
        int ivSize = in.get() & 0xFF;
        UUID keyId = new UUID(in.getLong(), in.getLong());
        ByteBuffer constant = ByteBuffer.allocate(0);
        if (isProtected && ivSize == 0) {
            box.require(in.hasRemaining());
            int length = in.get() & 0xFF;
            box.require(in.remaining() >= length);
            constant = in.slice(in.position(), length);
        }
        return new TrackEncryptionBox(isProtected, pattern, ivSize, keyId, constant);
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
        return 20 + (isProtected && ivSize == 0 ? 1 + constantIv.remaining() : 0);
    }

    @Override
    public void writeBody(ByteBuffer out) {
        out.put((byte) 0).put((byte) (pattern.crypt() << 4 | pattern.skip()));
        out.put((byte) (isProtected ? 1 : 0)).put((byte) ivSize);
        out.putLong(keyId.getMostSignificantBits()).putLong(keyId.getLeastSignificantBits());
        if (isProtected && ivSize == 0) {
            out.put((byte) constantIv.remaining()).put(constantIv.duplicate());
        }
    }
}
