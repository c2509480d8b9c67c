package io.headend.live;

import io.headend.core.Codec;
import io.headend.core.EndOfStream;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits at the beginning of a stream until it is known what the program consists of, then lets everything through.
 *
 * <p>A program is known when a picture has come at which decoding can start and a sound track was announced, or when more than
 * a few hundred samples have come without one of them. Pictures before the first such one are dropped: they cannot be decoded.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Lineup implements StreamSink {

    static final int MOST_SAMPLES = 400;
    static final long MOST_BYTES = 16L << 20;

    /**
     * What a channel starts with.
     *
     * @param tracks announced so far
     * @param first time of the first picture, or of the first sound where there are no pictures
     * @param arrivalNanos when that came, as in {@link io.headend.core.SampleInfo}
     */
    record Program(List<Track> tracks, Timestamp first, long arrivalNanos) {

        boolean has(Codec.Kind kind) {
            return tracks.stream().anyMatch(t -> t.kind() == kind);
        }

        /** The largest picture. */
        @Nullable
        VideoFormat video() {
            VideoFormat largest = null;
            for (Track track : tracks) {
                if (track.format() instanceof VideoFormat video && (largest == null || area(video) > area(largest))) {
                    largest = video;
                }
            }
            return largest;
        }

        private static long area(VideoFormat video) {
            return (long) video.width() * video.height();
        }
    }

    /** Makes what comes behind, once the program is known. */
    @FunctionalInterface
    interface Opening {
        StreamSink open(Program program);
    }

    private final Opening opening;
    private final Map<Integer, Track> tracks = new LinkedHashMap<>();
    private final Set<Integer> decodable = new HashSet<>();
    private final ArrayDeque<StreamItem> held = new ArrayDeque<>();
    private int samples;
    private long bytes;
    private @Nullable StreamSink open;

    Lineup(Opening opening) {
        this.opening = opening;
    }

    @Override
    public void accept(StreamItem item) {
        StreamSink sink = open;
        if (sink != null) {
            sink.accept(item);
            return;
        }
        if (item instanceof TrackInfo info) {
            tracks.put(info.track().id(), info.track());
        } else if (item instanceof Sample sample && !take(sample)) {
            sample.close();
            return;
        }
        held.add(item);
        if (item instanceof EndOfStream || known() || samples > MOST_SAMPLES || bytes > MOST_BYTES) {
            open();
        }
    }

    private boolean take(Sample sample) {
        Track track = tracks.get(sample.trackId());
        if (track == null) {
            return false;
        }
        samples++;
        if (track.kind() == Codec.Kind.VIDEO) {
            if (sample.sync()) {
                decodable.add(track.id());
            } else if (!decodable.contains(track.id())) {
                return false;
            }
        }
        bytes += sample.size();
        return true;
    }

    private boolean known() {
        return !decodable.isEmpty() && tracks.values().stream().anyMatch(t -> t.kind() == Codec.Kind.AUDIO);
    }

    private void open() {
        Sample first = first(Codec.Kind.VIDEO);
        if (first == null) {
            first = first(Codec.Kind.AUDIO);
        }
        if (first == null) {
            throw MediaException.malformed("the source has neither a decodable picture nor sound");
        }
        // Tracks of which nothing decodable came are not part of the program yet.
        Collection<Track> all = tracks.values();
        List<Track> present = new ArrayList<>();
        for (Track track : all) {
            if (track.kind() != Codec.Kind.VIDEO || decodable.contains(track.id())) {
                present.add(track);
            }
        }
        Track track = tracks.get(first.trackId());
        Timestamp time = Timestamp.of(first.pts(), Objects.requireNonNull(track).timebase());
        StreamSink sink = opening.open(
                new Program(List.copyOf(present), time, first.info().arrivalNanos()));
        open = sink;
        while (!held.isEmpty()) {
            sink.accept(held.poll());
        }
    }

    private @Nullable Sample first(Codec.Kind kind) {
        for (StreamItem item : held) {
            if (item instanceof Sample sample) {
                Track track = tracks.get(sample.trackId());
                if (track != null && track.kind() == kind) {
                    return sample;
                }
            }
        }
        return null;
    }

    /** Drops what is held. */
    void discard() {
        held.forEach(StreamItem::close);
        held.clear();
    }
}
