package io.headend.packaging;

import io.headend.core.MeterSink;
import java.util.concurrent.atomic.AtomicLong;

/** Figures of one rendition: written by its thread, read by any. */
final class RenditionCounters {

    private final MeterSink meters;
    private final String[] tags;
    private final AtomicLong segments = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLong drift = new AtomicLong();

    RenditionCounters(MeterSink meters, String packager, String rendition) {
        this.meters = meters;
        this.tags = new String[] {"packager", packager, "rendition", rendition};
    }

    void segment(long segmentBytes, long segmentSamples, long driftTicks) {
        segments.incrementAndGet();
        bytes.addAndGet(segmentBytes);
        samples.addAndGet(segmentSamples);
        drift.accumulateAndGet(Math.abs(driftTicks), Math::max);
        meters.count("headend.packaging.segments", 1, tags);
        meters.count("headend.packaging.bytes", segmentBytes, tags);
    }

    void dropped(long count) {
        if (count > 0) {
            dropped.addAndGet(count);
            meters.count("headend.packaging.dropped.samples", count, tags);
        }
    }

    void missedBoundary() {
        missed.incrementAndGet();
        meters.count("headend.packaging.missed.boundaries", 1, tags);
    }

    PackagingFigures.OfRendition figures() {
        return new PackagingFigures.OfRendition(
                segments.get(), bytes.get(), samples.get(), dropped.get(), missed.get(), drift.get());
    }
}
