package io.headend.ingest;

import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Brings every track into its canonical form. A track that is announced again as it was goes on; another one begins anew. */
final class CanonicalSink implements StreamSink {

    private final StreamSink downstream;
    private final Map<Integer, Track> announced = new HashMap<>();
    private final Map<Integer, CanonicalTrack> tracks = new HashMap<>();
    private final Map<Integer, Track> given = new HashMap<>();
    private final LongAdder dropped;

    CanonicalSink(StreamSink downstream) {
        this(downstream, new LongAdder());
    }

    /** @param dropped counts the samples that could not be read */
    CanonicalSink(StreamSink downstream, LongAdder dropped) {
        this.downstream = item -> {
            if (!(item instanceof TrackInfo info)
                    || !info.track().equals(given.put(info.track().id(), info.track()))) {
                downstream.accept(item);
            }
        };
        this.dropped = dropped;
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            announce(info.track());
        } else if (item instanceof Sample sample) {
            accept(sample);
        } else {
            downstream.accept(item);
        }
    }

    private void announce(Track track) {
        if (!track.equals(announced.put(track.id(), track))) {
            CanonicalTrack canonical = CanonicalTrack.of(track);
            tracks.put(track.id(), canonical);
            canonical.start(downstream);
        }
    }

    private void accept(Sample sample) {
        CanonicalTrack track = tracks.get(sample.trackId());
        if (track == null) {
            sample.close();
        } else {
            long before = track.dropped;
            track.accept(sample, downstream);
            dropped.add(track.dropped - before);
        }
    }

    /** Samples dropped so far because they could not be read. */
    long dropped() {
        return dropped.sum();
    }
}
