package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks over the NAL units of a sample in which each is preceded by its length (ISO/IEC 14496-15, 5.3.3.1), without copying.
 *
 * <pre>{@code
 * NalUnits units = NalUnits.of(sample.data());
 * while (units.next()) {
 *     int type = units.header() & 0x1F;
 *     ...
 * }
 * }</pre>
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class NalUnits {

    /** Bytes of a length field on the stream between the rooms. */
    public static final int LENGTH_SIZE = 4;

    private final ByteBuffer sample;
    private final int lengthSize;
    private final int limit;
    private int offset;
    private int size;

    private NalUnits(ByteBuffer sample, int lengthSize) {
        if (lengthSize != 1 && lengthSize != 2 && lengthSize != 4) {
            throw MediaException.invalidArgument("A NAL unit length has 1, 2 or 4 bytes, not " + lengthSize + ".");
        }
        this.sample = sample;
        this.lengthSize = lengthSize;
        this.offset = sample.position();
        this.limit = sample.limit();
    }

    /** Walks over 4-byte lengths, from the buffer's position to its limit; neither is moved. */
    public static NalUnits of(ByteBuffer sample) {
        return new NalUnits(sample, LENGTH_SIZE);
    }

    /**
     * Walks over lengths of another size.
     *
     * @param lengthSize 1, 2 or 4 bytes
     */
    public static NalUnits of(ByteBuffer sample, int lengthSize) {
        return new NalUnits(sample, lengthSize);
    }

    /**
     * Goes to the next unit that is not empty.
     *
     * @return false at the end of the sample
     * @throws MediaException MALFORMED if a length reaches beyond the sample
     */
    public boolean next() {
        do {
            int at = offset + size;
            if (at == limit) {
                size = 0;
                offset = at;
                return false;
            }
            long length = limit - at < lengthSize ? Long.MAX_VALUE : length(at);
            if (length > limit - at - lengthSize) {
                throw MediaException.malformed("A NAL unit at byte " + (at - sample.position())
                        + " reaches beyond its sample of " + sample.remaining() + " bytes; the sample is damaged.");
            }
            offset = at + lengthSize;
            size = (int) length;
        } while (size == 0);
        return true;
    }

    /** The units from the next one on, as {@link #unit()} gives them. */
    List<ByteBuffer> remaining() {
        List<ByteBuffer> units = new ArrayList<>();
        while (next()) {
            units.add(unit());
        }
        return units;
    }

    /** Absolute index in the buffer of the unit's first byte, behind the length. */
    public int offset() {
        return offset;
    }

    /** Bytes of the unit, header included, length field not; at least 1. */
    public int size() {
        return size;
    }

    /** The first byte of the unit, 0 to 255. */
    public int header() {
        return sample.get(offset) & 0xFF;
    }

    /** A read-only view of the unit. */
    public ByteBuffer unit() {
        return sample.slice(offset, size).asReadOnlyBuffer();
    }

    /**
     * Rewrites a sample with lengths of 1 or 2 bytes to the 4-byte lengths that travel between the rooms.
     *
     * @return a new buffer; for 4-byte lengths a view of the input
     */
    public static ByteBuffer toFourByteLengths(ByteBuffer sample, int lengthSize) {
        if (lengthSize == LENGTH_SIZE) {
            return sample.slice();
        }
        int total = 0;
        for (NalUnits units = of(sample, lengthSize); units.next(); ) {
            total += LENGTH_SIZE + units.size();
        }
        ByteBuffer out = ByteBuffer.allocate(total);
        for (NalUnits units = of(sample, lengthSize); units.next(); ) {
            out.putInt(units.size()).put(units.unit());
        }
        return out.flip();
    }

    private long length(int at) {
        return switch (lengthSize) {
            case 1 -> sample.get(at) & 0xFF;
            case 2 -> (sample.get(at) & 0xFF) << 8 | (sample.get(at + 1) & 0xFF);
            default ->
                (sample.get(at) & 0xFFL) << 24
                        | (sample.get(at + 1) & 0xFF) << 16
                        | (sample.get(at + 2) & 0xFF) << 8
                        | (sample.get(at + 3) & 0xFF);
        };
    }
}
