package io.headend.ingest;

import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings every track of a container into its canonical form. */
final class CanonicalSink {

    private final StreamSink downstream;
    private final Map<Integer, CanonicalTrack> tracks = new HashMap<>();
    private List<Track> known = List.of();
    private long dropped;

    CanonicalSink(StreamSink downstream) {
        this.downstream = downstream;
    }

    /** The tracks that the container knows now; those seen before go on. */
    void tracks(List<Track> now) {
        if (now == known) {
            return;
        }
        known = now;
        for (Track track : now) {
            if (!tracks.containsKey(track.id())) {
                CanonicalTrack canonical = CanonicalTrack.of(track);
                tracks.put(track.id(), canonical);
                canonical.start(downstream);
            }
        }
    }

    void accept(Sample sample) {
        CanonicalTrack track = tracks.get(sample.trackId());
        if (track == null) {
            sample.close();
        } else {
            long before = track.dropped;
            track.accept(sample, downstream);
            dropped += track.dropped - before;
        }
    }

    /** Samples dropped so far because they could not be read. */
    long dropped() {
        return dropped;
    }
}
