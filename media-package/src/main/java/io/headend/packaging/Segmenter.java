package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.Sample;
import io.headend.core.SegmentBoundary;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the samples of one rendition where {@link SegmentationPolicy} says, from their times alone: two segmenters of the same policy that
 * begin at different samples cut alike wherever both have whole segments.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
final class Segmenter {

    /** Where the cut stream goes. */
    interface Output {

        /**
         * @param start presentation time of the first sample
         * @param boundary presentation time at which the next segment should begin
         * @param drift its distance from the exact place on the grid
         */
        void begin(long number, long start, long boundary, long drift);

        /** Takes over a sample of the segment that is open. */
        void sample(Sample sample);

        /** The open segment should end elsewhere. */
        void boundary(long boundary);

        /**
         * @param end presentation time at which the next segment begins, or {@link #UNKNOWN}
         */
        void end(long end);

        /** Gives up the open segment. */
        void abandon();

        /** Takes over a sample that belongs to no whole segment. */
        void drop(Sample sample, Reason reason);
    }

    /** Why a sample is dropped. */
    enum Reason {
        /** It comes before the first boundary. */
        BEFORE_BOUNDARY,
        /** The IDR picture at the boundary before it is missing. */
        MISSED_BOUNDARY,
        /** Its time is not behind that of the sample before. */
        NOT_MONOTONIC,
        /** It has no bytes. */
        EMPTY,
        /** Its time is no time of any clock. */
        OUT_OF_RANGE
    }

    // in seconds: the year 2242
    private static final long LATEST = 1L << 33;

    static final long UNKNOWN = Long.MIN_VALUE;

    private final SegmentationPolicy policy;
    private final EpochGrid grid;
    private final Timebase timebase;
    private final boolean video;
    private final Output output;
    private final MovedBoundaries moved;
    private final long guard;
    private final long latest;
    private boolean open;
    private long number;
    private long notBefore = UNKNOWN;
    private long nextBoundary;
    private boolean missed;
    private boolean formatChanged;
    private @Nullable Long lastDts;

    Segmenter(SegmentationPolicy policy, Timebase timebase, Codec.Kind kind, Output output) {
        this.policy = policy;
        this.grid = policy.grid();
        this.timebase = timebase;
        this.video = kind == Codec.Kind.VIDEO;
        this.output = output;
        this.latest = timebase.den() <= 1_000_000_000 ? LATEST * timebase.den() / timebase.num() : Long.MAX_VALUE / 2;
        this.moved = new MovedBoundaries(grid);
        // what began later than this before a boundary may not have heard of the splices that move it
        this.guard =
                policy.moving() ? grid.startOfFrame(3L * grid.segmentFrames()).ticksIn(timebase, RoundingMode.UP) : 0;
    }

    /** Segment {@code boundary.number()} begins elsewhere than on the grid. */
    void move(SegmentBoundary boundary) {
        if (!policy.moving() || (open && boundary.number() <= number)) {
            return;
        }
        moved.add(boundary);
        if (open && boundary.number() == number + 1) {
            nextBoundary = boundary(number + 1);
            output.boundary(nextBoundary);
        }
    }

    /** Takes over a sample. */
    void accept(Sample sample) {
        if (sample.size() == 0) {
            output.drop(sample, Reason.EMPTY);
            return;
        }
        if (sample.pts() > latest || sample.dts() > latest || sample.dts() < -latest) {
            output.drop(sample, Reason.OUT_OF_RANGE);
            return;
        }
        if (lastDts != null && sample.dts() <= lastDts) {
            output.drop(sample, Reason.NOT_MONOTONIC);
            return;
        }
        if (sample.pts() < 0) {
            output.drop(sample, Reason.BEFORE_BOUNDARY);
            return;
        }
        if (notBefore == UNKNOWN) {
            notBefore = sample.pts() + guard;
        }
        lastDts = sample.dts();
        if (video) {
            acceptVideo(sample);
        } else {
            acceptSound(sample);
        }
    }

    private void acceptVideo(Sample sample) {
        Timestamp time = Timestamp.of(sample.pts(), timebase);
        long frame = grid.nearestFrame(time);
        boolean onBoundary = sample.sync() && moved.isStart(frame);
        boolean freeCut = !policy.isLive() && sample.sync() && (!open || sample.pts() >= nextBoundary);
        if (onBoundary || freeCut) {
            begin(moved.segmentOf(frame), sample);
        } else if (policy.isLive() && open && sample.pts() >= nextBoundary) {
            missed = true;
            end(nextBoundary);
        }
        deliver(sample);
    }

    private void acceptSound(Sample sample) {
        Timestamp time = Timestamp.of(sample.pts(), timebase);
        long segment = moved.segmentOf(grid.frameAt(time));
        if (!open || segment != number) {
            long boundary = boundary(segment);
            boolean first = sample.pts() - Math.max(1, sample.duration()) < boundary;
            if (first || !policy.isLive()) {
                begin(segment, sample);
            } else if (open) {
                missed = true;
                end(nextBoundary);
            }
        }
        deliver(sample);
    }

    /** The first tick at or after the start of a segment. */
    private long boundary(long segment) {
        return grid.startOfFrame(moved.start(segment)).ticksIn(timebase, RoundingMode.CEILING);
    }

    private void begin(long segment, Sample first) {
        if (!open && first.pts() < notBefore) {
            return;
        }
        if (open && policy.isLive() && segment != number + 1) {
            interrupt();
        } else if (open) {
            end(first.pts());
        }
        open = true;
        missed = false;
        formatChanged = false;
        number = segment;
        nextBoundary = boundary(segment + 1);
        output.begin(segment, first.pts(), nextBoundary, first.pts() - expectedStart(segment, first));
    }

    /** T_k for video; for sound the start of the first frame of the sound grid at or after it. */
    private long expectedStart(long segment, Sample first) {
        if (video || first.duration() < 1) {
            return grid.startOfFrame(moved.start(segment)).ticksIn(timebase, RoundingMode.HALF_UP);
        }
        long frame = first.duration();
        return -Math.floorDiv(-boundary(segment), frame) * frame;
    }

    private void end(long at) {
        open = false;
        output.end(at);
    }

    /** The next sample has another format: it begins a segment, or waits for one. */
    void formatChanged() {
        formatChanged = true;
    }

    private void deliver(Sample sample) {
        if (formatChanged) {
            formatChanged = false;
            missed = true;
            interrupt();
        }
        if (open) {
            output.sample(sample);
        } else {
            output.drop(sample, missed ? Reason.MISSED_BOUNDARY : Reason.BEFORE_BOUNDARY);
        }
    }

    /** Gives up the open segment; the next one begins at the next boundary. */
    void interrupt() {
        if (open) {
            open = false;
            output.abandon();
        }
    }

    /** Nothing follows: keeps the open segment on demand, where it may be short, and gives it up live. */
    void finish() {
        if (policy.isLive()) {
            interrupt();
        } else if (open) {
            end(UNKNOWN);
        }
    }
}
