package io.headend.formats.mpegts;

import java.nio.ByteBuffer;

/** The checksum at the end of a section (ISO/IEC 13818-1, Annex A): over a whole section, checksum included, it is 0. */
public final class MpegCrc32 {

    private static final int POLYNOMIAL = 0x04C11DB7;
    private static final int[] TABLE = table();

    private MpegCrc32() {}

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                value = value < 0 ? value << 1 ^ POLYNOMIAL : value << 1;
            }
            table[i] = value;
        }
        return table;
    }

    /** Of the bytes from position to limit; the buffer is not moved. */
    public static int of(ByteBuffer bytes) {
        int crc = -1;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            crc = crc << 8 ^ TABLE[crc >>> 24 ^ (bytes.get(i) & 0xFF)];
        }
        return crc;
    }
}
