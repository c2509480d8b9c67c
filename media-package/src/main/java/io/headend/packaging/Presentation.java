package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.Cue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything a manifest says, at one moment. Immutable: each publish makes a new one, and the HLS and DASH writers are
 * functions of it alone.
 *
 * @param version counts publishes, ascending
 * @param settings what never changes
 * @param breaks what slid out of the window and still matters
 * @param ended whether nothing will be added
 * @param tracks in the order in which they were declared; all list the same segments, except at the end of content on
 *     demand, and in low latency, where each lists what it has
 * @param cues messages that are bound to a time of the listed segments or soon after, by time
 */
public record Presentation(
        long version,
        ManifestSettings settings,
        Breaks breaks,
        boolean ended,
        List<PublishedTrack> tracks,
        List<Cue> cues) {

    /**
     * Discontinuities before the first listed segment.
     *
     * @param count {@code EXT-X-DISCONTINUITY-SEQUENCE}: grows by one with each; live it begins at the number of hours since
     *     2025-01-01T00:00:00Z, so that what another run of the channel said before is not undercut
     * @param since number of the first segment after the last of them, 0 where there was none
     */
    public record Breaks(long count, long since) {
        public static final Breaks NONE = new Breaks(0, 0);
        // Not the segment number: players keep arrays that are as long as this count.
        private static final Instant ZERO = Instant.parse("2025-01-01T00:00:00Z");

        /** Before the first segment that is ever listed. */
        static Breaks startingAt(Instant first) {
            return new Breaks(Math.max(0, Duration.between(ZERO, first).toHours()), 0);
        }
    }

    public Presentation {
        tracks = List.copyOf(tracks);
        cues = List.copyOf(cues);
        if (tracks.isEmpty() || tracks.stream().anyMatch(t -> t.segments().isEmpty())) {
            throw new IllegalArgumentException("a presentation lists at least one segment of each of its tracks");
        }
    }

    /** Where the segments are cut. */
    public SegmentationPolicy policy() {
        return settings.policy();
    }

    /** How much is kept listed, {@link Duration#ZERO} where everything is. */
    public Duration window() {
        return settings.window();
    }

    public boolean isLive() {
        return policy().isLive();
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

    /** The track of that name, or {@code null} where there is none. */
    public @Nullable PublishedTrack track(String name) {
        for (PublishedTrack track : tracks) {
            if (track.name().equals(name)) {
                return track;
            }
        }
        return null;
    }

    /** Numbers of the listed segments that follow a discontinuity, of any track. */
    SortedSet<Long> discontinuities() {
        TreeSet<Long> numbers = new TreeSet<>();
        for (PublishedTrack track : tracks) {
            for (SegmentEntry entry : track.segments()) {
                if (entry.discontinuity()) {
                    numbers.add(entry.number());
                }
            }
            OpenSegment open = track.open();
            if (open != null && open.discontinuity()) {
                numbers.add(open.number());
            }
        }
        return numbers;
    }

    /** The same without the segments before a number; unchanged where nothing would be left of a track. */
    Presentation from(long number) {
        Breaks passed = breaks;
        for (long broken : discontinuities().headSet(number)) {
            passed = new Breaks(passed.count() + 1, broken);
        }
        List<PublishedTrack> left = new ArrayList<>(tracks.size());
        for (PublishedTrack track : tracks) {
            List<SegmentEntry> rest =
                    track.segments().stream().filter(s -> s.number() >= number).toList();
            if (rest.isEmpty()) {
                return this;
            }
            left.add(rest.size() == track.segments().size() ? track : track.listing(rest, track.open()));
        }
        return new Presentation(version, settings, passed, ended, left, cues);
    }

    /** The same as it was when segment {@code number} was the last; unchanged where nothing would be left of a track. */
    Presentation through(long number) {
        List<PublishedTrack> left = new ArrayList<>(tracks.size());
        for (PublishedTrack track : tracks) {
            List<SegmentEntry> first =
                    track.segments().stream().filter(s -> s.number() <= number).toList();
            if (first.isEmpty()) {
                return this;
            }
            left.add(track.listing(first, null));
        }
        return new Presentation(version, settings, breaks, ended, left, cues);
    }

    /** What is listed for who asks for nothing special: the window, out of what is kept. */
    Presentation latest() {
        if (!isLive() || settings.timeShift().compareTo(window()) <= 0) {
            return this;
        }
        long each = Math.max(1, policy().grid().segmentDuration().toNanos());
        return from(lastNumber() + 1 - Math.max(1, -Math.floorDiv(-window().toNanos(), each)));
    }

    /** Whether segments are encrypted as wholes, which no MPD can say. */
    boolean isHlsAlone() {
        return tracks.stream()
                .flatMap(track -> track.segments().stream())
                .anyMatch(segment -> !segment.layout().hlsKeys().isEmpty());
    }

    private static boolean isText(PublishedTrack track) {
        return track.track().format().codec().codec() == Codec.WEBVTT;
    }

    /** The same with subtitles as WebVTT files, as HLS players read them. */
    Presentation inHls() {
        if (tracks.stream().noneMatch(Presentation::isText)) {
            return this;
        }
        List<PublishedTrack> said = new ArrayList<>(tracks.size());
        for (PublishedTrack track : tracks) {
            List<SegmentEntry> files =
                    track.segments().stream().map(SegmentEntry::asText).toList();
            said.add(isText(track) ? track.listing(files, null) : track);
        }
        return new Presentation(version, settings, breaks, ended, said, cues);
    }

    /** The same without subtitles, where nobody makes files of them. */
    Presentation withoutText() {
        List<PublishedTrack> others =
                tracks.stream().filter(track -> !isText(track)).toList();
        return others.size() == tracks.size() || others.isEmpty()
                ? this
                : new Presentation(version, settings, breaks, ended, others, cues);
    }

    /** Whether another snapshot says the same of whole segments. */
    boolean sameListing(@Nullable Presentation other) {
        if (other == null || ended != other.ended || !cues.equals(other.cues) || tracks.size() != other.tracks.size()) {
            return false;
        }
        for (int i = 0; i < tracks.size(); i++) {
            if (!tracks.get(i).segments().equals(other.tracks.get(i).segments())) {
                return false;
            }
        }
        return true;
    }

    /** The same without what only a server that waits can serve: whole segments alone. */
    Presentation settled() {
        if (!settings.isLowLatency()) {
            return this;
        }
        List<PublishedTrack> whole = new ArrayList<>(tracks.size());
        long last = Long.MAX_VALUE;
        for (PublishedTrack track : tracks) {
            last = Math.min(
                    last, track.segments().get(track.segments().size() - 1).number());
        }
        for (PublishedTrack track : tracks) {
            long end = last;
            whole.add(track.listing(
                    track.segments().stream().filter(s -> s.number() <= end).toList(), null));
        }
        ManifestSettings plain = settings.withParts(Duration.ZERO);
        return whole.stream().anyMatch(t -> t.segments().isEmpty())
                ? this
                : new Presentation(version, plain, breaks, ended, whole, cues);
    }
}
