package io.headend.ingest.rtmp;

import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.StreamSink;
import io.headend.ingest.SourceClock;
import io.headend.ingest.WireSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What one publisher after another sends to one stream, with the times of the wire. */
final class TapSource implements WireSource {

    private static final long POLL = 100_000_000L;

    /**
     * How long to wait.
     *
     * @param first for the first publisher; zero for ever
     * @param linger for the next one, when one has gone without a good-bye; {@code null} for ever
     * @param endsWithPublisher whether a good-bye is the end of the stream
     */
    record Patience(Duration first, @Nullable Duration linger, boolean endsWithPublisher) {}

    private final LiveStream stream;
    private final StreamTap tap;
    private final Patience patience;
    private final LongSupplier nanoTime;
    private final LongUnaryOperator wallClock;
    private final Runnable release;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable MessageTracks tracks;

    TapSource(
            LiveStream stream,
            StreamTap tap,
            Patience patience,
            LongSupplier nanoTime,
            LongUnaryOperator wallClock,
            Runnable release) {
        this.stream = stream;
        this.tap = tap;
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.wallClock = wallClock;
        this.release = release;
        stream.addTap(tap);
    }

    @Override
    public SourceClock clock() {
        return SourceClock.MILLIS_32;
    }

    @Override
    public String format() {
        return "rtmp";
    }

    @Override
    public Map<String, Long> counters() {
        MessageTracks reading = tracks;
        return Map.of(
                "messages",
                stream.counters().messages(),
                "received",
                stream.counters().messages(),
                "bytes",
                stream.counters().bytes(),
                "damaged",
                stream.counters().damaged() + (reading == null ? 0 : reading.damaged()),
                "dropped",
                tap.dropped(),
                "publishers",
                stream.counters().publishers());
    }

    @Override
    public void run(StreamSink sink) {
        if (!started.compareAndSet(false, true)) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "a source runs once; ask the server for another");
        }
        MessageTracks reading = new MessageTracks(sink, wallClock);
        tracks = reading;
        long idleSince = nanoTime.getAsLong();
        while (!closed.get()) {
            StreamTap.Item item = tap.poll(POLL, stream);
            long now = nanoTime.getAsLong();
            if (item != null) {
                idleSince = now;
                reading.accept(item);
            } else {
                switch (tap.state()) {
                    case SAID_GOOD_BYE -> {
                        if (patience.endsWithPublisher()) {
                            close();
                            sink.accept(new EndOfStream());
                            return;
                        }
                    }
                    case GONE -> {
                        Duration linger = patience.linger();
                        if (linger != null && now - idleSince >= linger.toNanos()) {
                            close();
                            return;
                        }
                    }
                    case AWAITED -> awaitFirst(now - idleSince);
                    default -> {}
                }
            }
        }
    }

    private void awaitFirst(long idle) {
        if (!patience.first().isZero() && idle >= patience.first().toNanos()) {
            close();
            throw new MediaException(
                    MediaErrorCode.TIMEOUT,
                    "nobody has published " + stream.key() + " within "
                            + patience.first().toMillis() + " ms");
        }
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
