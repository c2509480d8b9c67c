package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How late the event of a stall comes: a sink to run an input into while its sender is told to be silent. The best of five silences counts,
 * because a busy machine delays any of them.
 */
public final class StallWatch implements StreamSink {

    private static final int SILENCES = 5;
    private static final long MOST_LATE = 100_000_000L;

    private final Duration hold;
    private final InputHealth health;
    private final AtomicLong last = new AtomicLong();
    private final AtomicInteger samples = new AtomicInteger();
    private volatile long late;
    private volatile boolean stalled;

    /** @param hold without a sample, after which an input is stalled */
    public StallWatch(Duration hold) {
        this.hold = hold;
        health = InputHealth.builder("input")
                .rule(InputProblem.STALL, 0, hold)
                .clear(Duration.ofMillis(50))
                .events(event -> told((HealthEvent) event))
                .build();
    }

    public InputHealth health() {
        return health;
    }

    private void told(HealthEvent event) {
        late = System.nanoTime() - last.get() - hold.toNanos();
        stalled = event.begins();
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof Sample sample) {
            sample.close();
            last.set(System.nanoTime());
            samples.incrementAndGet();
        }
    }

    /** Waits until so many samples have come. */
    public void awaitSamples(int count) {
        until(() -> samples.get() >= count);
    }

    /** Requires that one of five silences is told within 100 ms of its threshold, counted from the last sample. */
    public void requireToldInTime(ScheduledExecutorService ticker, Sender sender) {
        health.every(ticker);
        long best = Long.MAX_VALUE;
        for (int i = 0; i < SILENCES && Math.abs(best) > MOST_LATE; i++) {
            sender.silent(false);
            int had = samples.get();
            until(() -> !stalled && samples.get() > had + 30);
            sender.silent(true);
            until(() -> stalled);
            best = Math.abs(late) < Math.abs(best) ? late : best;
        }
        assertThat(best).as("nanoseconds behind the threshold").isBetween(-MOST_LATE, MOST_LATE);
    }

    /** Who sends what the input brings. */
    @FunctionalInterface
    public interface Sender {
        void silent(boolean silent);
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
