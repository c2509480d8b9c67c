package io.headend.packaging;

import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.formats.hls.parsed.ParsedSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A media playlist being checked, with what its segments showed. */
final class CheckedPlaylist {

    /**
     * A segment and its facts.
     *
     * @param facts {@code null} where it could not be fetched, is a gap, or is text
     * @param init what its initialisation segment says, or {@code null} without one
     * @param bytes its size, 0 where unknown
     */
    record Checked(
            ParsedSegment listed,
            @Nullable SegmentFacts facts,
            @Nullable InitFacts init,
            long bytes) {}

    private final String path;
    private final String text;
    private final ParsedMedia playlist;
    private final boolean iframes;
    private final List<Checked> segments = new ArrayList<>();

    CheckedPlaylist(String path, String text, ParsedMedia playlist, boolean iframes) {
        this.path = path;
        this.text = text;
        this.playlist = playlist;
        this.iframes = iframes;
    }

    String path() {
        return path;
    }

    /** The text as it came. */
    String text() {
        return text;
    }

    ParsedMedia playlist() {
        return playlist;
    }

    boolean isIframes() {
        return iframes;
    }

    List<Checked> segments() {
        return segments;
    }

    boolean isLive() {
        return !playlist.ended();
    }

    boolean hasPictures() {
        return segments.stream()
                .anyMatch(s -> (s.init() != null && s.init().isVideo())
                        || (s.facts() != null && s.facts().picture() != null));
    }

    boolean hasSound() {
        return segments.stream()
                .anyMatch(s -> (s.init() != null && s.init().isSound())
                        || (s.facts() != null && s.facts().tracks().sounds() > 0));
    }

    boolean isProtected() {
        return playlist.segments().stream().anyMatch(s -> !s.form().keys().isEmpty());
    }

    Duration length() {
        return playlist.segments().stream().map(ParsedSegment::duration).reduce(Duration.ZERO, Duration::plus);
    }

    /** Bits per second over all segments of known size. */
    double averageRate() {
        double bits = 0;
        double seconds = 0;
        for (Checked segment : segments) {
            if (segment.bytes() > 0) {
                bits += segment.bytes() * 8.0;
                seconds += seconds(segment);
            }
        }
        return seconds == 0 ? 0 : bits / seconds;
    }

    /** Bits per second at most over neighbouring segments of 0.5 to 1.5 target durations (RFC 8216bis, 4.4.6.2). */
    double peakRate() {
        double target = playlist.header().targetDuration();
        double peak = 0;
        for (int from = 0; from < segments.size(); from++) {
            double bits = 0;
            double length = 0;
            for (int to = from; to < segments.size() && length <= 1.5 * target; to++) {
                bits += segments.get(to).bytes() * 8.0;
                length += seconds(segments.get(to));
                if (length >= 0.5 * target && length <= 1.5 * target) {
                    peak = Math.max(peak, bits / length);
                }
            }
        }
        return peak;
    }

    private static double seconds(Checked segment) {
        return segment.listed().duration().toNanos() / 1e9;
    }
}
