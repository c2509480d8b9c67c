package io.headend.formats.hls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A media playlist (RFC 8216bis, 4.4.3). Immutable. */
public final class MediaPlaylist {

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

    private final int targetDuration;
    private final long mediaSequence;
    private final long discontinuitySequence;
    private final Type type;
    private final @Nullable ServerControl serverControl;
    private final @Nullable Duration partTarget;
    private final boolean iframesOnly;
    private final int skipped;
    private final List<Define> definitions;
    private final List<DateRange> dateRanges;
    private final List<MediaSegment> segments;
    private final @Nullable PreloadHint hint;
    private final List<RenditionReport> reports;

    private MediaPlaylist(Builder builder) {
        this.targetDuration = builder.targetDuration;
        this.mediaSequence = builder.mediaSequence;
        this.discontinuitySequence = builder.discontinuitySequence;
        this.type = builder.type;
        this.serverControl = builder.serverControl;
        this.partTarget = builder.partTarget;
        this.iframesOnly = builder.iframesOnly;
        this.skipped = builder.skipped;
        this.definitions = List.copyOf(builder.definitions);
        this.dateRanges = List.copyOf(builder.dateRanges);
        this.segments = List.copyOf(builder.segments);
        this.hint = builder.hint;
        this.reports = List.copyOf(builder.reports);
        if (targetDuration < 1 || mediaSequence < 0 || discontinuitySequence < 0) {
            throw new IllegalArgumentException("target duration " + targetDuration + ", media sequence " + mediaSequence
                    + " and discontinuity sequence " + discontinuitySequence + " are out of range");
        }
        for (MediaSegment segment : segments) {
            check(segment);
        }
    }

    private void check(MediaSegment segment) {
        if (round(segment.duration()) > targetDuration) {
            throw new IllegalArgumentException("segment " + segment.uri() + " lasts " + segment.duration()
                    + ", longer than the target duration of " + targetDuration + " s");
        }
        for (PartialSegment part : segment.parts()) {
            if (partTarget == null || part.duration().compareTo(partTarget) > 0) {
                throw new IllegalArgumentException("part " + part.uri() + " lasts " + part.duration()
                        + ", longer than the part target of " + partTarget);
            }
        }
    }

    /**
     * A live playlist that begins at number 0 until told otherwise.
     *
     * @param targetDuration seconds; no segment's duration, rounded to the nearest integer, exceeds it
     */
    public static Builder builder(int targetDuration) {
        return new Builder(targetDuration);
    }

    /** Seconds, rounded to the nearest integer as {@code EXT-X-TARGETDURATION} asks. */
    public static int round(Duration duration) {
        return Math.toIntExact(duration.plusMillis(500).toSeconds());
    }

    public int targetDuration() {
        return targetDuration;
    }

    public long mediaSequence() {
        return mediaSequence;
    }

    public List<MediaSegment> segments() {
        return segments;
    }

    /** Lowest {@code EXT-X-VERSION} that the playlist needs (RFC 8216bis, 8). */
    public int version() {
        if (definitions.stream().anyMatch(d -> d.kind() == Define.Kind.QUERYPARAM)) {
            return 11;
        }
        if (skipped > 0 || partTarget != null) {
            // the whole playlist says 9 already, so that an update does not change it
            return 9;
        }
        if (!definitions.isEmpty() || segments.stream().anyMatch(s -> s.is(MediaSegment.Flag.GAP))) {
            return 8;
        }
        if (segments.stream().anyMatch(s -> s.map() != null)) {
            return iframesOnly ? 5 : 6;
        }
        return iframesOnly || segments.stream().anyMatch(s -> s.byteRange() != null) ? 4 : 3;
    }

    /** The playlist as text, lines ended by LF. */
    public String toText() {
        StringBuilder out = new StringBuilder(256 + 96 * segments.size());
        out.append("#EXTM3U\n#EXT-X-VERSION:").append(version()).append('\n');
        definitions.forEach(definition -> out.append(definition.toLine()));
        out.append("#EXT-X-TARGETDURATION:").append(targetDuration).append('\n');
        if (serverControl != null) {
            out.append(serverControl.toLine());
        }
        if (partTarget != null) {
            out.append("#EXT-X-PART-INF:")
                    .append(new Attributes().seconds("PART-TARGET", partTarget))
                    .append('\n');
        }
        if (type == Type.VOD || type == Type.EVENT) {
            out.append("#EXT-X-PLAYLIST-TYPE:").append(type).append('\n');
        }
        out.append(iframesOnly ? "#EXT-X-I-FRAMES-ONLY\n" : "#EXT-X-INDEPENDENT-SEGMENTS\n");
        out.append("#EXT-X-MEDIA-SEQUENCE:").append(mediaSequence).append('\n');
        if (type == Type.LIVE || type == Type.ENDED || discontinuitySequence > 0) {
            out.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                    .append(discontinuitySequence)
                    .append('\n');
        }
        if (skipped > 0) {
            out.append("#EXT-X-SKIP:SKIPPED-SEGMENTS=").append(skipped).append('\n');
        }
        dateRanges.forEach(range -> out.append(range.toLine()));
        MediaSegment before = null;
        for (MediaSegment segment : segments) {
            segment.append(out, before);
            before = segment;
        }
        if (hint != null) {
            out.append(hint.toLine());
        }
        reports.forEach(report -> out.append(report.toLine()));
        if (type == Type.VOD || type == Type.ENDED) {
            out.append("#EXT-X-ENDLIST\n");
        }
        return out.toString();
    }

    /** Collects the tags of a playlist; not safe for use by several threads. */
    public static final class Builder {
        private final int targetDuration;
        private final List<Define> definitions = new ArrayList<>();
        private final List<DateRange> dateRanges = new ArrayList<>();
        private final List<MediaSegment> segments = new ArrayList<>();
        private final List<RenditionReport> reports = new ArrayList<>();
        private long mediaSequence;
        private long discontinuitySequence;
        private Type type = Type.LIVE;
        private @Nullable ServerControl serverControl;
        private @Nullable Duration partTarget;
        private boolean iframesOnly;
        private int skipped;
        private @Nullable PreloadHint hint;

        private Builder(int targetDuration) {
            this.targetDuration = targetDuration;
        }

        /**
         * @param first number of the first segment
         * @param discontinuities number of the discontinuities before it
         */
        public Builder sequence(long first, long discontinuities) {
            this.mediaSequence = first;
            this.discontinuitySequence = discontinuities;
            return this;
        }

        /** How the playlist changes, {@link Type#LIVE} unless set. */
        public Builder type(Type changes) {
            this.type = changes;
            return this;
        }

        /** {@code EXT-X-SERVER-CONTROL}. */
        public Builder serverControl(ServerControl control) {
            this.serverControl = control;
            return this;
        }

        /** {@code EXT-X-PART-INF}: no part is longer. */
        public Builder partTarget(Duration longest) {
            this.partTarget = longest;
            return this;
        }

        /** {@code EXT-X-I-FRAMES-ONLY}: every segment is one picture. */
        public Builder iframesOnly() {
            this.iframesOnly = true;
            return this;
        }

        /** {@code EXT-X-SKIP}: so many segments come before the first of this playlist, the client has them. */
        public Builder skipped(int count) {
            this.skipped = count;
            return this;
        }

        public Builder define(Define definition) {
            definitions.add(definition);
            return this;
        }

        /** {@code EXT-X-DATERANGE}, before the segments: where it stands means nothing, and an update must not leave it out. */
        public Builder dateRange(DateRange range) {
            dateRanges.add(range);
            return this;
        }

        /** Adds a segment behind the ones before. */
        public Builder segment(MediaSegment segment) {
            segments.add(segment);
            return this;
        }

        public Builder hint(PreloadHint next) {
            this.hint = next;
            return this;
        }

        public Builder report(RenditionReport report) {
            reports.add(report);
            return this;
        }

        /** @throws IllegalArgumentException if a segment is longer than the target duration, or a part than the part target */
        public MediaPlaylist build() {
            return new MediaPlaylist(this);
        }
    }
}
