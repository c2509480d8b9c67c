package io.headend.ingest.hls;

import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;

/**
 * An item with its place among those of all renditions.
 *
 * @param generation how often the stream had begun anew
 * @param discontinuity number of the discontinuity before it
 * @param ticks decoding time in {@code timebase}
 * @param wraps whether the clock has 33 bits of 90 kHz
 */
record Timed(StreamItem item, int generation, long discontinuity, long ticks, Timebase timebase, boolean wraps) {

    /** Whether it comes before another one on the stream. */
    boolean isBefore(Timed other) {
        if (generation != other.generation) {
            return generation < other.generation;
        }
        if (discontinuity != other.discontinuity) {
            return discontinuity < other.discontinuity;
        }
        if (wraps && other.wraps && timebase.equals(other.timebase)) {
            return (ticks - other.ticks) << 31 < 0;
        }
        return Timestamp.of(ticks, timebase).compareTo(Timestamp.of(other.ticks, other.timebase)) < 0;
    }

    boolean isSameStretch(Timed other) {
        return generation == other.generation && discontinuity == other.discontinuity;
    }
}
