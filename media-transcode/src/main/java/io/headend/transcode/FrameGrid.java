package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.Timestamp;

/**
 * Decides which frame numbers of the epoch grid a picture fills, so that every number gets exactly one picture.
 *
 * <p>A picture belongs to the frame whose start is nearest. That depends on its time alone, not on what came before, so two
 * transcoders of one source show the same picture at the same frame, wherever they began.
 */
final class FrameGrid {

    /**
     * What to do with a picture.
     *
     * @param repeats how often the picture before it is shown once more first
     * @param shown whether it is shown itself, once; if not, its frame has a picture already
     */
    record Placement(long repeats, boolean shown) {}

    private static final Placement DROP = new Placement(0, false);

    private final EpochGrid grid;
    private long next;
    private boolean started;

    FrameGrid(EpochGrid grid) {
        this.grid = grid;
    }

    boolean started() {
        return started;
    }

    /** The first frame that has no picture yet; meaningful once started. */
    long next() {
        return next;
    }

    Timestamp nextStart() {
        return grid.startOfFrame(next);
    }

    Placement place(Timestamp time) {
        long frame = grid.nearestFrame(time);
        if (!started) {
            started = true;
            next = frame + 1;
            return new Placement(0, true);
        }
        if (frame < next) {
            return DROP;
        }
        long repeats = frame - next;
        next = frame + 1;
        return new Placement(repeats, true);
    }

    /** How often the last picture is shown once more, so that every frame that starts before {@code end} has one. */
    long fillTo(Timestamp end) {
        if (!started) {
            return 0;
        }
        long frame = grid.nearestFrame(end);
        long repeats = Math.max(0, frame - next);
        next += repeats;
        return repeats;
    }
}
