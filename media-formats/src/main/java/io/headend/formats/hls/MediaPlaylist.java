package io.headend.formats.hls;

import io.headend.formats.hls.MediaSegment.Flag;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A media playlist (RFC 8216bis, 4.4.3).
 *
 * @param targetDuration seconds; no segment's duration, rounded to the nearest integer, exceeds it
 * @param mediaSequence number of the first segment
 * @param discontinuitySequence number of the discontinuities before the first segment
 * @param type how the playlist changes
 * @param serverControl {@code EXT-X-SERVER-CONTROL}, or {@code null}
 * @param segments oldest first
 */
public record MediaPlaylist(
        int targetDuration,
        long mediaSequence,
        long discontinuitySequence,
        Type type,
        @Nullable ServerControl serverControl,
        List<MediaSegment> segments) {

    /** How a playlist changes. */
    public enum Type {
        /** Segments are appended and slide out. */
        LIVE,
        /** Nothing will be appended to a playlist whose segments slid out. */
        ENDED,
        /** Segments are appended and stay. */
        EVENT,
        /** All of the content. */
        VOD
    }

    // RFC 3339 with three digits of a second: what every player reads
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    public MediaPlaylist {
        segments = List.copyOf(segments);
        if (targetDuration < 1 || mediaSequence < 0 || discontinuitySequence < 0) {
            throw new IllegalArgumentException("target duration " + targetDuration + ", media sequence " + mediaSequence
                    + " and discontinuity sequence " + discontinuitySequence + " are out of range");
        }
        for (MediaSegment segment : segments) {
            if (round(segment.duration()) > targetDuration) {
                throw new IllegalArgumentException("segment " + segment.uri() + " lasts " + segment.duration()
                        + ", longer than the target duration of " + targetDuration + " s");
            }
        }
    }

    /** Seconds, rounded to the nearest integer as {@code EXT-X-TARGETDURATION} asks. */
    public static int round(Duration duration) {
        return Math.toIntExact(duration.plusMillis(500).toSeconds());
    }

    /** Lowest {@code EXT-X-VERSION} that the playlist needs (RFC 8216bis, 8). */
    public int version() {
        return segments.stream().anyMatch(s -> s.map() != null) ? 6 : 3;
    }

    /** The playlist as text, lines ended by LF. */
    public String toText() {
        StringBuilder out = new StringBuilder(256 + 96 * segments.size());
        out.append("#EXTM3U\n#EXT-X-VERSION:").append(version()).append('\n');
        out.append("#EXT-X-TARGETDURATION:").append(targetDuration).append('\n');
        if (serverControl != null) {
            out.append(serverControl.toLine());
        }
        if (type == Type.VOD || type == Type.EVENT) {
            out.append("#EXT-X-PLAYLIST-TYPE:").append(type).append('\n');
        }
        out.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        out.append("#EXT-X-MEDIA-SEQUENCE:").append(mediaSequence).append('\n');
        if (type == Type.LIVE || type == Type.ENDED || discontinuitySequence > 0) {
            out.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                    .append(discontinuitySequence)
                    .append('\n');
        }
        MediaSegment before = null;
        for (MediaSegment segment : segments) {
            append(out, segment, before);
            before = segment;
        }
        if (type == Type.VOD || type == Type.ENDED) {
            out.append("#EXT-X-ENDLIST\n");
        }
        return out.toString();
    }

    private static void append(StringBuilder out, MediaSegment segment, @Nullable MediaSegment before) {
        if (segment.is(Flag.DISCONTINUITY)) {
            out.append("#EXT-X-DISCONTINUITY\n");
        }
        if (!segment.keys().equals(before == null ? List.of() : before.keys())) {
            if (segment.keys().isEmpty()) {
                out.append("#EXT-X-KEY:METHOD=NONE\n");
            }
            segment.keys().forEach(key -> out.append(key.toLine()));
        }
        String map = segment.map();
        if (map != null && (before == null || segment.is(Flag.DISCONTINUITY) || !map.equals(before.map()))) {
            out.append("#EXT-X-MAP:")
                    .append(new Attributes().quoted("URI", map))
                    .append('\n');
        }
        Instant dateTime = segment.programDateTime();
        if (dateTime != null) {
            out.append("#EXT-X-PROGRAM-DATE-TIME:").append(dateTime(dateTime)).append('\n');
        }
        if (segment.is(Flag.GAP)) {
            out.append("#EXT-X-GAP\n");
        }
        BigDecimal seconds = BigDecimal.valueOf(segment.duration().toNanos(), 9).setScale(6, RoundingMode.HALF_UP);
        out.append("#EXTINF:").append(seconds.toPlainString()).append(",\n");
        out.append(segment.uri()).append('\n');
    }

    /** Rounded to the nearest millisecond. */
    private static String dateTime(Instant instant) {
        return DATE_TIME.format(instant.plusNanos(500_000));
    }
}
