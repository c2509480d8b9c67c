package io.headend.drm;

import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import java.time.Duration;

/**
 * When keys change: a crypto period is a whole number of segments, and period {@code p} begins with segment {@code p} times that
 * number. On the epoch grid every packager of a channel changes keys at the same segment.
 *
 * @param segments of each period, at least 1
 */
public record KeyRotation(long segments) {

    public KeyRotation {
        if (segments < 1) {
            throw MediaException.invalidArgument("A crypto period has at least one segment, not " + segments + ".");
        }
    }

    /**
     * Periods of about this length: the nearest whole number of segments, at least one.
     *
     * @param grid where segments are cut
     */
    public static KeyRotation every(Duration period, EpochGrid grid) {
        if (period.isNegative() || period.isZero()) {
            throw MediaException.invalidArgument("A crypto period lasts longer than nothing, not " + period + ".");
        }
        long segment = grid.segmentDuration().toNanos();
        return new KeyRotation(Math.max(1, (period.toNanos() + segment / 2) / segment));
    }

    /** Number of the crypto period of a segment. */
    public long period(long segment) {
        return Math.floorDiv(segment, segments);
    }

    /** The first segment of a period. */
    public long firstSegment(long period) {
        return Math.multiplyExact(period, segments);
    }
}
