package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.math.RoundingMode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Maps times of the source to the epoch timeline, for all tracks of a program alike.
 *
 * <p>The first picture is laid on the start of its frame. A track whose clock leaves the place where it should be by more
 * than a picture can be repeated for gets a new offset and goes on there; the other tracks follow when their clocks
 * make the same step, and until then keep the offset they had.
 *
 * <p>What was covered while a source was silent is no step of its clock. If it then gives what it held back, that is too late
 * to be shown, but brings the source back to its place; only one that stays late gets a new offset.
 */
final class Anchor {

    /** A hole up to this length is filled. */
    static final long MAX_HOLE_NANOS = 60_000_000_000L;

    /** A step back up to this length is an overlap, of which the second part is dropped. */
    static final long MAX_OVERLAP_NANOS = 1_000_000_000L;

    // How long a source that is late after a silence is given to run faster than time.
    private static final long MAX_CATCH_UP_NANOS = 3_000_000_000L;

    /** Where a track is, to judge its next time by. */
    final class Position {
        private long nanos;
        private boolean known;
        private long covered;
        private long lateSince = SampleInfo.NO_ARRIVAL;
        private long lateFrom;

        private Position() {}

        /** The end of what the track has delivered, on the epoch timeline. */
        void moveTo(Timestamp end) {
            nanos = known ? Math.max(nanos, end.toNanos()) : end.toNanos();
            known = true;
            latest = Math.max(latest, nanos);
        }

        /** The end of what was shown or heard in place of the track, on the epoch timeline. */
        void coverTo(Timestamp end) {
            if (known) {
                covered += Math.max(0, end.toNanos() - nanos);
            }
            moveTo(end);
        }

        /** What comes next has nothing to do with what came before. */
        void beginAnew() {
            covered = 0;
            lateSince = SampleInfo.NO_ARRIVAL;
        }

        // Whether what was covered explains the step back, and the source had no time yet to make up for it or is doing
        // so.
        private boolean catchesUp(long mapped, long arrivalNanos) {
            if (covered == 0 || arrivalNanos == SampleInfo.NO_ARRIVAL || mapped < nanos - covered - MAX_OVERLAP_NANOS) {
                return false;
            }
            // It came before the silence, and was in the decoder.
            if (arrivalNanos <= nanos) {
                return true;
            }
            if (lateSince == SampleInfo.NO_ARRIVAL) {
                lateSince = arrivalNanos;
                lateFrom = mapped;
            }
            long passed = arrivalNanos - lateSince;
            long gained = mapped - lateFrom - passed;
            return passed <= Math.min(covered / 2, MAX_CATCH_UP_NANOS) || gained >= passed / 2;
        }
    }

    private final EpochGrid grid;
    private final TimelineStart start;
    private boolean set;
    private long startNanos;
    private long offset;
    private long offsetBefore;
    private long latest;
    private final AtomicLong jumps = new AtomicLong();

    Anchor(EpochGrid grid, TimelineStart start) {
        this.grid = grid;
        this.start = start;
    }

    /** A further track of the program. */
    Position track() {
        return new Position();
    }

    boolean isSet() {
        return set;
    }

    /** How often a clock jumped; readable from anywhere. */
    long jumps() {
        return jumps.get();
    }

    /** The epoch time of the first picture; meaningful once set. */
    Timestamp start() {
        return Timestamp.of(startNanos, Timebase.NANOS);
    }

    /**
     * Lays the first time of the program.
     *
     * @throws ArithmeticException if it is beyond 64 bits of nanoseconds
     */
    void set(Timestamp first, long arrivalNanos) {
        Timestamp epoch = start.epochTimeOf(first, arrivalNanos);
        startNanos = grid.startOfFrame(grid.nearestFrame(epoch)).ticksIn(Timebase.NANOS, RoundingMode.HALF_UP);
        offset = Math.subtractExact(startNanos, nanos(first));
        offsetBefore = offset;
        latest = startNanos;
        set = true;
    }

    /**
     * The epoch time of a source time.
     *
     * @param arrivalNanos as {@link SampleInfo} has it
     * @throws ArithmeticException if it is beyond 64 bits of nanoseconds
     */
    Timestamp map(Timestamp source, Position position, long arrivalNanos) {
        long nanos = nanos(source);
        long mapped = Math.addExact(nanos, offset);
        if (fits(mapped, position)) {
            position.beginAnew();
            return Timestamp.of(mapped, Timebase.NANOS);
        }
        if (fits(Math.addExact(nanos, offsetBefore), position)) {
            return Timestamp.of(nanos + offsetBefore, Timebase.NANOS);
        }
        if (position.known && position.catchesUp(mapped, arrivalNanos)) {
            return Timestamp.of(mapped, Timebase.NANOS);
        }
        position.beginAnew();
        long expected = position.known ? position.nanos : latest;
        offsetBefore = offset;
        offset = Math.subtractExact(expected, nanos);
        jumps.incrementAndGet();
        return Timestamp.of(expected, Timebase.NANOS);
    }

    /**
     * The epoch time up to which a track is to be filled: that of {@code end} by the offset in force, at most
     * {@link #MAX_HOLE_NANOS} from where the track is. No jump: nothing was heard of the clock.
     *
     * @throws ArithmeticException if it is beyond 64 bits of nanoseconds
     */
    Timestamp mapEnd(Timestamp end, Position position) {
        long from = position.known ? position.nanos : latest;
        return Timestamp.of(
                Math.min(Math.addExact(nanos(end), offset), Math.addExact(from, MAX_HOLE_NANOS)), Timebase.NANOS);
    }

    /** The epoch time of a source time that belongs to no track, by the offset in force. */
    Timestamp map(Timestamp source) {
        return Timestamp.of(Math.addExact(nanos(source), offset), Timebase.NANOS);
    }

    private boolean fits(long nanos, Position position) {
        if (!position.known) {
            return Math.abs(Math.subtractExact(nanos, latest)) <= MAX_HOLE_NANOS;
        }
        long step = Math.subtractExact(nanos, position.nanos);
        return step <= MAX_HOLE_NANOS && step >= -MAX_OVERLAP_NANOS;
    }

    private static long nanos(Timestamp time) {
        return time.ticksIn(Timebase.NANOS, RoundingMode.HALF_UP);
    }
}
