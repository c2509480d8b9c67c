package io.headend.formats.scte35;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/** Reading of strangers' bytes. */
final class Bytes {

    private Bytes() {}

    static int u8(ByteBuffer in) {
        require(in, 1);
        return in.get() & 0xFF;
    }

    static int u16(ByteBuffer in) {
        require(in, 2);
        return in.getShort() & 0xFFFF;
    }

    static long u32(ByteBuffer in) {
        require(in, 4);
        return in.getInt() & 0xFFFF_FFFFL;
    }

    /** 40 bits. */
    static long u40(ByteBuffer in) {
        require(in, 5);
        return ((in.get() & 0xFFL) << 32) | (in.getInt() & 0xFFFF_FFFFL);
    }

    static void u40(ByteBuffer out, long value) {
        out.put((byte) (value >> 32)).putInt((int) value);
    }

    static ByteBuffer part(ByteBuffer in, int size) {
        require(in, size);
        ByteBuffer part = in.slice(in.position(), size);
        in.position(in.position() + size);
        return part;
    }

    static void require(ByteBuffer in, int size) {
        if (size > in.remaining()) {
            throw MediaException.malformed(
                    "a splice message needs " + size + " more bytes where it has " + in.remaining());
        }
    }

    static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }
}
