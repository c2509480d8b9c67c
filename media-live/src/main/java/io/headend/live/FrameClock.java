package io.headend.live;

import io.headend.core.EpochGrid;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.transcode.TimelineStart;
import java.math.RoundingMode;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lays the source on the epoch timeline and keeps the channel in step with it.
 *
 * <p>A source whose samples say when they came is laid where they came. A recording has no time of its own: its first picture
 * becomes the first of the segment before the present one, so that one whole segment is ready as fast as it can be encoded,
 * and from then on each sample waits until the wall clock has reached its place. One whose times are those of the present,
 * counted from 1970, is laid where they say. A hole of more than a minute, which the transcoder does not fill either, is not
 * waited for.
 *
 * <p>The wall clock is read once; steps of it move nothing.
 *
 * <p><b>Threading:</b> one thread calls {@link #await}; {@link #close} and {@link #now} by any thread.
 */
final class FrameClock implements AutoCloseable {

    private static final long MAX_HOLE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long PRESENT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long MOST_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LongSupplier nanoTime;
    private final long originNanoTime;
    private final long originEpoch;
    private volatile boolean closed;
    private volatile @Nullable Thread waiter;
    private boolean paced;
    private boolean restarts;
    private long resumeAt;
    private long offset;
    private long latest;
    private Timestamp first = Timestamp.of(0, Timebase.NANOS);
    private Timestamp anchor = Timestamp.of(0, Timebase.NANOS);

    FrameClock(Clock clock, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.originNanoTime = nanoTime.getAsLong();
        this.originEpoch = Timestamp.of(clock.instant()).ticks();
    }

    /** Nanoseconds since the epoch. */
    long now() {
        return originEpoch + (nanoTime.getAsLong() - originNanoTime);
    }

    /** Decides where the first sample of the program lies. */
    void anchor(EpochGrid grid, Timestamp firstPts, long arrivalNanos) {
        first = firstPts;
        paced = arrivalNanos == SampleInfo.NO_ARRIVAL;
        if (paced) {
            anchor = ofPresent(nanos(firstPts))
                    ? grid.startOfFrame(grid.nearestFrame(firstPts))
                    : grid.segmentStart(grid.segmentAt(Timestamp.of(now(), Timebase.NANOS)) - 1);
        } else {
            anchor = grid.startOfFrame(grid.nearestFrame(Timestamp.of(arrivalNanos, Timebase.NANOS)));
        }
        offset = nanos(anchor) - nanos(first);
        latest = nanos(anchor);
    }

    // Not left to the segment before the present one: the next may have begun since the source was opened.
    private boolean ofPresent(long nanos) {
        return Math.abs(now() - nanos) <= PRESENT_NANOS;
    }

    /** Nanoseconds that are added to the source's times. */
    long shift() {
        return offset;
    }

    /** The anchor in the form that the transcoder takes. */
    TimelineStart start() {
        return TimelineStart.fixed(first, anchor);
    }

    /**
     * The next sample is a recording's that begins anew, whatever its times are.
     *
     * @param at where it will be laid, nanoseconds since the epoch
     */
    void restart(long at) {
        restarts = true;
        resumeAt = at;
    }

    /** Waits until a sample's place on the epoch timeline is reached; false if the clock was closed. */
    boolean await(Sample sample, Track track) {
        if (!paced) {
            return !closed;
        }
        long due = nanos(Timestamp.of(sample.dts(), track.timebase())) + offset;
        if (restarts) {
            restarts = false;
            // A lap of a loop goes on where the one before ended; a source that was away for a while does not.
            if (Math.abs(resumeAt - due) > MOST_STEP_NANOS) {
                offset += resumeAt - due;
                due = resumeAt;
                latest = due;
            }
        }
        if (due - latest > MAX_HOLE_NANOS) {
            // Nothing fills so long a hole: what follows is laid right behind what was shown last, and comes now.
            offset -= due - latest;
            due = latest;
        }
        latest = Math.max(latest, due);
        waiter = Thread.currentThread();
        long left;
        while (!closed && (left = due - now()) > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
        }
        waiter = null;
        return !closed;
    }

    private static long nanos(Timestamp time) {
        return time.ticksIn(Timebase.NANOS, RoundingMode.HALF_UP);
    }

    /** Ends a wait at once. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(waiter);
    }
}
