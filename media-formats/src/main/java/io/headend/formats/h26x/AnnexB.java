package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The byte stream format of Annex B of H.264 and of H.265: NAL units between start codes {@code 00 00 01}, as MPEG-TS and raw
 * encoders carry them. Converts to and from the length-prefixed form of ISO/IEC 14496-15.
 *
 * <p>Stateless. Buffers are read from position to limit; neither is moved.
 */
public final class AnnexB {

    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private AnnexB() {}

    /**
     * Whether the bytes begin with a start code. A length-prefixed sample answers true only if its first unit has
     * exactly one byte (or 256 to 511 bytes), so ask the container first where it knows.
     */
    public static boolean isAnnexB(ByteBuffer bytes) {
        int at = bytes.position();
        int count = bytes.remaining();
        if (count < 3 || bytes.get(at) != 0 || bytes.get(at + 1) != 0) {
            return false;
        }
        return bytes.get(at + 2) == 1 || (count > 3 && bytes.get(at + 2) == 0 && bytes.get(at + 3) == 1);
    }

    /**
     * Finds a start code.
     *
     * @param from absolute index of the first byte to look at
     * @param to absolute index behind the last byte to look at
     * @return absolute index of the first zero of {@code 00 00 01}, or {@code to}
     */
    public static int startCode(ByteBuffer bytes, int from, int to) {
        int last = to - 3;
        int i = from;
        while (i <= last) {
            if (i + 8 <= to) {
                long word = bytes.getLong(i);
                if ((word - ONES & ~word & TOPS) == 0) {
                    i += 8;
                    continue;
                }
            }
            int end = Math.min(i + 8, last + 1);
            while (i < end) {
                int third = bytes.get(i + 2);
                if ((third & 0xFE) != 0) {
                    i += 3;
                } else if (third == 1 && bytes.get(i) == 0 && bytes.get(i + 1) == 0) {
                    return i;
                } else {
                    i++;
                }
            }
        }
        return to;
    }

    /**
     * The NAL units between the start codes, without trailing zero bytes; empty ones are left out.
     *
     * @return read-only views of the input
     * @throws MediaException MALFORMED if there are bytes but no start code before the first of them
     */
    public static List<ByteBuffer> nalUnits(ByteBuffer annexB) {
        List<ByteBuffer> units = new ArrayList<>();
        for (Cursor cursor = new Cursor(annexB); cursor.next(); ) {
            units.add(annexB.slice(cursor.begin, cursor.end - cursor.begin).asReadOnlyBuffer());
        }
        return units;
    }

    /**
     * Converts to NAL units with 4-byte lengths.
     *
     * @return a new buffer, at most 5/4 of the input's size
     * @throws MediaException MALFORMED if there are bytes but no start code before the first of them
     */
    public static ByteBuffer toLengthPrefixed(ByteBuffer annexB) {
        long total = 0;
        for (Cursor cursor = new Cursor(annexB); cursor.next(); ) {
            total += NalUnits.LENGTH_SIZE + cursor.end - cursor.begin;
        }
        if (total > Integer.MAX_VALUE - 8) {
            throw MediaException.malformed("An access unit of " + total + " bytes is too large; split the stream.");
        }
        ByteBuffer out = ByteBuffer.allocate((int) total);
        for (Cursor cursor = new Cursor(annexB); cursor.next(); ) {
            int size = cursor.end - cursor.begin;
            out.putInt(size).put(out.position(), annexB, cursor.begin, size).position(out.position() + size);
        }
        return out.flip();
    }

    /**
     * Converts NAL units with lengths to the byte stream format, with 4-byte start codes.
     *
     * @param lengthSize bytes of each length: 1, 2 or 4
     * @return a new buffer
     * @throws MediaException MALFORMED if a length reaches beyond the sample
     */
    public static ByteBuffer fromLengthPrefixed(ByteBuffer sample, int lengthSize) {
        long total = 0;
        for (NalUnits units = NalUnits.of(sample, lengthSize); units.next(); ) {
            total += 4L + units.size();
        }
        if (total > Integer.MAX_VALUE - 8) {
            throw MediaException.malformed("A sample of " + total + " bytes is too large; split the stream.");
        }
        ByteBuffer out = ByteBuffer.allocate((int) total);
        for (NalUnits units = NalUnits.of(sample, lengthSize); units.next(); ) {
            out.putInt(1).put(units.unit());
        }
        return out.flip();
    }

    /** Walks over the units of a byte stream. */
    private static final class Cursor {
        private final ByteBuffer bytes;
        private int code;
        private int begin;
        private int end;

        Cursor(ByteBuffer bytes) {
            this.bytes = bytes;
            this.code = startCode(bytes, bytes.position(), bytes.limit());
            for (int i = bytes.position(); i < code; i++) {
                if (bytes.get(i) != 0) {
                    throw MediaException.malformed(
                            "Bytes stand before the first start code; this is no Annex B stream.");
                }
            }
        }

        boolean next() {
            int limit = bytes.limit();
            while (code < limit) {
                begin = code + 3;
                code = startCode(bytes, begin, limit);
                end = code;
                while (end > begin && bytes.get(end - 1) == 0) {
                    end--;
                }
                if (end > begin) {
                    return true;
                }
            }
            return false;
        }
    }
}
