package io.headend.ingest.rtmp;

import io.headend.core.EndOfStream;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.ingest.TimelineNormalizer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A tap behind a normaliser, for hosts that run a server themselves. */
final class NormalisedSource implements StreamSource {

    private final TapSource source;
    private final AtomicBoolean closed = new AtomicBoolean();

    NormalisedSource(TapSource source) {
        this.source = source;
    }

    @Override
    public void run(StreamSink sink) {
        AtomicBoolean ended = new AtomicBoolean();
        source.run(TimelineNormalizer.of(source.clock(), item -> {
            ended.compareAndSet(false, item instanceof EndOfStream);
            sink.accept(item);
        }));
        if (!ended.get() && !closed.get()) {
            sink.accept(new EndOfStream());
        }
    }

    @Override
    public void close() {
        closed.set(true);
        source.close();
    }
}
