package io.headend.live;

import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.ingest.Reconnect;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a source, and another one where it failed, until one says that the stream ends. Attempts are apart by pauses that
 * double; after too long without a sample the last error is final.
 *
 * <p><b>Threading:</b> one thread runs; {@link #close} by any.
 */
final class Recovery implements AutoCloseable {

    private final Supplier<StreamSource> sources;
    private final Reconnect reconnect;
    private final LongSupplier nanoTime;
    private volatile boolean closed;
    private volatile @Nullable StreamSource current;
    private volatile @Nullable Thread waiter;
    private long lastSample;

    Recovery(Supplier<StreamSource> sources, Reconnect reconnect, LongSupplier nanoTime) {
        this.sources = sources;
        this.reconnect = reconnect;
        this.nanoTime = nanoTime;
        // A source that the host made is closed with the channel, even if it never ran.
        if (sources instanceof OneSource one) {
            current = one.source().get();
        }
    }

    /**
     * Returns after the end of the stream or {@link #close}.
     *
     * @param again told of each failure; whether it is worth another attempt
     * @throws MediaException the failure that was final, or what the sink threw
     */
    void run(StreamSink sink, Predicate<MediaException> again) {
        lastSample = nanoTime.getAsLong();
        int attempt = 0;
        while (!closed) {
            long before = lastSample;
            Watched watched = new Watched(sink);
            MediaException failure = once(watched);
            if (failure == null || closed) {
                return;
            }
            boolean late =
                    nanoTime.getAsLong() - lastSample >= reconnect.giveUp().toNanos();
            if (watched.refused || late || !again.test(failure)) {
                throw failure;
            }
            attempt = lastSample == before ? attempt + 1 : 0;
            pause(attempt);
            sink.accept(new Discontinuity(
                    Discontinuity.Cause.RESTART, Timestamp.of(0, Timebase.NANOS), Timestamp.of(0, Timebase.NANOS)));
        }
    }

    private @Nullable MediaException once(Watched sink) {
        try (StreamSource source = sources.get()) {
            current = source;
            if (!closed) {
                source.run(sink);
            }
            return sink.ended || closed
                    ? null
                    : new MediaException(MediaErrorCode.IO, "the source of the channel stopped before its end");
        } catch (MediaException e) {
            return e;
        }
    }

    private void pause(int attempt) {
        long whole = reconnect.first().toNanos() << Math.min(attempt, 20);
        long bounded = Math.min(whole, reconnect.longest().toNanos());
        long end = nanoTime.getAsLong() + bounded;
        waiter = Thread.currentThread();
        for (long left = bounded; !closed && left > 0; left = end - nanoTime.getAsLong()) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            LockSupport.parkNanos(this, left);
        }
        waiter = null;
    }

    @Override
    public void close() {
        closed = true;
        StreamSource source = current;
        if (source != null) {
            source.close();
        }
        LockSupport.unpark(waiter);
    }

    /** Tells what the sink throws from what the source throws, and sees the end. */
    private final class Watched implements StreamSink {
        private final StreamSink sink;
        private boolean refused;
        private boolean ended;

        Watched(StreamSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(StreamItem item) {
            if (item instanceof Sample) {
                lastSample = nanoTime.getAsLong();
            } else if (item instanceof EndOfStream) {
                ended = true;
            }
            boolean taken = false;
            try {
                sink.accept(item);
                taken = true;
            } finally {
                refused |= !taken;
            }
        }
    }
}
