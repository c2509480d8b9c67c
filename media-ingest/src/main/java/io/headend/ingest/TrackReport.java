package io.headend.ingest;

import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What one track holds.
 *
 * @param track as it travels on the stream
 * @param span the time it covers, or {@code null} where no sample came
 * @param counts what was read
 * @param keys where decoding can start
 * @param variableFrameRate whether it is picture and more than one in fifty steps between samples is unlike the usual one
 */
public record TrackReport(Track track, @Nullable Span span, Counts counts, Keys keys, boolean variableFrameRate) {

    /**
     * A stretch of stream time.
     *
     * @param start presentation time of the earliest sample
     * @param end where the latest sample ends
     */
    public record Span(Timestamp start, Timestamp end) {

        /** Nanoseconds from start to end. */
        public long nanos() {
            return Math.max(0, nanos(end) - nanos(start));
        }

        private static long nanos(Timestamp time) {
            return time.ticksIn(Timebase.NANOS, RoundingMode.HALF_UP);
        }
    }

    /**
     * Amounts.
     *
     * @param samples in canonical form
     * @param bytes payload of those
     * @param frames decoded, or -1 where it was not asked for
     * @param errors samples that could not be decoded, or -1 where it was not asked for
     */
    public record Counts(long samples, long bytes, long frames, long errors) {}

    /**
     * Samples at which decoding can start.
     *
     * @param count how many
     * @param shortest samples from one to the next, 0 where there are fewer than two
     * @param longest the same
     */
    public record Keys(long count, long shortest, long longest) {}

    /** Mean bit/s, 0 where unknown. */
    public long bitrate() {
        long nanos = span == null ? 0 : span.nanos();
        return nanos == 0 ? 0 : Math.round(counts.bytes() * 8e9 / nanos);
    }

    /** Mean samples per second, 0 where unknown; for display. */
    public double rate() {
        long nanos = span == null ? 0 : span.nanos();
        return nanos == 0 ? 0 : counts.samples() * 1e9 / nanos;
    }
}
