package io.headend.packaging;

import io.headend.core.EpochGrid;
import io.headend.core.SegmentBoundary;
import java.math.RoundingMode;
import java.util.TreeMap;

/** First frames of segments: those of the grid, but for the few that were moved. Bounded. */
final class MovedBoundaries {

    private static final int MAX_MOVED = 256;

    private final EpochGrid grid;
    private final TreeMap<Long, Long> starts = new TreeMap<>();

    MovedBoundaries(EpochGrid grid) {
        this.grid = grid;
    }

    /** Boundaries that are moved farther than half a segment are not taken over. */
    void add(SegmentBoundary boundary) {
        long start = boundary.start().ticksIn(grid.frameTimebase(), RoundingMode.CEILING);
        long nominal = boundary.number() * grid.segmentFrames();
        if (2 * Math.abs(start - nominal) <= grid.segmentFrames()) {
            starts.put(boundary.number(), start);
        }
        while (starts.size() > MAX_MOVED) {
            starts.pollFirstEntry();
        }
    }

    long start(long segment) {
        return starts.getOrDefault(segment, Math.multiplyExact(segment, (long) grid.segmentFrames()));
    }

    /** The segment in which a frame lies; it is the nominal one or a neighbour of it. */
    long segmentOf(long frame) {
        long nominal = grid.segmentOfFrame(frame);
        if (frame < start(nominal)) {
            return nominal - 1;
        }
        return frame >= start(nominal + 1) ? nominal + 1 : nominal;
    }

    boolean isStart(long frame) {
        return start(segmentOf(frame)) == frame;
    }
}
