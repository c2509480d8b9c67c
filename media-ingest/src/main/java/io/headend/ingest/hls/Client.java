package io.headend.ingest.hls;

import io.headend.core.SampleInfo;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What the renditions of one stream share.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Client {

    static final int MOST_PLAYLIST_BYTES = 16 << 20;
    static final int MOST_SEGMENT_BYTES = 128 << 20;

    final Fetcher fetcher;
    final SegmentCipher cipher;
    final HlsCounters counters = new HlsCounters();
    final Duration patience;
    final BooleanSupplier stop;
    final LongSupplier nanoTime;
    private final LongSupplier arrival;
    Map<String, String> variables = Map.of();
    private int tracks;
    private int generation;

    Client(Fetcher fetcher, Duration patience, HlsSource.Settings settings) {
        this.fetcher = fetcher;
        this.cipher = new SegmentCipher(fetcher);
        this.patience = patience;
        this.stop = settings.stop();
        this.nanoTime = settings.nanoTime();
        this.arrival = settings.arrival();
    }

    int newTrackId() {
        return tracks++;
    }

    int generation() {
        return generation;
    }

    /** The stream of a rendition began anew; the others follow with their next load. */
    int restarted(int before) {
        if (before == generation) {
            generation++;
        }
        return generation;
    }

    /** Wall clock, for samples of which the playlist does not say when they were made. */
    long arrival(boolean recording) {
        return recording ? SampleInfo.NO_ARRIVAL : arrival.getAsLong();
    }
}
