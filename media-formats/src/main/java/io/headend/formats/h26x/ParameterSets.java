package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reading and writing of the arrays of parameter sets in {@code avcC} and {@code hvcC}. */
final class ParameterSets {

    private static final int MAX_SIZE = 65_535;

    private ParameterSets() {}

    /** {@code count} units, each after a 16-bit length. */
    static List<ByteBuffer> read(ByteBuffer in, int count, String record) {
        List<ByteBuffer> units = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = u16(in, record);
            if (size == 0 || size > in.remaining()) {
                throw cutOff(record);
            }
            units.add(copy(in.slice(in.position(), size)));
            in.position(in.position() + size);
        }
        return List.copyOf(units);
    }

    static void write(ByteBuffer out, List<ByteBuffer> units) {
        for (ByteBuffer unit : units) {
            out.putShort((short) unit.remaining()).put(unit.duplicate());
        }
    }

    static int bytes(List<ByteBuffer> units) {
        return units.stream().mapToInt(unit -> 2 + unit.remaining()).sum();
    }

    /** Copies that nobody else can change, without repeated units. */
    static List<ByteBuffer> own(List<ByteBuffer> units, int max, String what) {
        if (units.size() > max) {
            throw MediaException.malformed(what + " occurs " + units.size() + " times; " + max + " are allowed.");
        }
        List<ByteBuffer> copies = new ArrayList<>();
        for (ByteBuffer unit : units) {
            if (!unit.hasRemaining() || unit.remaining() > MAX_SIZE) {
                throw MediaException.malformed(
                        what + " of " + unit.remaining() + " bytes does not fit a decoder configuration record.");
            }
            if (!copies.contains(unit)) {
                copies.add(copy(unit));
            }
        }
        return List.copyOf(copies);
    }

    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }

    static List<ByteBuffer> views(List<ByteBuffer> units) {
        return units.stream().map(ByteBuffer::duplicate).toList();
    }

    static int u8(ByteBuffer in, String record) {
        if (!in.hasRemaining()) {
            throw cutOff(record);
        }
        return in.get() & 0xFF;
    }

    static int u16(ByteBuffer in, String record) {
        return u8(in, record) << 8 | u8(in, record);
    }

    static MediaException cutOff(String record) {
        return MediaException.malformed("The " + record + " record is cut off; take the stream from its source again.");
    }

    static MediaException missing(String what) {
        return MediaException.malformed("There is no " + what
                + " in the decoder configuration; send the parameter sets with the first key frame.");
    }
}
