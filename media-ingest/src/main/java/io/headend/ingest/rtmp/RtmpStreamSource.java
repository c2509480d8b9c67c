package io.headend.ingest.rtmp;

import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.ingest.SourceClock;
import io.headend.ingest.TimelineNormalizer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What one publisher after another sends to one stream, as items on one timeline. */
final class RtmpStreamSource implements StreamSource {

    private static final long POLL = 100_000_000L;

    /**
     * How long to wait.
     *
     * @param first for the first publisher; zero for ever
     * @param linger for the next one, when one has gone; {@code null} for ever
     */
    record Waiting(Duration first, @Nullable Duration linger) {}

    private final LiveStream stream;
    private final StreamTap tap;
    private final Waiting waiting;
    private final LongSupplier nanoTime;
    private final LongUnaryOperator wallClock;
    private final Runnable release;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    RtmpStreamSource(
            LiveStream stream,
            StreamTap tap,
            Waiting waiting,
            LongSupplier nanoTime,
            LongUnaryOperator wallClock,
            Runnable release) {
        this.stream = stream;
        this.tap = tap;
        this.waiting = waiting;
        this.nanoTime = nanoTime;
        this.wallClock = wallClock;
        this.release = release;
        stream.addTap(tap);
    }

    @Override
    public void run(StreamSink sink) {
        if (!started.compareAndSet(false, true)) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "a source runs once; ask the server for another");
        }
        MessageTracks tracks = new MessageTracks(TimelineNormalizer.of(SourceClock.MILLIS_32, sink), wallClock);
        long idleSince = nanoTime.getAsLong();
        while (!closed.get()) {
            StreamTap.Item item = tap.poll(POLL, stream);
            long now = nanoTime.getAsLong();
            if (item != null) {
                idleSince = now;
                tracks.accept(item);
            } else if (ended(now - idleSince)) {
                close();
                sink.accept(new EndOfStream());
                return;
            }
        }
    }

    private boolean ended(long idle) {
        if (tap.abandoned()) {
            Duration linger = waiting.linger();
            return linger != null && idle >= linger.toNanos();
        }
        if (tap.awaitsFirst()
                && !waiting.first().isZero()
                && idle >= waiting.first().toNanos()) {
            close();
            throw new MediaException(
                    MediaErrorCode.TIMEOUT,
                    "nobody has published " + stream.key() + " within "
                            + waiting.first().toMillis() + " ms");
        }
        return false;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            tap.close();
            stream.removeTap(tap);
            release.run();
        }
    }
}
