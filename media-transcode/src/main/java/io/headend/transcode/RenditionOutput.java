package io.headend.transcode;

import io.headend.core.EndOfStream;
import io.headend.core.MeterSink;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.util.concurrent.atomic.AtomicLong;

/** Delivers one rendition to its sink and counts. Used by the rendition's thread; the figures are read from anywhere. */
final class RenditionOutput {

    private static final int WINDOW = 128;

    private final String name;
    private final StreamSink sink;
    private final MeterSink meters;
    private final String[] tags;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final long[] delivered = new long[WINDOW];
    private volatile double framesPerSecond;
    private volatile double realTimeRate = Double.NaN;

    RenditionOutput(String name, StreamSink sink, MeterSink meters) {
        this.name = name;
        this.sink = sink;
        this.meters = meters;
        this.tags = new String[] {"rendition", name};
    }

    String name() {
        return name;
    }

    /** @param rate frames per second in real time */
    void track(Track track, Rational rate) {
        realTimeRate = rate.toDouble();
        sink.accept(new TrackInfo(track));
    }

    /** Delivers a sample under other scalars; takes it over. */
    void deliver(Sample sample, SampleInfo info) {
        // An encoder that is emptied gives many; an abort does not wait for them.
        if (Thread.currentThread().isInterrupted()) {
            sample.close();
            throw Worker.interrupted();
        }
        int size = sample.size();
        Sample renamed;
        try (sample) {
            renamed = sample.with(info);
        }
        sink.accept(renamed);
        count(size);
    }

    /** Delivers an item that belongs to no track. */
    void deliver(StreamItem item) {
        sink.accept(item);
    }

    void end() {
        sink.accept(new EndOfStream());
    }

    private void count(int size) {
        long count = frames.getAndIncrement();
        bytes.addAndGet(size);
        int slot = (int) (count % WINDOW);
        long now = System.nanoTime();
        if (count > 0) {
            long first = count < WINDOW ? delivered[0] : delivered[slot];
            framesPerSecond = Math.min(count, WINDOW) * 1e9 / Math.max(1, now - first);
        }
        delivered[slot] = now;
        meters.count("headend.transcode.frames", 1, tags);
        meters.count("headend.transcode.bytes", size, tags);
    }

    RenditionStats stats(int queued) {
        double rate = framesPerSecond;
        double speed = Double.isNaN(realTimeRate) ? 0 : rate / realTimeRate;
        return new RenditionStats(name, frames.get(), bytes.get(), rate, speed, queued);
    }
}
