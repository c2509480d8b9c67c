package io.headend.formats.scte35;

import java.nio.ByteBuffer;

/** The structure {@code splice_time()} (SCTE 35, 9.8.1). */
public final class SpliceTime {

    /** Where no time is given. */
    public static final long NONE = -1;

    private SpliceTime() {}

    static long read(ByteBuffer in) {
        Bytes.require(in, 1);
        if ((in.get(in.position()) & 0x80) == 0) {
            in.get();
            return NONE;
        }
        return Bytes.u40(in) & (1L << 33) - 1;
    }

    static void write(ByteBuffer out, long time) {
        if (time == NONE) {
            out.put((byte) 0x7F);
        } else {
            Bytes.u40(out, 0xFEL << 32 | time);
        }
    }

    static long require(long time) {
        if (time < NONE || (time >>> 33 != 0 && time != NONE)) {
            throw new IllegalArgumentException("a splice time has 33 bits; " + time + " has not");
        }
        return time;
    }
}
