package io.headend.formats.isobmff;

import java.nio.ByteBuffer;

/**
 * {@code prft}, version 1 (ISO/IEC 14496-12, 8.16.5).
 *
 * @param trackId reference track
 * @param ntpTime wall clock as 64-bit NTP time (RFC 5905)
 * @param mediaTime the same moment in ticks of the track
 * @param flags what the wall clock marks: 0 input of the encoder, 1 its output, 2 finalisation of the fragment, 24 input with constant offset
 */
public record ProducerReferenceTimeBox(int trackId, long ntpTime, long mediaTime, int flags) implements FullBox {

    private static final long NTP_TO_UNIX_SECONDS = 2_208_988_800L;

    /** The NTP time of an instant given in nanoseconds since 1970-01-01T00:00:00Z. */
    public static long ntp(long unixNanos) {
        long seconds = Math.floorDiv(unixNanos, 1_000_000_000L) + NTP_TO_UNIX_SECONDS;
        long fraction = (Math.floorMod(unixNanos, 1_000_000_000L) << 32) / 1_000_000_000L;
        return seconds << 32 | fraction;
    }

    public static ProducerReferenceTimeBox parse(ParsedBox box) {
        ByteBuffer in = box.body(box.version() > 0 ? 20 : 16);
        int track = in.getInt();
        long ntp = in.getLong();
        return new ProducerReferenceTimeBox(
                track, ntp, box.version() > 0 ? in.getLong() : in.getInt() & 0xFFFF_FFFFL, box.flags());
    }

    @Override
    public String type() {
        return "prft";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public int bodySize() {
        return 20;
    }

    @Override
    public void writeBody(ByteBuffer out) {
        out.putInt(trackId).putLong(ntpTime).putLong(mediaTime);
    }
}
