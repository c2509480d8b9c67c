package io.headend.packaging;

import io.headend.core.Timebase;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;

/**
 * What a presentation says of itself from its first snapshot to its last.
 *
 * @param policy where the segments are cut
 * @param window how much a live manifest lists, {@link Duration#ZERO} where it lists everything
 * @param part longest part of a segment that can be fetched before the segment is whole, {@link Duration#ZERO} where
 *     segments are shown whole only
 * @param timeShift how much live content is kept for who asks for earlier times, at least the window
 * @param cueTags whether HLS playlists say {@code EXT-X-CUE-OUT} and {@code EXT-X-CUE-IN} beside the standard's date ranges
 * @param captions caption services in the pictures
 */
public record ManifestSettings(
        SegmentationPolicy policy,
        Duration window,
        Duration part,
        Duration timeShift,
        boolean cueTags,
        List<ClosedCaptions> captions) {

    private static final Duration LEAST_HOLD_BACK = Duration.ofSeconds(1);

    public ManifestSettings {
        captions = List.copyOf(captions);
        if (window.isNegative() || part.isNegative()) {
            throw new IllegalArgumentException("window " + window + " or part " + part + " is negative");
        }
    }

    /** Everything is listed, whole. */
    static ManifestSettings vod(SegmentationPolicy policy) {
        return new ManifestSettings(policy, Duration.ZERO, Duration.ZERO, Duration.ZERO, false, List.of());
    }

    /** The same with parts of a length, rounded to whole frames of the grid and at least one. */
    ManifestSettings withParts(Duration longest) {
        if (longest.isZero()) {
            return new ManifestSettings(policy, window, longest, timeShift, cueTags, captions);
        }
        Timebase frames = policy.grid().frameTimebase();
        long count = Math.max(1, Timebase.NANOS.convert(longest.toNanos(), frames));
        // rounded up to a microsecond, which is what playlists show: no part may be longer than is said
        long micros = frames.convert(count, Timebase.MICROS, RoundingMode.CEILING);
        return new ManifestSettings(policy, window, Duration.ofNanos(micros * 1000), timeShift, cueTags, captions);
    }

    ManifestSettings withCueTags() {
        return new ManifestSettings(policy, window, part, timeShift, true, captions);
    }

    ManifestSettings withCaptions(List<ClosedCaptions> services) {
        return new ManifestSettings(policy, window, part, timeShift, cueTags, services);
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
