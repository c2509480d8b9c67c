package io.headend.packaging;

import io.headend.core.Timebase;
import java.time.Duration;

/**
 * What a presentation says of itself from its first snapshot to its last.
 *
 * @param policy where the segments are cut
 * @param window how much a live manifest lists, {@link Duration#ZERO} where it lists everything
 * @param part longest part of a segment that can be fetched before the segment is whole, {@link Duration#ZERO} where
 *     segments are shown whole only
 */
public record ManifestSettings(SegmentationPolicy policy, Duration window, Duration part) {

    private static final Duration LEAST_HOLD_BACK = Duration.ofSeconds(1);

    public ManifestSettings {
        if (window.isNegative() || part.isNegative()) {
            throw new IllegalArgumentException("window " + window + " or part " + part + " is negative");
        }
    }

    /** Settings whose parts are the given length, rounded to whole frames of the grid and at least one. */
    static ManifestSettings of(SegmentationPolicy policy, Duration window, Duration part) {
        if (part.isZero()) {
            return new ManifestSettings(policy, window, part);
        }
        Timebase frames = policy.grid().frameTimebase();
        long count = Math.max(1, Timebase.NANOS.convert(part.toNanos(), frames));
        // rounded up to a microsecond, which is what playlists show: no part may be longer than is said
        long micros = frames.convert(count, Timebase.MICROS, java.math.RoundingMode.CEILING);
        return new ManifestSettings(policy, window, Duration.ofNanos(micros * 1000));
    }

    public boolean isLowLatency() {
        return !part.isZero();
    }

    /** How far behind the last part a player begins: three parts, and at least a second. */
    public Duration partHoldBack() {
        Duration three = part.multipliedBy(3);
        return three.compareTo(LEAST_HOLD_BACK) < 0 ? LEAST_HOLD_BACK : three;
    }
}
