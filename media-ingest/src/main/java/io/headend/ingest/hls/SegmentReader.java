package io.headend.ingest.hls;

import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Track;
import java.util.List;
import java.util.Map;

/**
 * Takes segments apart. What is kept from one segment to the next is forgotten at a discontinuity.
 *
 * <p><b>Threading:</b> one thread.
 */
interface SegmentReader extends AutoCloseable {

    /**
     * What a segment holds.
     *
     * @param tracks numbered from 0
     * @param items samples and cues in the order of the segment, the taker's to close; times of the wire
     */
    record Content(List<Track> tracks, List<? extends StreamItem> items) {

        List<Sample> samples() {
            return items.stream()
                    .filter(Sample.class::isInstance)
                    .map(Sample.class::cast)
                    .toList();
        }
    }

    /**
     * @param init initialization section, empty where there is none
     * @param media the segment itself
     * @throws io.headend.core.MediaException {@code MALFORMED}, {@code UNSUPPORTED}
     */
    Content read(byte[] init, byte[] media);

    /** What comes next does not continue what came. */
    void discontinuity();

    /** Faults of the segments so far, by the names of {@link io.headend.ingest.InputCounters}; asked by any thread. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close();
}
