package io.headend.ingest.hls;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the client counts. Written by one thread, read by any. */
final class HlsCounters {

    final AtomicLong reloads = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong segments = new AtomicLong();
    final AtomicLong segmentsLost = new AtomicLong();
    final AtomicLong gaps = new AtomicLong();
    final AtomicLong alternates = new AtomicLong();
    final AtomicLong restarts = new AtomicLong();

    Map<String, Long> with(Fetcher fetcher) {
        Map<String, Long> all = new TreeMap<>();
        all.put("requests", fetcher.requests.get());
        all.put("bytes", fetcher.bytes.get());
        all.put("reloads", reloads.get());
        all.put("retries", retries.get());
        all.put("segments", segments.get());
        all.put("received", segments.get());
        all.put("segments_lost", segmentsLost.get());
        all.put("gaps", gaps.get());
        all.put("alternates", alternates.get());
        all.put("restarts", restarts.get());
        return all;
    }
}
