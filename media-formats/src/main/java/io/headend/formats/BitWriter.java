package io.headend.formats;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Writes bits from the most significant one on. Not safe for use by several threads. */
public final class BitWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int filled;

    /** An empty writer. */
    public BitWriter() {}

    /**
     * @param bits 0 to 32
     * @param value its low bits are written
     */
    public void write(int bits, int value) {
        for (int i = bits - 1; i >= 0; i--) {
            current = current << 1 | (value >> i & 1);
            if (++filled == 8) {
                bytes.write(current);
                current = 0;
                filled = 0;
            }
        }
    }

    /** What was written, filled up with zero bits to a whole byte. */
    public ByteBuffer toBytes() {
        ByteBuffer out = ByteBuffer.allocate(bytes.size() + (filled > 0 ? 1 : 0));
        out.put(bytes.toByteArray());
        if (filled > 0) {
            out.put((byte) (current << (8 - filled)));
        }
        return out.flip();
    }
}
