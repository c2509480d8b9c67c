package io.headend.formats.mpegts;

import io.headend.core.Timebase;
import java.nio.ByteBuffer;

/** The program clock reference: 42 bits of a 27 MHz clock (ISO/IEC 13818-1, 2.4.3.5). */
public final class Pcr {

    /** A PCR counts from 0 to one less than this. */
    public static final long MODULUS = (1L << 33) * 300;

    /** Where there is no PCR. */
    public static final long NONE = -1;

    /** One tick of the clock. */
    public static final Timebase TIMEBASE = Timebase.hz(27_000_000);

    static final int SIZE = 6;

    private Pcr() {}

    /** The PCR at an absolute index of the buffer. */
    static long read(ByteBuffer bytes, int at) {
        long high = (bytes.get(at) & 0xFFL) << 24
                | (bytes.get(at + 1) & 0xFF) << 16
                | (bytes.get(at + 2) & 0xFF) << 8
                | (bytes.get(at + 3) & 0xFF);
        int low = (bytes.get(at + 4) & 0xFF) << 8 | (bytes.get(at + 5) & 0xFF);
        return (high << 1 | low >> 15) * 300 + (low & 0x1FF);
    }

    static void write(long pcr, ByteBuffer out) {
        long base = pcr / 300;
        out.putInt((int) (base >> 1));
        out.putShort((short) ((base & 1) << 15 | 0x7E00 | pcr % 300));
    }
}
