package io.headend.ingest.ts;

import io.headend.formats.mpegts.PesHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of an elementary stream that belong to no finished access unit yet, and the times of the PES packets in which they
 * came. A time belongs to the first access unit that begins in its PES packet (ISO/IEC 13818-1, 2.4.3.7).
 */
final class EsBuffer {

    /** Where a unit has no time of its own. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final int MAX_SIZE = 16 << 20;
    private static final int STAMPS = 64;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private byte[] data = new byte[1 << 14];
    private ByteBuffer bytes = ByteBuffer.wrap(data);
    private int end;
    private long base;

    private final long[] positions = new long[STAMPS];
    private final long[] ptsOf = new long[STAMPS];
    private final long[] dtsOf = new long[STAMPS];
    private final long[] arrivalOf = new long[STAMPS];
    private int firstStamp;
    private int stamps;

    /** Presentation time that {@link #takeStamp} found. */
    long pts;

    /** Decoding time that {@link #takeStamp} found. */
    long dts;

    /** Arrival that {@link #takeStamp} found; kept for units without one. */
    long arrival;

    /** False if the buffer was full, and is empty now. */
    boolean append(PesHeader header, ByteBuffer payload, long arrivalNanos) {
        int size = payload.remaining();
        if (end + size > MAX_SIZE) {
            consume(end);
            return false;
        }
        if (end + size > data.length) {
            data = Arrays.copyOf(data, Math.min(MAX_SIZE, Math.max(2 * data.length, end + size)));
            bytes = ByteBuffer.wrap(data);
        }
        stamp(header, arrivalNanos);
        payload.get(payload.position(), data, end, size);
        end += size;
        return true;
    }

    private void stamp(PesHeader header, long arrivalNanos) {
        if (stamps == STAMPS) {
            firstStamp = (firstStamp + 1) % STAMPS;
            stamps--;
        }
        int at = (firstStamp + stamps++) % STAMPS;
        positions[at] = base + end;
        ptsOf[at] = header.pts() == PesHeader.NO_TIME ? NO_TIME : header.pts();
        dtsOf[at] = header.dts() == PesHeader.NO_TIME ? NO_TIME : header.dts();
        arrivalOf[at] = arrivalNanos;
    }

    /** Finds the time of the unit that begins at an index; each time is found once. */
    void takeStamp(int index) {
        pts = NO_TIME;
        dts = NO_TIME;
        while (stamps > 0 && positions[firstStamp] <= base + index) {
            pts = ptsOf[firstStamp];
            dts = dtsOf[firstStamp];
            arrival = arrivalOf[firstStamp];
            firstStamp = (firstStamp + 1) % STAMPS;
            stamps--;
        }
    }

    /** The bytes from 0 to {@link #end()}; valid until the next append or consume. */
    ByteBuffer bytes() {
        return bytes;
    }

    int end() {
        return end;
    }

    int u8(int index) {
        return data[index] & 0xFF;
    }

    /** A copy of a part. */
    ByteBuffer copy(int from, int to) {
        return ByteBuffer.wrap(Arrays.copyOfRange(data, from, to));
    }

    void copy(int from, int size, ByteBuffer out) {
        out.put(data, from, size);
    }

    /** Forgets the first bytes. */
    void consume(int count) {
        System.arraycopy(data, count, data, 0, end - count);
        end -= count;
        base += count;
    }

    /** Index of the first {@code 00 00 01} from {@code from} on, or {@link #end()} - 2 (at least {@code from}) if there is none. */
    int startCode(int from) {
        byte[] bytes = data;
        int last = end - 3;
        int words = end - Long.BYTES;
        int i = from;
        while (i <= last) {
            if (i <= words && !hasZero((long) WORDS.get(bytes, i))) {
                i += Long.BYTES;
                continue;
            }
            for (int to = Math.min(last + 1, i + Long.BYTES); i < to; i++) {
                if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
                    return i;
                }
            }
        }
        return Math.max(from, end - 2);
    }

    /** Whether one of eight bytes is 0; most words of coded pictures have none. */
    private static boolean hasZero(long word) {
        return ((word - 0x0101_0101_0101_0101L) & ~word & 0x8080_8080_8080_8080L) != 0;
    }
}
