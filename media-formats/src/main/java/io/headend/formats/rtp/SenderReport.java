package io.headend.formats.rtp;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a sender says of its clocks (RTCP, RFC 3550, 6.4.1), without report blocks.
 *
 * @param ssrc who sends, 32 bits
 * @param ntpTime wall clock, 64 bits: seconds since 1900 and their fraction
 * @param rtpTimestamp the same instant on the clock of the media, 32 bits
 * @param packets sent so far, 32 bits
 * @param octets of payload sent so far, 32 bits
 */
public record SenderReport(long ssrc, long ntpTime, long rtpTimestamp, long packets, long octets) {

    private static final int TYPE = 200;
    private static final int SIZE = 28;
    private static final long NTP_EPOCH = 2_208_988_800L;

    /** Reads the first packet of a compound; {@code null} if it is no sender report. */
    public static @Nullable SenderReport read(ByteBuffer packet) {
        ByteBuffer in = packet.slice();
        if (in.remaining() < SIZE || (in.get(0) & 0xC0) != 0x80 || (in.get(1) & 0xFF) != TYPE) {
            return null;
        }
        return new SenderReport(u32(in, 4), in.getLong(8), u32(in, 16), u32(in, 20), u32(in, 24));
    }

    private static long u32(ByteBuffer in, int at) {
        return in.getInt(at) & 0xFFFF_FFFFL;
    }

    /** Writes 28 bytes. */
    public void write(ByteBuffer out) {
        out.put((byte) 0x80).put((byte) TYPE).putShort((short) (SIZE / 4 - 1));
        out.putInt((int) ssrc).putLong(ntpTime).putInt((int) rtpTimestamp);
        out.putInt((int) packets).putInt((int) octets);
    }

    /** The wall clock, rounded down to a nanosecond; of the years 1968 to 2104 (RFC 4330, 3). */
    public Instant wallClock() {
        long seconds = ntpTime >>> 32;
        long era = seconds < 1L << 31 ? seconds + (1L << 32) : seconds;
        return Instant.ofEpochSecond(era - NTP_EPOCH, ((ntpTime & 0xFFFF_FFFFL) * 1_000_000_000L) >>> 32);
    }
}
