package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.TrackInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds each sample until its decoding time has come, counted from the first one. Where times step ahead by more than the
 * longest wait, pacing begins again there.
 *
 * <p><b>Threading:</b> one thread gives items and waits here; {@link #wake} by any thread.
 */
final class PacedSink implements StreamSink {

    private static final long LONGEST_WAIT = 30_000_000_000L;

    private final StreamSink downstream;
    private final LongSupplier nanoTime;
    private final BooleanSupplier closed;
    private final Map<Integer, Timebase> timebases = new HashMap<>();
    private volatile @Nullable Thread waiter;
    private boolean started;
    private long origin;

    PacedSink(StreamSink downstream, LongSupplier nanoTime, BooleanSupplier closed) {
        this.downstream = downstream;
        this.nanoTime = nanoTime;
        this.closed = closed;
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            Codec.Kind kind = info.track().kind();
            if (kind == Codec.Kind.VIDEO || kind == Codec.Kind.AUDIO) {
                timebases.put(info.track().id(), info.track().timebase());
            }
        } else if (item instanceof Sample sample) {
            Timebase timebase = timebases.get(sample.trackId());
            if (timebase != null) {
                await(Ticks.nanos(sample.dts(), timebase));
            }
        }
        downstream.accept(item);
    }

    private void await(long time) {
        long now = nanoTime.getAsLong();
        if (!started || time - (now - origin) > LONGEST_WAIT) {
            started = true;
            origin = now - time;
            return;
        }
        waiter = Thread.currentThread();
        while (!closed.getAsBoolean()) {
            long left = time - (nanoTime.getAsLong() - origin);
            if (left <= 0) {
                break;
            }
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            LockSupport.parkNanos(this, left);
        }
        waiter = null;
    }

    /** Ends a wait, after {@code closed} has become true. */
    void wake() {
        LockSupport.unpark(waiter);
    }
}
