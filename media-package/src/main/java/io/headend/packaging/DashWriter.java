package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.TrackRole;
import io.headend.core.VideoFormat;
import io.headend.formats.dash.AdaptationSet;
import io.headend.formats.dash.Descriptor;
import io.headend.formats.dash.Descriptor.Element;
import io.headend.formats.dash.Division;
import io.headend.formats.dash.Mpd;
import io.headend.formats.dash.Period;
import io.headend.formats.dash.Representation;
import io.headend.formats.dash.SegmentTemplate;
import io.headend.formats.dash.SegmentTimeline;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The MPD (ISO/IEC 23009-1) of a snapshot, as a function of it alone. Live content is anchored at 1970-01-01T00:00:00Z; each
 * discontinuity begins a period.
 */
final class DashWriter {

    private static final List<String> PROFILES =
            List.of("urn:mpeg:dash:profile:isoff-live:2011", "urn:mpeg:dash:profile:cmaf:2019");

    private static final Descriptor UTC =
            new Descriptor(Element.UTC_TIMING, "urn:mpeg:dash:utc:http-iso:2014", Manifests.TIME);

    private static final Duration PATCH_LIFETIME = Duration.ofSeconds(60);

    static final String ID = "live";

    /** Times the normal speed at which key pictures alone can be wound through. */
    private static final int FASTEST = 32;

    private DashWriter() {}

    /** {@code manifest.mpd}. */
    static String mpd(Presentation presentation) {
        return document(presentation, true).toXml();
    }

    /** @param patched whether there is somebody who tells what changed since */
    static Mpd document(Presentation presentation, boolean patched) {
        Duration segment = HlsWriter.duration(presentation.policy().grid().segmentDuration());
        boolean growing = presentation.isLive() && !presentation.ended();
        Mpd.Type type = growing ? dynamic(presentation, segment) : new Mpd.Static(length(presentation));
        Mpd.Service service = growing ? service(presentation, patched) : Mpd.Service.NONE;
        return new Mpd(type, segment, PROFILES, periods(presentation), service);
    }

    private static Mpd.Service service(Presentation presentation, boolean patched) {
        Mpd.Latency latency = null;
        if (presentation.settings().isLowLatency()) {
            Duration target = latency(presentation);
            latency = new Mpd.Latency(target, target.dividedBy(2), target.multipliedBy(3), 960, 1040);
        }
        Mpd.PatchLocation patch =
                new Mpd.PatchLocation(Manifests.PATCH + "?publishTime=" + published(presentation), PATCH_LIFETIME);
        return new Mpd.Service(ID, patched ? patch : null, latency, List.of(UTC));
    }

    /** How far behind the present to play in low latency: what HLS holds back, and one chunk to make. */
    private static Duration latency(Presentation presentation) {
        ManifestSettings settings = presentation.settings();
        return Duration.ofMillis(settings.partHoldBack().plus(settings.part()).toMillis());
    }

    /** When what it lists was complete; so equal listings have equal bytes. */
    static Instant published(Presentation presentation) {
        return presentation
                .policy()
                .grid()
                .segmentStart(presentation.lastNumber() + 1)
                .toInstant();
    }

    private static Mpd.Dynamic dynamic(Presentation presentation, Duration segment) {
        Duration hold = presentation.settings().isLowLatency()
                ? latency(presentation)
                : Duration.ofSeconds(3L * HlsWriter.targetDuration(presentation));
        return new Mpd.Dynamic(Instant.EPOCH, published(presentation), segment, presentation.window(), hold);
    }

    /** Numbers of the first segments of the periods, and of what follows the last one. */
    private static List<Long> edges(Presentation presentation) {
        long since = presentation.breaks().since();
        TreeSet<Long> edges = new TreeSet<>(List.of(since, Long.MAX_VALUE));
        edges.addAll(presentation.discontinuities().tailSet(since + 1));
        edges.addAll(DashEvents.breaks(presentation).tailSet(since + 1));
        return List.copyOf(edges);
    }

    private static List<Period> periods(Presentation presentation) {
        Timestamp origin = origin(presentation);
        List<Long> edges = edges(presentation);
        List<Period> periods = new ArrayList<>();
        for (int i = 0; i + 1 < edges.size(); i++) {
            long from = edges.get(i);
            long to = edges.get(i + 1);
            boolean empty = presentation.tracks().stream()
                    .allMatch(t -> within(t, from, to).isEmpty());
            if (!empty) {
                Timestamp start = periods.isEmpty() && presentation.ended() ? origin : start(presentation, from);
                Duration offset = HlsWriter.duration(start).minus(HlsWriter.duration(origin));
                Timestamp end = to == Long.MAX_VALUE ? null : start(presentation, to);
                periods.add(new Period(
                        Long.toString(from),
                        offset,
                        null,
                        DashEvents.of(presentation, start, end),
                        sets(presentation, from, to, start)));
            }
        }
        return periods;
    }

    /** Where segment k begins: where the pictures do, which may not be on the grid. */
    private static Timestamp start(Presentation presentation, long number) {
        for (PublishedTrack track : presentation.tracks()) {
            if (track.track().kind() == Codec.Kind.VIDEO
                    && (presentation.policy().moving() || !presentation.isLive())) {
                for (SegmentEntry entry : track.segments()) {
                    if (entry.number() == number) {
                        return track.start(entry);
                    }
                }
            }
        }
        return presentation.policy().grid().segmentStart(number);
    }

    /** Media time at which the timeline of the MPD begins. */
    private static Timestamp origin(Presentation presentation) {
        boolean fromFirst = presentation.ended() && presentation.isLive();
        return presentation.policy().grid().segmentStart(fromFirst ? presentation.firstNumber() : 0);
    }

    private static Duration length(Presentation presentation) {
        Duration end = Duration.ZERO;
        for (PublishedTrack track : presentation.tracks()) {
            SegmentEntry last = track.segments().get(track.segments().size() - 1);
            Timestamp after = track.start(last).plusTicks(last.duration());
            Duration its = HlsWriter.duration(after);
            end = its.compareTo(end) > 0 ? its : end;
        }
        return end.minus(HlsWriter.duration(origin(presentation)));
    }

    private static List<SegmentEntry> within(PublishedTrack track, long from, long to) {
        return track.segments().stream()
                .filter(s -> s.number() >= from && s.number() < to)
                .toList();
    }

    private static List<AdaptationSet> sets(Presentation presentation, long from, long to, Timestamp start) {
        Map<String, List<PublishedTrack>> families = new LinkedHashMap<>();
        Map<String, Long> bandwidths = new HashMap<>();
        for (PublishedTrack whole : presentation.tracks()) {
            PublishedTrack track = whole.only(within(whole, from, to));
            if (!track.segments().isEmpty()) {
                bandwidths.put(track.name(), whole.peakBitrate());
                String key = track.track().kind() + " " + track.codec().sampleEntry() + " "
                        + track.track().language() + " " + track.track().roles() + " " + track.protection();
                families.computeIfAbsent(key, k -> new ArrayList<>()).add(track);
            }
        }
        List<AdaptationSet> sets = new ArrayList<>();
        for (List<PublishedTrack> family : families.values()) {
            List<SegmentTemplate> templates = family.stream()
                    .map(t -> template(presentation, t, from, start))
                    .toList();
            boolean shared = templates.stream().distinct().count() == 1;
            List<Representation> representations = new ArrayList<>();
            for (int i = 0; i < family.size(); i++) {
                PublishedTrack track = family.get(i);
                representations.add(representation(
                        track, bandwidths.getOrDefault(track.name(), 0L), shared ? null : templates.get(i)));
            }
            PublishedTrack first = family.get(0);
            sets.add(new AdaptationSet(
                    sets.size() + 1,
                    contentType(first),
                    first.track().language(),
                    new AdaptationSet.Descriptors(
                            DashProtection.of(first),
                            DashDescriptors.of(presentation, first, families.values()),
                            DashDescriptors.labels(first, presentation.tracks()),
                            DashEvents.inband(presentation),
                            timing(presentation, first, start)),
                    shared ? templates.get(0) : null,
                    representations));
        }
        return sets;
    }

    /** The epoch lock: media time t is the instant t. */
    private static AdaptationSet.@Nullable Timing timing(
            Presentation presentation, PublishedTrack track, Timestamp start) {
        if (track.track().kind() == Codec.Kind.TEXT
                || !presentation.settings().isLowLatency()
                || presentation.ended()) {
            return null;
        }
        Timebase timebase = presentation.policy().grid().mediaTimebase();
        long chunk = Timebase.NANOS.convert(presentation.settings().part().toNanos(), timebase, RoundingMode.CEILING);
        return new AdaptationSet.Timing(
                start.toInstant().toString(), start.ticksIn(timebase, RoundingMode.UNNECESSARY), true, chunk, UTC);
    }

    private static String contentType(PublishedTrack track) {
        return switch (track.track().kind()) {
            case VIDEO -> "video";
            case AUDIO -> "audio";
            case TEXT -> "text";
            case DATA -> "application";
        };
    }

    private static SegmentTemplate template(
            Presentation presentation, PublishedTrack track, long from, Timestamp start) {
        Timebase timebase = track.track().timebase();
        List<SegmentEntry> segments = track.segments();
        SegmentTemplate.Urls urls = new SegmentTemplate.Urls(
                "$RepresentationID$/" + segments.get(0).init(), "$RepresentationID$/$Number$.m4s");
        long offset = start.ticksIn(timebase, RoundingMode.HALF_UP);
        if (presentation.settings().isLowLatency() && !presentation.ended()) {
            Timestamp each = presentation.policy().grid().segmentDuration();
            Duration early =
                    HlsWriter.duration(each).minus(presentation.settings().part());
            return even(
                    presentation, urls, from, start, track.track().kind() == Codec.Kind.TEXT ? Duration.ZERO : early);
        }
        SegmentTimeline.Builder timeline = SegmentTimeline.builder();
        segments.forEach(s -> timeline.add(s.start(), s.duration()));
        return new SegmentTemplate(timebase.den(), urls, segments.get(0).number(), offset, timeline.build(), null);
    }

    /** Segments of one length each, in the timescale of the grid, because a segment can be asked for before it is listed. */
    private static SegmentTemplate even(
            Presentation presentation, SegmentTemplate.Urls urls, long from, Timestamp start, Duration early) {
        EpochGrid grid = presentation.policy().grid();
        Timebase timebase = grid.mediaTimebase();
        long length = grid.segmentDuration().ticksIn(timebase, RoundingMode.UNNECESSARY);
        long offset = start.ticksIn(timebase, RoundingMode.UNNECESSARY);
        return new SegmentTemplate(timebase.den(), urls, from, offset, new Division.Even(length), early);
    }

    private static Representation representation(
            PublishedTrack track, long bandwidth, @Nullable SegmentTemplate template) {
        Representation.Attributes attributes = new Representation.Plain();
        if (track.track().format() instanceof VideoFormat video) {
            boolean winding = track.track().roles().contains(TrackRole.TRICK_PLAY);
            Representation.Video pictures = new Representation.Video(
                    video.width(), video.height(), video.sampleAspectRatio(), winding ? null : video.frameRate());
            attributes = winding ? new Representation.Trick(pictures, FASTEST) : pictures;
        } else if (track.track().format() instanceof AudioFormat audio) {
            attributes = new Representation.Audio(audio.sampleRate(), audio.channels());
        }
        return new Representation(
                track.name(), bandwidth, track.codec(), MimeTypes.of(track.track()), attributes, template);
    }
}
