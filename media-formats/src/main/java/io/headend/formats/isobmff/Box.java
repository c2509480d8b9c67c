package io.headend.formats.isobmff;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A box that knows its size before it is written (ISO/IEC 14496-12, 4.2). Boxes of up to 2^31 - 1 bytes.
 */
public interface Box {

    /** Bytes of size and type. */
    int HEADER = 8;

    /** Four characters. */
    String type();

    /** Bytes behind the type. */
    int payloadSize();

    /** Writes exactly {@link #payloadSize()} bytes. */
    void writePayload(ByteBuffer out);

    /** Bytes of the whole box. */
    default int size() {
        return Math.addExact(HEADER, payloadSize());
    }

    /** Writes the whole box at the position of a big-endian buffer. */
    default void writeTo(ByteBuffer out) {
        out.putInt(size());
        FourCc.put(out, type());
        writePayload(out);
    }

    /** The whole box in a buffer of its own. */
    default ByteBuffer toBytes() {
        return toBytes(List.of(this));
    }

    /** Boxes one behind the other. */
    static ByteBuffer toBytes(List<? extends Box> boxes) {
        ByteBuffer out = ByteBuffer.allocate(sizeOf(boxes));
        boxes.forEach(box -> box.writeTo(out));
        return out.flip();
    }

    static int sizeOf(List<? extends Box> boxes) {
        int sum = 0;
        for (Box box : boxes) {
            sum = Math.addExact(sum, box.size());
        }
        return sum;
    }
}
