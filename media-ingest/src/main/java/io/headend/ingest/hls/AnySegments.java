package io.headend.ingest.hls;

import java.util.Map;
import java.util.function.BooleanSupplier;

/** Gives each segment to the reader that fits it. */
final class AnySegments implements SegmentReader {

    private final TransportSegments transport = new TransportSegments();
    private final FfmpegSegments others;

    AnySegments(BooleanSupplier stop) {
        this.others = new FfmpegSegments(stop);
    }

    @Override
    public Content read(byte[] init, byte[] media) {
        return TransportSegments.isOne(media) ? transport.read(init, media) : others.read(init, media);
    }

    @Override
    public void discontinuity() {
        transport.discontinuity();
        others.discontinuity();
    }

    @Override
    public Map<String, Long> counters() {
        return transport.counters();
    }

    @Override
    public void close() {
        transport.close();
        others.close();
    }
}
