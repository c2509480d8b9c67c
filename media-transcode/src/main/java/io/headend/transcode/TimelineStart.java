package io.headend.transcode;

import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.math.RoundingMode;
import java.time.Clock;

/**
 * Says where on the epoch timeline a program begins. Asked once, with the first picture (the first sound, where there are
 * no pictures); the answer is moved to the start of the nearest frame, and everything that follows keeps its distance to it.
 *
 * <p>Two transcoders of one source show the same frame numbers if their answers differ by exactly as much as the times
 * they were asked with: {@link #fixed} does that.
 */
@FunctionalInterface
public interface TimelineStart {

    /**
     * @param pts the first time of the source
     * @param arrivalNanos wall-clock nanoseconds since 1970-01-01T00:00:00Z at which that sample came, or
     *     {@link SampleInfo#NO_ARRIVAL}
     * @return that time on the epoch timeline
     */
    Timestamp epochTimeOf(Timestamp pts, long arrivalNanos);

    /** The first picture is frame 0: for files. */
    static TimelineStart zero() {
        return (pts, arrivalNanos) -> Timestamp.of(0, Timebase.NANOS);
    }

    /** The first picture is shown when it came; {@code clock} is read where the source does not know when that was. */
    static TimelineStart arrival(Clock clock) {
        return (pts, arrivalNanos) -> arrivalNanos == SampleInfo.NO_ARRIVAL
                ? Timestamp.of(clock.instant())
                : Timestamp.of(arrivalNanos, Timebase.NANOS);
    }

    /** The source time {@code pts} is the epoch time {@code epoch}, whenever the transcoder joins. */
    static TimelineStart fixed(Timestamp pts, Timestamp epoch) {
        return (first, arrivalNanos) -> {
            long distance = Math.subtractExact(nanos(first), nanos(pts));
            return Timestamp.of(Math.addExact(nanos(epoch), distance), Timebase.NANOS);
        };
    }

    private static long nanos(Timestamp time) {
        return time.ticksIn(Timebase.NANOS, RoundingMode.HALF_UP);
    }
}
