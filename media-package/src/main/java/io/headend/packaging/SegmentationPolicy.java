package io.headend.packaging;

import io.headend.core.EpochGrid;

/**
 * Where every rendition of a presentation is cut: segment k begins at {@link EpochGrid#segmentStart(long)}, video at the
 * IDR picture there, sound at the first frame that starts there or later.
 *
 * @param grid boundaries and numbers
 * <p>A {@link io.headend.core.SegmentBoundary} on the stream moves the beginning of its segment, by up to half a segment.
 *
 * @param type whether the ends of a stream that fall inside a segment are left out ({@code LIVE}) or kept ({@code VOD})
 * @param moving whether segments may last up to one and a half times their nominal length, because boundaries move
 */
public record SegmentationPolicy(EpochGrid grid, Type type, boolean moving) {

    /** Live or on demand. */
    public enum Type {
        /** Times count from 1970-01-01T00:00:00Z; segments that lack their beginning or end are left out. */
        LIVE,
        /** Times count from the beginning of the content; the first and the last segment may be short. */
        VOD
    }

    public static SegmentationPolicy live(EpochGrid grid) {
        return new SegmentationPolicy(grid, Type.LIVE, false);
    }

    public static SegmentationPolicy vod(EpochGrid grid) {
        return new SegmentationPolicy(grid, Type.VOD, false);
    }

    /** The same with boundaries that move to splices. */
    public SegmentationPolicy withMovingBoundaries() {
        return new SegmentationPolicy(grid, type, true);
    }

    public boolean isLive() {
        return type == Type.LIVE;
    }
}
