package io.headend.ingest.hls;

import io.headend.core.Codec;
import io.headend.core.Gap;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The samples of the segments of one rendition, with the numbers of its tracks on the stream.
 *
 * <p>A track keeps its number over discontinuities where the new stretch has another of its kind.
 *
 * <p><b>Threading:</b> one thread.
 */
final class SegmentQueue implements AutoCloseable {

    private static final long NO_TIME = Long.MIN_VALUE;

    private final Client client;
    private final SegmentReader reader;
    private final @Nullable String language;
    private final ArrayDeque<Timed> items = new ArrayDeque<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, Track> announced = new HashMap<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    private long discontinuity = -1;
    private int generation;

    SegmentQueue(Client client, SegmentReader reader, @Nullable String language) {
        this.client = client;
        this.reader = reader;
        this.language = language;
    }

    Map<String, Long> counters() {
        return reader.counters();
    }

    @Nullable
    Timed peek() {
        return items.peek();
    }

    Timed take() {
        return items.remove();
    }

    /** Takes a segment apart and puts its samples at the end. */
    void add(Segment segment, int newGeneration, byte[] init, byte[] media, long arrival) {
        long number = segment.said().place().discontinuitySequence();
        if (number != discontinuity || newGeneration != generation) {
            reader.discontinuity();
            ends.clear();
        }
        discontinuity = number;
        generation = newGeneration;
        SegmentReader.Content content = reader.read(init, media);
        List<Track> tracks = content.tracks();
        boolean wraps = tracks.stream().allMatch(track -> track.timebase().equals(Timebase.MPEG)) && init.length == 0;
        List<Sample> samples = content.samples();
        Instant dateTime = segment.dateTime();
        long origin = dateTime == null ? 0 : earliest(tracks, samples, wraps);
        long dateNanos = dateTime == null ? 0 : Timestamp.of(dateTime).ticks();
        Map<Integer, Track> mapped = number(tracks);
        announce(mapped, samples, wraps);
        long last = samples.isEmpty() ? 0 : samples.get(0).dts();
        for (StreamItem item : content.items()) {
            if (!(item instanceof Sample sample)) {
                items.add(timed(item, last, Timebase.MPEG, wraps));
                continue;
            }
            Track track = mapped.get(sample.trackId());
            if (track == null) {
                sample.close();
                continue;
            }
            SampleInfo info = sample.info();
            long time = info.dts() == NO_TIME ? last : info.dts();
            last = time;
            long at = dateTime == null ? arrival : dateNanos + sinceNanos(info.pts(), track.timebase(), origin, wraps);
            Sample moved = sample.with(info.withTrackId(track.id()).withArrival(at));
            sample.close();
            items.add(timed(moved, time, track.timebase(), wraps));
            ends.put(track.id(), time + info.duration());
        }
    }

    /** Pictures first, and only tracks of which there is something. */
    private void announce(Map<Integer, Track> mapped, List<Sample> samples, boolean wraps) {
        if (samples.isEmpty()) {
            return;
        }
        long ticks = samples.get(0).dts();
        Set<Integer> present = samples.stream().map(Sample::trackId).collect(Collectors.toSet());
        mapped.entrySet().stream()
                .filter(entry -> present.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(track -> !isSame(announced.get(track.id()), track))
                .sorted(Comparator.comparing(Track::kind).thenComparing(Track::id))
                .forEach(track -> {
                    announced.put(track.id(), track);
                    items.add(timed(new TrackInfo(track), ticks, track.timebase(), wraps));
                });
    }

    private Timed timed(StreamItem item, long ticks, Timebase timebase, boolean wraps) {
        return new Timed(item, generation, discontinuity, ticks, timebase, wraps);
    }

    /** Says of each track that nothing will come for the length of the segment. */
    void gap(Segment segment) {
        for (Map.Entry<Integer, Long> end : new HashMap<>(ends).entrySet()) {
            Track track = announced.get(end.getKey());
            if (track == null || segment.said().place().discontinuitySequence() != discontinuity) {
                continue;
            }
            long length =
                    Math.max(1, Timebase.NANOS.convert(segment.said().duration().toNanos(), track.timebase()));
            items.add(timed(
                    new Gap(track.id(), end.getValue(), length),
                    end.getValue(),
                    track.timebase(),
                    track.timebase().equals(Timebase.MPEG)));
            ends.put(track.id(), end.getValue() + length);
        }
    }

    private Map<Integer, Track> number(List<Track> tracks) {
        Map<Integer, Track> mapped = new HashMap<>();
        Map<Codec.Kind, Integer> ordinals = new HashMap<>();
        List<Track> ordered = new ArrayList<>(tracks);
        ordered.sort(Comparator.comparing(Track::kind).thenComparing(Track::id));
        for (Track track : ordered) {
            int ordinal = ordinals.merge(track.kind(), 1, Integer::sum);
            int id = ids.computeIfAbsent(track.kind() + "-" + ordinal, key -> client.newTrackId());
            String kind = track.kind().name().toLowerCase(Locale.ROOT);
            String spoken = track.language() == null ? language : track.language();
            mapped.put(track.id(), new Track(id, kind + "-" + id, track.format(), track.timebase(), spoken));
        }
        return mapped;
    }

    // What FFmpeg guesses of frame rates from one segment differs from one to the next.
    private static boolean isSame(@Nullable Track known, Track now) {
        if (known == null || !known.timebase().equals(now.timebase())) {
            return false;
        }
        boolean sameCodec = known.format().codec().equals(now.format().codec());
        if (known.format() instanceof VideoFormat before && now.format() instanceof VideoFormat after) {
            return sameCodec && before.size().equals(after.size());
        }
        return sameCodec && known.format().equals(now.format());
    }

    private static long earliest(List<Track> tracks, List<Sample> samples, boolean wraps) {
        boolean first = true;
        long earliest = 0;
        for (Sample sample : samples) {
            Timebase timebase = tracks.get(sample.trackId()).timebase();
            if (sample.pts() != NO_TIME) {
                long nanos = nanos(sample.pts(), timebase);
                long step = since(nanos, earliest, wraps);
                if (first || step < 0) {
                    earliest = nanos;
                    first = false;
                }
            }
        }
        return earliest;
    }

    private static long sinceNanos(long ticks, Timebase timebase, long origin, boolean wraps) {
        return ticks == NO_TIME ? 0 : since(nanos(ticks, timebase), origin, wraps);
    }

    // Nanoseconds of 33 bits of 90 kHz do not wrap at a power of two.
    private static long since(long nanos, long origin, boolean wraps) {
        long step = nanos - origin;
        if (wraps) {
            long lap = Timebase.MPEG.convert(1L << 33, Timebase.NANOS);
            step -= Math.floorDiv(step + lap / 2, lap) * lap;
        }
        return step;
    }

    private static long nanos(long ticks, Timebase timebase) {
        try {
            return timebase.convert(ticks, Timebase.NANOS);
        } catch (ArithmeticException e) {
            throw MediaException.malformed("a sample has the time " + ticks + " of " + timebase + " s");
        }
    }

    @Override
    public void close() {
        items.forEach(timed -> timed.item().close());
        items.clear();
        reader.close();
    }
}
