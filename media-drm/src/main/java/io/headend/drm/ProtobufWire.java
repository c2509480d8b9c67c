package io.headend.drm;

import io.headend.core.MediaException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The wire format of Protocol Buffers, as far as a Widevine header uses it: varints and byte strings. */
final class ProtobufWire {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;
    private static final int VARINT_BITS = 64;

    private ProtobufWire() {}

    /** A field: {@code value} of a varint, or {@code bytes} of a string. */
    record Field(int number, long value, ByteBuffer bytes) {}

    static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, (long) field << 3 | VARINT);
        varint(out, value);
    }

    static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, (long) field << 3 | LENGTH_DELIMITED);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    static List<Field> read(ByteBuffer message) {
        ByteBuffer in = message.slice();
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            int number = (int) (tag >>> 3);
            switch ((int) (tag & 7)) {
                case VARINT -> fields.add(new Field(number, varint(in), ByteBuffer.allocate(0)));
                case LENGTH_DELIMITED -> fields.add(new Field(number, 0, take(in, varint(in))));
                case FIXED64 -> take(in, 8);
                case FIXED32 -> take(in, 4);
                default -> throw MediaException.malformed("A Widevine header has a field of an unknown wire type.");
            }
        }
        return fields;
    }

    private static ByteBuffer take(ByteBuffer in, long length) {
        if (length < 0 || length > in.remaining()) {
            throw cutOff();
        }
        ByteBuffer taken = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return taken;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < VARINT_BITS; shift += 7) {
            if (!in.hasRemaining()) {
                throw cutOff();
            }
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw MediaException.malformed("A Widevine header has a number of more than ten bytes.");
    }

    private static MediaException cutOff() {
        return MediaException.malformed("A Widevine header tells lengths that do not fit its size.");
    }
}
