package io.headend.ingest;

import io.headend.core.EndOfStream;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@link TimelineNormalizer} that is made when the first item comes, since only then the source knows its clock. */
final class Normalising implements StreamSink {

    private final Supplier<SourceClock> clock;
    private final StreamSink downstream;
    private volatile @Nullable TimelineNormalizer normalizer;

    Normalising(Supplier<SourceClock> clock, StreamSink downstream) {
        this.clock = clock;
        this.downstream = downstream;
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof EndOfStream) {
            return;
        }
        TimelineNormalizer made = normalizer;
        if (made == null) {
            made = TimelineNormalizer.of(clock.get(), downstream);
            normalizer = made;
        }
        made.accept(item);
    }

    TimelineNormalizer.Stats stats() {
        TimelineNormalizer made = normalizer;
        return made == null ? TimelineNormalizer.Stats.NONE : made.stats();
    }
}
