package io.headend.ingest;

import io.headend.core.Discontinuity;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What an {@link Ingest} counts, over all the sources that it opens one after the other. Written by one thread, read by any. */
final class InputMeter {

    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong laps = new AtomicLong();
    private final AtomicLong breaks = new AtomicLong();
    private final LongAdder damaged = new LongAdder();
    private final Map<Integer, AtomicLong> perTrack = new ConcurrentHashMap<>();
    private volatile Map<String, Long> before = Map.of();
    private volatile @Nullable WireSource current;
    private volatile @Nullable Normalising timeline;

    StreamSink counting(StreamSink sink) {
        return item -> {
            if (item instanceof Sample sample) {
                samples.incrementAndGet();
                bytes.addAndGet(sample.size());
                perTrack.computeIfAbsent(sample.trackId(), id -> new AtomicLong())
                        .incrementAndGet();
            } else if (item instanceof Discontinuity) {
                breaks.incrementAndGet();
            }
            sink.accept(item);
        };
    }

    LongAdder damaged() {
        return damaged;
    }

    void lap() {
        laps.incrementAndGet();
    }

    void timeline(Normalising now) {
        timeline = now;
    }

    void opened(WireSource source) {
        current = source;
    }

    /** Keeps the figures of a source that is closed. */
    void closed(WireSource source) {
        Map<String, Long> sum = new HashMap<>(before);
        source.counters().forEach((name, value) -> sum.merge(name, value, Long::sum));
        current = null;
        before = Map.copyOf(sum);
    }

    Ingest.Stats stats() {
        Normalising now = timeline;
        TimelineNormalizer.Stats repaired = now == null ? TimelineNormalizer.Stats.NONE : now.stats();
        return new Ingest.Stats(samples.get(), bytes.get(), damaged.sum(), laps.get(), repaired);
    }

    Map<Integer, Long> samplesPerTrack() {
        Map<Integer, Long> counts = new TreeMap<>();
        perTrack.forEach((track, count) -> counts.put(track, count.get()));
        return counts;
    }

    Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>(before);
        WireSource open = current;
        if (open != null) {
            open.counters().forEach((name, value) -> counters.merge(name, value, Long::sum));
        }
        Ingest.Stats stats = stats();
        counters.put("samples", stats.samples());
        counters.put("payload_bytes", stats.bytes());
        counters.put("damaged", stats.damaged());
        counters.put("laps", stats.laps());
        counters.put("discontinuities", breaks.get());
        counters.put("clock_wraps", stats.timeline().wraps());
        counters.put("clock_jumps", stats.timeline().jumps());
        counters.put("clock_losses", stats.timeline().losses());
        counters.put("times_clamped", stats.timeline().clamped());
        counters.put("times_dropped", stats.timeline().dropped());
        return counters;
    }
}
