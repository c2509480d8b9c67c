package io.headend.formats.hls;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a media playlist with the tags that stand before it (RFC 8216bis, 4.4.4), or, without a URI of its own, the
 * parts of one that is not whole yet. Immutable.
 */
public final class MediaSegment {

    /** Tags without a value. */
    public enum Flag {
        /** {@code EXT-X-DISCONTINUITY}. */
        DISCONTINUITY,
        /** {@code EXT-X-GAP}. */
        GAP
    }

    // RFC 3339 with three digits of a second: what every player reads
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final @Nullable String uri;
    private final Duration duration;
    private final Set<Flag> flags;
    private final @Nullable Instant programDateTime;
    private final @Nullable String map;
    private final List<Key> keys;
    private final @Nullable ByteRange byteRange;
    private final List<PartialSegment> parts;
    private final List<String> marks;

    private MediaSegment(Builder builder) {
        this.uri = builder.uri;
        this.duration = builder.duration;
        this.flags = Set.copyOf(builder.flags);
        this.programDateTime = builder.programDateTime;
        this.map = builder.map;
        this.keys = List.copyOf(builder.keys);
        this.byteRange = builder.byteRange;
        this.parts = List.copyOf(builder.parts);
        this.marks = List.copyOf(builder.marks);
    }

    /**
     * @param uri where the segment is
     * @param duration {@code EXTINF}
     */
    public static Builder builder(String uri, Duration duration) {
        requireUri(uri);
        if (duration.isNegative()) {
            throw new IllegalArgumentException("negative duration " + duration);
        }
        return new Builder(uri, duration);
    }

    /** The last one of a playlist, of which only parts are there. */
    public static Builder growing() {
        return new Builder(null, Duration.ZERO);
    }

    static void requireUri(String uri) {
        if (uri.isEmpty() || uri.startsWith("#") || uri.indexOf('\n') >= 0 || uri.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("not a URI for a playlist: '" + uri + "'");
        }
    }

    /** Where it is, or {@code null} while it grows. */
    public @Nullable String uri() {
        return uri;
    }

    public Duration duration() {
        return duration;
    }

    public boolean is(Flag flag) {
        return flags.contains(flag);
    }

    public @Nullable String map() {
        return map;
    }

    public List<Key> keys() {
        return keys;
    }

    public @Nullable ByteRange byteRange() {
        return byteRange;
    }

    public List<PartialSegment> parts() {
        return parts;
    }

    private static boolean encryptsWholes(List<Key> keys) {
        return keys.stream().anyMatch(key -> key.method().equals("AES-128"));
    }

    private void appendMap(StringBuilder out) {
        if (map != null) {
            out.append("#EXT-X-MAP:")
                    .append(new Attributes().quoted("URI", map))
                    .append('\n');
        }
    }

    /** Writes it behind {@code before}; what applies already is not said again. */
    void append(StringBuilder out, @Nullable MediaSegment before) {
        if (is(Flag.DISCONTINUITY)) {
            out.append("#EXT-X-DISCONTINUITY\n");
        }
        boolean mapped = map != null && (before == null || is(Flag.DISCONTINUITY) || !map.equals(before.map));
        List<Key> inForce = before == null ? List.of() : before.keys;
        if (mapped && (encryptsWholes(inForce) || encryptsWholes(keys))) {
            // a key in force would hold for the initialisation segment as well, which is in the clear
            if (!inForce.isEmpty()) {
                out.append("#EXT-X-KEY:METHOD=NONE\n");
                inForce = List.of();
            }
            appendMap(out);
            mapped = false;
        }
        if (!keys.equals(inForce)) {
            if (keys.isEmpty()) {
                out.append("#EXT-X-KEY:METHOD=NONE\n");
            }
            keys.forEach(key -> out.append(key.toLine()));
        }
        if (mapped) {
            appendMap(out);
        }
        if (programDateTime != null) {
            out.append("#EXT-X-PROGRAM-DATE-TIME:")
                    .append(dateTime(programDateTime))
                    .append('\n');
        }
        marks.forEach(mark -> out.append(mark).append('\n'));
        parts.forEach(part -> out.append(part.toLine()));
        if (uri == null) {
            return;
        }
        if (is(Flag.GAP)) {
            out.append("#EXT-X-GAP\n");
        }
        BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9).setScale(6, RoundingMode.HALF_UP);
        out.append("#EXTINF:").append(seconds.toPlainString()).append(",\n");
        if (byteRange != null) {
            out.append("#EXT-X-BYTERANGE:").append(byteRange).append('\n');
        }
        out.append(uri).append('\n');
    }

    /** Rounded to the nearest millisecond. */
    static String dateTime(Instant instant) {
        return DATE_TIME.format(instant.plusNanos(500_000));
    }

    /** Collects the tags of a segment; not safe for use by several threads. */
    public static final class Builder {
        private final @Nullable String uri;
        private final Duration duration;
        private final Set<Flag> flags = EnumSet.noneOf(Flag.class);
        private final List<PartialSegment> parts = new ArrayList<>();
        private final List<String> marks = new ArrayList<>();
        private @Nullable Instant programDateTime;
        private @Nullable String map;
        private List<Key> keys = List.of();
        private @Nullable ByteRange byteRange;

        private Builder(@Nullable String uri, Duration duration) {
            this.uri = uri;
            this.duration = duration;
        }

        public Builder flag(Flag flag) {
            flags.add(flag);
            return this;
        }

        /** {@code EXT-X-PROGRAM-DATE-TIME}, written to the millisecond. */
        public Builder programDateTime(Instant start) {
            this.programDateTime = start;
            return this;
        }

        /** URI of {@code EXT-X-MAP} that applies; written where it differs from the segment before. */
        public Builder map(String init) {
            this.map = init;
            return this;
        }

        /** {@code EXT-X-KEY} that apply; written where they differ from the segment before. */
        public Builder keys(List<Key> apply) {
            this.keys = List.copyOf(apply);
            return this;
        }

        /** The stretch of the resource that is the segment. */
        public Builder byteRange(ByteRange range) {
            this.byteRange = range;
            return this;
        }

        public Builder part(PartialSegment part) {
            parts.add(part);
            return this;
        }

        /** {@code EXT-X-CUE-OUT}, which no standard defines but many ad servers read. */
        public Builder cueOut(@Nullable Duration length) {
            marks.add("#EXT-X-CUE-OUT" + (length == null ? "" : ":DURATION=" + Attributes.decimal(length)));
            return this;
        }

        /** {@code EXT-X-CUE-IN}. */
        public Builder cueIn() {
            marks.add("#EXT-X-CUE-IN");
            return this;
        }

        public MediaSegment build() {
            return new MediaSegment(this);
        }
    }
}
