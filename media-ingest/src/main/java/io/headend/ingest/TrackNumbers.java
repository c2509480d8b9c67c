package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Gives the tracks of recordings that follow each other the same numbers: the first picture track of each is the first of all, and so on. One
 * thread.
 */
final class TrackNumbers {

    private final Map<String, Integer> numbers = new HashMap<>();

    /** A sink for one recording. */
    StreamSink before(StreamSink downstream) {
        Map<Integer, Integer> here = new HashMap<>();
        Map<Codec.Kind, Integer> ordinals = new HashMap<>();
        return item -> downstream.accept(numbered(item, here, ordinals));
    }

    private StreamItem numbered(StreamItem item, Map<Integer, Integer> here, Map<Codec.Kind, Integer> ordinals) {
        if (item instanceof TrackInfo info) {
            Track track = info.track();
            int number = here.computeIfAbsent(track.id(), id -> {
                int ordinal = ordinals.merge(track.kind(), 1, Integer::sum);
                return numbers.computeIfAbsent(track.kind() + "-" + ordinal, key -> numbers.size());
            });
            String name = track.kind().name().toLowerCase(Locale.ROOT) + "-" + number;
            return new TrackInfo(track.withId(number).withName(name));
        }
        if (item instanceof Sample sample) {
            Integer number = here.get(sample.trackId());
            if (number == null || number == sample.trackId()) {
                return sample;
            }
            Sample moved = sample.with(sample.info().withTrackId(number));
            sample.close();
            return moved;
        }
        return item;
    }
}
