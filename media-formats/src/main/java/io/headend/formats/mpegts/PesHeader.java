package io.headend.formats.mpegts;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of a PES packet (ISO/IEC 13818-1, 2.4.3.6); its optional fields but for the times are skipped when read and not
 * written.
 *
 * @param streamId 0xBC to 0xFF, such as 0xE0 for the first picture, 0xC0 for the first sound, 0xBD for private data
 * @param pts presentation time in 90 kHz, 33 bits, or {@link #NO_TIME}
 * @param dts decoding time, the same as {@code pts} where only that is written, or {@link #NO_TIME}
 * @param dataAlignment whether the payload begins with an access unit
 * @param payloadSize bytes behind the header, or {@link #UNBOUNDED}
 */
public record PesHeader(int streamId, long pts, long dts, boolean dataAlignment, int payloadSize) {

    /** Where a header has no time. */
    public static final long NO_TIME = -1;

    /** The length is open: the packet ends where the next begins; allowed for picture only. */
    public static final int UNBOUNDED = -1;

    /** A PTS or DTS counts from 0 to one less than this. */
    public static final long MODULUS = 1L << 33;

    private static final int START = 0x000001;

    public PesHeader {
        boolean times = pts >= NO_TIME && pts < MODULUS && dts >= NO_TIME && dts < MODULUS;
        if (streamId < 0xBC || streamId > 0xFF || !times || (pts == NO_TIME) != (dts == NO_TIME)) {
            throw new IllegalArgumentException(
                    "not a PES header: stream " + streamId + ", PTS " + pts + ", DTS " + dts);
        }
    }

    /** What was read, and where the payload begins, counted from the packet's first byte. */
    public record Parsed(PesHeader header, int size) {}

    /**
     * Reads the header at the buffer's position, which is not moved.
     *
     * @return {@code null} if there is no whole header
     */
    public static @Nullable Parsed read(ByteBuffer packet) {
        ByteBuffer in = packet.slice();
        if (in.remaining() < 6 || in.getInt(0) >>> 8 != START || (in.get(3) & 0xFF) < 0xBC) {
            return null;
        }
        int id = in.get(3) & 0xFF;
        int length = in.getShort(4) & 0xFFFF;
        if (!hasOptionalFields(id)) {
            return new Parsed(new PesHeader(id, NO_TIME, NO_TIME, false, length == 0 ? UNBOUNDED : length), 6);
        }
        if (in.remaining() < 9 || (in.get(6) & 0xC0) != 0x80) {
            return null;
        }
        int optional = in.get(8) & 0xFF;
        int size = 9 + optional;
        if (size > in.remaining() || (length != 0 && length < 3 + optional)) {
            return null;
        }
        int flags = in.get(7) >> 6 & 3;
        long pts = (flags & 2) != 0 && optional >= 5 ? time(in, 9) : NO_TIME;
        long dts = flags == 3 && optional >= 10 && pts != NO_TIME ? time(in, 14) : pts;
        boolean aligned = (in.get(6) & 4) != 0;
        return new Parsed(new PesHeader(id, pts, dts, aligned, length == 0 ? UNBOUNDED : length - 3 - optional), size);
    }

    // The streams of 2.4.3.7 whose packets are payload from the sixth byte on.
    private static boolean hasOptionalFields(int id) {
        return switch (id) {
            case 0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF -> false;
            default -> true;
        };
    }

    private static long time(ByteBuffer in, int at) {
        return (in.get(at) & 0x0EL) << 29
                | (in.getShort(at + 1) & 0xFFFEL) << 14
                | (in.getShort(at + 3) & 0xFFFEL) >> 1;
    }

    /** Bytes that {@link #write} makes. */
    public int size() {
        if (!hasOptionalFields(streamId)) {
            return 6;
        }
        return 9 + (pts == NO_TIME ? 0 : dts == pts ? 5 : 10);
    }

    /**
     * Writes the header. The length is left open where it does not fit 16 bits.
     *
     * @param out room for {@link #size()} bytes
     */
    public void write(ByteBuffer out) {
        int rest = payloadSize == UNBOUNDED ? 0 : payloadSize + size() - 6;
        out.putInt(START << 8 | streamId).putShort((short) (rest > 0xFFFF ? 0 : rest));
        if (!hasOptionalFields(streamId)) {
            return;
        }
        boolean both = dts != pts;
        out.put((byte) (0x80 | (dataAlignment ? 4 : 0)));
        out.put((byte) (pts == NO_TIME ? 0 : both ? 0xC0 : 0x80)).put((byte) (size() - 9));
        if (pts != NO_TIME) {
            time(both ? 3 : 2, pts, out);
        }
        if (both) {
            time(1, dts, out);
        }
    }

    private static void time(int prefix, long time, ByteBuffer out) {
        out.put((byte) ((prefix << 4) | ((time >> 29) & 0x0E) | 1));
        out.putShort((short) (((time >> 14) & 0xFFFE) | 1));
        out.putShort((short) (((time << 1) & 0xFFFE) | 1));
    }
}
