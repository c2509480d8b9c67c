package io.headend.formats;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/** Reads bits from the most significant one on. Not safe for use by several threads. */
public final class BitReader {

    private final ByteBuffer bytes;
    private long position;

    /** Reads from position to limit; the buffer is not moved. */
    public BitReader(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    /** Bits left. */
    public long remaining() {
        return bytes.limit() * 8L - position;
    }

    /**
     * @param bits 0 to 32
     * @throws MediaException {@code MALFORMED} if there are not so many
     */
    public int read(int bits) {
        require(bits);
        int value = 0;
        for (int i = 0; i < bits; i++) {
            int bit = bytes.get((int) (position >> 3)) >> (7 - (position & 7)) & 1;
            value = value << 1 | bit;
            position++;
        }
        return value;
    }

    public boolean readFlag() {
        return read(1) == 1;
    }

    /** @throws MediaException {@code MALFORMED} if there are not so many */
    public void skip(int bits) {
        require(bits);
        position += bits;
    }

    private void require(int bits) {
        if (bits > remaining()) {
            throw MediaException.malformed("a configuration record is cut short");
        }
    }
}
