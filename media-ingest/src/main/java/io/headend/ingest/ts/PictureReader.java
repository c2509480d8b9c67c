package io.headend.ingest.ts;

import io.headend.formats.mpegts.PesHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a stream of start codes into access units. A unit is known to be whole when the next begins; where each PES packet has
 * begun with a unit for a while, the end of a PES packet is taken for it, which is one picture earlier.
 */
abstract class PictureReader extends EsReader {

    private static final int ALIGNED_ENOUGH = 8;
    private static final int MAX_UNITS = 4096;

    final EsBuffer es = new EsBuffer();

    /** Indices of the start codes of the access unit that is being collected; one more for its end. */
    int[] codes = new int[64];

    int count;
    private int scanned;
    private int aligned;
    private int firstBegin;

    PictureReader(Target target) {
        super(target);
    }

    /** Bytes from the start code on that {@link #begins} looks at. */
    abstract int lookAhead();

    /** Whether a new access unit begins with the start code at this index; remembers what it saw for the next. */
    abstract boolean begins(int index, boolean unitOpen);

    /** The access unit lies between {@code codes[0]} and {@code codes[count]}. */
    abstract void unit();

    @Override
    final void accept(PesHeader header, ByteBuffer payload, long arrivalNanos) {
        int start = es.end();
        if (!es.append(header, payload, arrivalNanos)) {
            target.counters().oversize++;
            restart();
            return;
        }
        firstBegin = Integer.MIN_VALUE;
        scan(false);
        // The zero byte before a start code belongs to it.
        boolean begun = firstBegin >= start - 2 && firstBegin <= start + 2;
        aligned = begun && header.pts() != PesHeader.NO_TIME ? aligned + 1 : 0;
        if (aligned > ALIGNED_ENOUGH) {
            flush();
        }
    }

    private void scan(boolean last) {
        int consumed = 0;
        while (true) {
            int code = es.startCode(scanned);
            boolean found = code + 3 <= es.end() && es.u8(code + 2) == 1 && es.u8(code) == 0 && es.u8(code + 1) == 0;
            if (!found || (code + lookAhead() > es.end() && !last)) {
                scanned = code;
                return;
            }
            if (code + 4 > es.end()) {
                scanned = es.end();
                return;
            }
            boolean readable = code + lookAhead() <= es.end();
            if (readable && begins(code, count > 0)) {
                firstBegin = firstBegin == Integer.MIN_VALUE ? code + consumed : firstBegin;
                if (count > 0) {
                    finishUnit(code);
                    consumed += code;
                    code = 0;
                }
                add(code);
            } else if (count > 0) {
                add(code);
            }
            scanned = code + 3;
        }
    }

    private void add(int code) {
        if (count + 1 >= codes.length) {
            if (count >= MAX_UNITS) {
                return;
            }
            codes = Arrays.copyOf(codes, 2 * codes.length);
        }
        codes[count++] = code;
    }

    private void finishUnit(int end) {
        codes[count] = end;
        es.takeStamp(codes[0]);
        unit();
        es.consume(end);
        count = 0;
    }

    private void restart() {
        count = 0;
        scanned = 0;
        aligned = 0;
        begins(-1, false);
    }

    @Override
    final void flush() {
        scan(true);
        if (count > 0) {
            finishUnit(es.end());
        }
        scanned = 0;
        begins(-1, false);
    }
}
