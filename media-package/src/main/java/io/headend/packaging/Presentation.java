package io.headend.packaging;

import java.time.Duration;
import java.util.List;

/**
 * Everything a manifest says, at one moment. Immutable: each publish makes a new one, and the HLS and DASH writers are
 * functions of it alone.
 *
 * @param version counts publishes, ascending
 * @param policy where the segments are cut
 * @param window how much is kept listed, {@link Duration#ZERO} where everything is
 * @param breaks what slid out of the window and still matters
 * @param ended whether nothing will be added
 * @param tracks in the order in which they were declared; all list the same segments, except at the end of content on demand
 */
public record Presentation(
        long version,
        SegmentationPolicy policy,
        Duration window,
        Breaks breaks,
        boolean ended,
        List<PublishedTrack> tracks) {

    /**
     * Discontinuities before the first listed segment.
     *
     * @param count how many ({@code EXT-X-DISCONTINUITY-SEQUENCE})
     * @param since number of the first segment after the last of them, 0 where there was none
     */
    public record Breaks(long count, long since) {
        public static final Breaks NONE = new Breaks(0, 0);
    }

    public Presentation {
        tracks = List.copyOf(tracks);
        if (tracks.isEmpty() || tracks.stream().anyMatch(t -> t.segments().isEmpty())) {
            throw new IllegalArgumentException("a presentation lists at least one segment of each of its tracks");
        }
    }

    public boolean isLive() {
        return policy.isLive();
    }

    /** Number of the first listed segment. */
    public long firstNumber() {
        return tracks.stream()
                .mapToLong(t -> t.segments().get(0).number())
                .min()
                .orElseThrow();
    }

    /** Number of the last listed segment. */
    public long lastNumber() {
        return tracks.stream()
                .mapToLong(t -> t.segments().get(t.segments().size() - 1).number())
                .max()
                .orElseThrow();
    }
}
