package io.headend.formats.rtp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of a FEC packet, behind its RTP header (SMPTE ST 2022-1, 8.4; RFC 2733 with the extension of 2022-1). The packets
 * protected are {@code snBase, snBase + offset, … , snBase + (count - 1) * offset}.
 *
 * @param snBase number of the first protected packet, its low 16 bits
 * @param recovery exclusive or of header fields of the protected packets
 * @param row whether it is a row of the matrix, sent in the second FEC stream; a column otherwise
 * @param offset distance of the protected packets: columns of the matrix for a column, 1 for a row; 1 to 255
 * @param count NA, how many are protected: rows of the matrix for a column, columns for a row; 1 to 255
 */
public record FecHeader(int snBase, Recovery recovery, boolean row, int offset, int count) {

    /** Bytes of the header. */
    public static final int SIZE = 16;

    /**
     * Exclusive or over the protected packets.
     *
     * @param length 16 bits: of the bytes behind the first 12
     * @param payloadType 7 bits
     * @param timestamp 32 bits
     */
    public record Recovery(int length, int payloadType, long timestamp) {}

    public FecHeader {
        boolean fits = snBase >>> 16 == 0 && offset >= 1 && offset <= 255 && count >= 1 && count <= 255;
        if (!fits) {
            throw new IllegalArgumentException(
                    "not a FEC header: base " + snBase + ", offset " + offset + ", count " + count);
        }
    }

    /**
     * Reads the header at an absolute index.
     *
     * @param size bytes from there to the end of the packet
     * @return {@code null} if it is cut short, or not the exclusive or of SMPTE ST 2022-1
     */
    public static @Nullable FecHeader read(ByteBuffer bytes, int at, int size) {
        if (size < SIZE) {
            return null;
        }
        int second = bytes.getInt(at + 4);
        int flags = bytes.get(at + 12) & 0xFF;
        int offset = bytes.get(at + 13) & 0xFF;
        int count = bytes.get(at + 14) & 0xFF;
        boolean extended = second < 0;
        boolean exclusiveOr = (flags & 0x38) == 0 && (second & 0xFF_FFFF) == 0;
        if (!extended || !exclusiveOr || offset == 0 || count == 0) {
            return null;
        }
        return new FecHeader(
                bytes.getShort(at) & 0xFFFF,
                new Recovery(
                        bytes.getShort(at + 2) & 0xFFFF, second >>> 24 & 0x7F, bytes.getInt(at + 8) & 0xFFFF_FFFFL),
                (flags & 0x40) != 0,
                offset,
                count);
    }

    /** Writes 16 bytes. */
    public void write(ByteBuffer out) {
        out.putShort((short) snBase).putShort((short) recovery.length);
        out.putInt(0x8000_0000 | recovery.payloadType << 24).putInt((int) recovery.timestamp);
        out.put((byte) (row ? 0x40 : 0)).put((byte) offset).put((byte) count).put((byte) 0);
    }
}
