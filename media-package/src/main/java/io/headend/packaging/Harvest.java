package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.formats.hls.parsed.ParsedMultivariant;
import io.headend.formats.hls.parsed.ParsedPlaylist;
import io.headend.formats.hls.parsed.PlaylistParser;
import java.math.RoundingMode;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a recording of a stretch of a live channel whose edges are exact: the first picture is the first one at {@code begin} or after it, the last
 * one the last before {@code end}, in every rendition; sound begins and ends with the frames that begin there. Media time of
 * the channel is time since 1970, as an {@link Origin} serves it.
 *
 * <p>It writes one MP4 file per rendition, for a {@link Mezzanine} to package. Groups of pictures that lie within the stretch are copied; those
 * that the edges cut are coded anew by an {@link EdgeEncoder}, unless an edge falls on their boundary.
 *
 * <p><b>Threading:</b> one thread; {@link #into} blocks while it fetches.
 */
public final class Harvest {

    /** Where objects of the channel come from. */
    @FunctionalInterface
    public interface Fetch {
        /**
         * The body of what is at a place.
         *
         * @param path below the channel, such as {@code v720/media.m3u8?begin=…}
         * @throws MediaException {@code NOT_FOUND} or {@code IO}
         */
        ByteBuffer get(String path);
    }

    /**
     * What was made.
     *
     * @param files one for each rendition, pictures first, the caller's to delete
     * @param first when its first picture is, in the channel's time
     * @param pictures of the first picture rendition
     * @param coded pictures that were coded anew, of all renditions
     * @param segment length of the channel's segments
     */
    public record Result(List<Path> files, Instant first, long pictures, long coded, Duration segment) {
        public Result {
            files = List.copyOf(files);
        }
    }

    /** How far around the stretch is asked for: a boundary that a splice moved is half a segment from its place. */
    private static final Duration AROUND = Duration.ofSeconds(30);

    private static final int MOST_RENDITIONS = 64;

    private final Fetch fetch;
    private final Instant begin;
    private final Instant end;
    private EdgeEncoder edges = (track, group, from, to, sets) -> {
        throw MediaException.unsupported(
                "the stretch does not begin and end with groups of pictures; a harvest needs an"
                        + " edge encoder to begin or end anywhere else");
    };
    private @Nullable Timestamp zero;
    private long pictures;
    private long coded;
    private Duration segment = Duration.ZERO;

    private Harvest(Fetch fetch, Instant begin, Instant end) {
        this.fetch = fetch;
        this.begin = begin;
        this.end = end;
    }

    /**
     * A stretch of a channel.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if it is empty
     */
    public static Harvest of(Fetch fetch, Instant begin, Instant end) {
        if (!begin.isBefore(end)) {
            throw MediaException.invalidArgument("a harvest ends after it begins, not from " + begin + " to " + end);
        }
        return new Harvest(fetch, begin, end);
    }

    /** What codes the pictures at the edges; without it, edges within a group of pictures are refused. */
    public Harvest edges(EdgeEncoder encoder) {
        this.edges = encoder;
        return this;
    }

    /**
     * Fetches and writes. To be called once.
     *
     * @throws MediaException {@code NOT_FOUND} if the channel does not have the whole stretch, {@code UNSUPPORTED} if it is interrupted,
     *     encrypted or not cut where it would have to be, what {@link Fetch} and the edge encoder throw, {@code IO}
     */
    public Result into(Path folder) {
        List<HarvestTrack> tracks = tracks();
        List<Path> files = new ArrayList<>();
        int number = 0;
        for (HarvestTrack track : tracks) {
            files.add(write(track, folder.resolve(Integer.toString(number++))));
        }
        return new Result(files, zero == null ? begin : zero.toInstant(), pictures, coded, segment);
    }

    private ParsedPlaylist playlist(String path) {
        return PlaylistParser.parse(
                StandardCharsets.UTF_8.decode(fetch.get(path)).toString());
    }

    private List<HarvestTrack> tracks() {
        String query = "?begin=" + begin.minus(AROUND).getEpochSecond() + "&end="
                + (end.getEpochSecond() + AROUND.toSeconds());
        if (!(playlist(Manifests.MULTIVARIANT + query) instanceof ParsedMultivariant multivariant)) {
            throw MediaException.malformed("'" + Manifests.MULTIVARIANT + "' is no multivariant playlist");
        }
        Set<String> places = new LinkedHashSet<>();
        multivariant.variants().forEach(variant -> places.add(variant.uri()));
        multivariant.renditions().stream()
                .filter(rendition -> rendition.type().equals("AUDIO"))
                .forEach(rendition -> Optional.ofNullable(rendition.uri()).ifPresent(places::add));
        if (places.size() > MOST_RENDITIONS) {
            throw MediaException.unsupported(
                    "the channel has " + places.size() + " renditions, more than " + MOST_RENDITIONS);
        }
        List<HarvestTrack> pictures = new ArrayList<>();
        List<HarvestTrack> others = new ArrayList<>();
        for (String place : places) {
            if (!(playlist(place) instanceof ParsedMedia media)) {
                throw MediaException.malformed("'" + place + "' is no media playlist");
            }
            HarvestTrack track = new HarvestTrack(URI.create(place), media, fetch, begin, end);
            (track.track().kind() == Codec.Kind.VIDEO ? pictures : others).add(track);
        }
        pictures.addAll(others);
        return pictures;
    }

    private Path write(HarvestTrack harvested, Path folder) {
        Track track = harvested.track();
        boolean video = track.kind() == Codec.Kind.VIDEO;
        Timebase timebase = track.timebase();
        Timestamp from = video || zero == null ? Timestamp.of(begin) : zero;
        long first = from.ticksIn(timebase, RoundingMode.CEILING);
        long behind = Timestamp.of(end).ticksIn(timebase, RoundingMode.CEILING);
        EdgeCut cut = new EdgeCut(track, edges, first, behind);
        int size = harvested.size();
        // what the edges need stands in the header, so they are made before it
        int head = 0;
        int tail = size - 1;
        List<Sample> start = part(harvested, cut, head, first, behind, video);
        while (start.isEmpty() && head < tail) {
            start = part(harvested, cut, ++head, first, behind, video);
        }
        List<Sample> finish = head == tail ? List.of() : part(harvested, cut, tail, first, behind, video);
        while (finish.isEmpty() && head < tail - 1) {
            finish = part(harvested, cut, --tail, first, behind, video);
        }
        requireWhole(start, finish.isEmpty() ? start : finish, track, first, behind);
        if (video && zero == null) {
            zero = Timestamp.of(earliest(start), timebase);
            segment = harvested.longest();
        }
        Timestamp origin = zero == null ? Timestamp.of(first, timebase) : zero;
        long shift = origin.ticksIn(timebase, RoundingMode.HALF_UP);
        boolean counts = video && pictures == 0;
        try (RemuxSink sink = RemuxSink.into(folder)) {
            sink.accept(new TrackInfo(cut.track()));
            long count = give(start, track, shift, sink);
            for (int i = head + 1; i < tail; i++) {
                count += give(part(harvested, cut, i, first, behind, video), track, shift, sink);
            }
            count += give(finish, track, shift, sink);
            sink.accept(new EndOfStream());
            pictures = counts ? count : pictures;
            coded += cut.coded();
            return sink.files().get(0);
        }
    }

    private static List<Sample> part(
            HarvestTrack harvested, EdgeCut cut, int index, long from, long to, boolean video) {
        List<Sample> samples = harvested.samples(index);
        return video
                ? cut.cut(samples)
                : samples.stream().filter(s -> s.pts() >= from && s.pts() < to).toList();
    }

    private static long earliest(List<Sample> samples) {
        return samples.stream().mapToLong(Sample::pts).min().orElse(0);
    }

    private void requireWhole(List<Sample> start, List<Sample> finish, Track track, long from, long to) {
        long length = start.stream().mapToLong(Sample::duration).max().orElse(0);
        long latest =
                finish.stream().mapToLong(s -> s.pts() + s.duration()).max().orElse(0);
        if (start.isEmpty() || earliest(start) - from >= length || to - latest >= length) {
            throw new MediaException(
                    MediaErrorCode.NOT_FOUND,
                    "rendition " + track.name() + " does not have all of " + begin + " to " + end
                            + "; ask for a stretch that is over and lies within the channel's time shift window");
        }
    }

    private static long give(List<Sample> samples, Track track, long shift, RemuxSink sink) {
        for (Sample sample : samples) {
            SampleInfo info = sample.info();
            sink.accept(sample.with(info.withTimes(info.pts() - shift, info.dts() - shift, info.duration())
                    .withTrackId(track.id())));
        }
        return samples.size();
    }
}
