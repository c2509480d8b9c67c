package io.headend.ingest;

import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a live input again when it broke, and marks each place with one {@link Discontinuity}.
 *
 * <p>An end that the source announces with {@link EndOfStream} is one; a source that returns without it was cut off.
 *
 * <p><b>Threading:</b> one thread runs it; {@link #wake} by any.
 */
final class Reopening {

    private static final Logger log = LoggerFactory.getLogger(Reopening.class);

    private final String name;
    private final Reconnect reconnect;
    private final LongSupplier nanoTime;
    private final BooleanSupplier closed;
    private final Pause pause;
    private final AtomicLong reconnects = new AtomicLong();
    private long lastSample;
    private boolean ever;
    /** Whether samples came before the present connection, and none on it yet. */
    private boolean broken;

    private int attempt;

    Reopening(String url, Reconnect reconnect, LongSupplier nanoTime, BooleanSupplier closed) {
        this.name = RedactedUrl.of(url);
        this.reconnect = reconnect;
        this.nanoTime = nanoTime;
        this.closed = closed;
        this.pause = new Pause(nanoTime, closed);
    }

    /** One connection; returns true if the source said that the stream ends. */
    @FunctionalInterface
    interface Attempt {
        boolean run(StreamSink sink);
    }

    /**
     * Runs attempts until the stream ends, the input is closed or given up.
     *
     * @throws MediaException the last error of an input that is given up
     */
    void run(Attempt attempts, StreamSink sink) {
        lastSample = nanoTime.getAsLong();
        while (!closed.getAsBoolean()) {
            long before = lastSample;
            Outcome outcome = once(attempts, sink);
            if (outcome.ended() || closed.getAsBoolean()) {
                return;
            }
            broken |= lastSample != before;
            pauseOrGiveUp(outcome.failure());
        }
    }

    /** How a connection ended: as the source said, by an error, or just so. */
    private record Outcome(boolean ended, @Nullable MediaException failure) {}

    private Outcome once(Attempt attempts, StreamSink sink) {
        Downstream watched = new Downstream(sink);
        try {
            return new Outcome(attempts.run(watched), null);
        } catch (MediaException e) {
            if (watched.failure != null) {
                throw e;
            }
            return new Outcome(false, e);
        }
    }

    private void pauseOrGiveUp(@Nullable MediaException failure) {
        long now = nanoTime.getAsLong();
        boolean hopeless = failure != null && !ever && !worthAnotherTry(failure);
        if (hopeless || now - lastSample >= reconnect.giveUp().toNanos()) {
            throw failure != null
                    ? failure
                    : new MediaException(
                            MediaErrorCode.IO, name + " was closed by the other side and is not back", null, true);
        }
        if (attempt == 0) {
            log.info(
                    "{} broke, trying again: {}",
                    name,
                    failure == null ? "closed by the other side" : failure.getMessage());
        }
        long wait = reconnect
                .pause(attempt++, ThreadLocalRandom.current().nextDouble())
                .toNanos();
        long end = lastSample + reconnect.giveUp().toNanos();
        pause.until(end - now < wait && end > now ? end : now + wait);
        reconnects.incrementAndGet();
    }

    // A stream that has never come may be asked for in a wrong way; one that has come was asked for in the right one.
    private static boolean worthAnotherTry(MediaException failure) {
        return switch (failure.code()) {
            case INVALID_ARGUMENT, UNSUPPORTED, ACCESS_DENIED, NATIVES_MISSING, INVALID_STATE, INTERNAL -> false;
            default -> true;
        };
    }

    private static Discontinuity restart() {
        Timestamp nowhere = Timestamp.of(0, Timebase.NANOS);
        return new Discontinuity(Discontinuity.Cause.RESTART, nowhere, nowhere);
    }

    long reconnects() {
        return reconnects.get();
    }

    void wake() {
        pause.wake();
    }

    /** Tells what the sink throws from what the source throws. */
    private final class Downstream implements StreamSink {
        private final StreamSink sink;

        @Nullable
        RuntimeException failure;

        Downstream(StreamSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(StreamItem item) {
            if (item instanceof Sample) {
                lastSample = nanoTime.getAsLong();
                ever = true;
                attempt = 0;
            }
            try {
                if (broken) {
                    broken = false;
                    sink.accept(restart());
                }
                sink.accept(item);
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        }
    }
}
