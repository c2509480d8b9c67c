package io.headend.formats.isobmff;

import java.nio.ByteBuffer;

/**
 * A box whose payload is taken as it is, such as {@code avcC}.
 *
 * @param payload read-only; each call gives a view of its own
 */
public record OpaqueBox(String type, ByteBuffer payload) implements Box {

    public OpaqueBox {
        FourCc.require(type);
        payload = payload.slice().asReadOnlyBuffer();
    }

    /** A box with a version and flags. */
    static OpaqueBox full(String type, int version, int flags, ByteBuffer body) {
        ByteBuffer payload = ByteBuffer.allocate(4 + body.remaining());
        payload.putInt(version << 24 | flags).put(body.duplicate()).flip();
        return new OpaqueBox(type, payload);
    }

    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    @Override
    public int payloadSize() {
        return payload.remaining();
    }

    @Override
    public void writePayload(ByteBuffer out) {
        out.put(payload.duplicate());
    }
}
