package io.headend.core;

import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where segments of an {@link EpochGrid} begin when splices shall fall on segment boundaries: segment k keeps its number, and
 * the boundary nearest to a splice moves to it. With segments of length d, a splice at S moves its boundary unless another
 * splice lies in (S - 2d, S); then segments last between d/2 and 3d/2, and the decision needs no knowledge of what was more
 * than 2d before, so that pipelines which began at different times agree.
 *
 * <p>A boundary is decided when the stream comes to 3d/2 before its nominal place; splices that are announced later than 2d
 * before they happen may be too late to move one. Bounded: splices long passed are forgotten.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class CueSchedule {

    private static final int MAX_SPLICES = 4096;

    private final EpochGrid grid;
    private final long length;
    private final TreeSet<Long> splices = new TreeSet<>();
    private long nextUndecided = Long.MIN_VALUE;

    public CueSchedule(EpochGrid grid) {
        this.grid = grid;
        this.length = grid.segmentFrames();
    }

    /** Announces a splice; off the grid it happens at the first frame after it. */
    public void add(Timestamp at) {
        splices.add(at.ticksIn(grid.frameTimebase(), RoundingMode.CEILING));
        while (splices.size() > MAX_SPLICES) {
            splices.pollFirst();
        }
    }

    /**
     * Moved boundaries that are decided when the stream comes to this frame, in order; told once each.
     *
     * @param frame not before the one of the last call
     */
    public List<SegmentBoundary> decide(long frame) {
        long last = Math.floorDiv(frame + length + length / 2, length);
        if (nextUndecided == Long.MIN_VALUE) {
            nextUndecided = last;
        }
        List<SegmentBoundary> moved = new ArrayList<>();
        for (; nextUndecided <= last; nextUndecided++) {
            long start = boundary(splices, length, nextUndecided);
            if (start != nextUndecided * length) {
                moved.add(new SegmentBoundary(nextUndecided, grid.startOfFrame(start), length));
            }
        }
        splices.headSet(frame - 4 * length).clear();
        return moved;
    }

    /**
     * First frame of segment k.
     *
     * @param splices frames at which splices happen
     * @param length frames of a segment
     */
    static long boundary(SortedSet<Long> splices, long length, long segment) {
        long nominal = segment * length;
        long from = nominal - length / 2;
        SortedSet<Long> near = splices.subSet(from, from + length);
        if (near.isEmpty()) {
            return nominal;
        }
        long splice = near.first();
        boolean alone = splices.subSet(splice - 2 * length + 1, splice).isEmpty();
        return alone ? splice : nominal;
    }
}
