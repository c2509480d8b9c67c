package io.headend.testkit;

import io.headend.core.SampleInfo;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes one thread wait for points of stream time, or not at all without a clock; closing wakes it for good. */
final class Pacer {

    // A fake ticker wakes nobody, so it is looked at again after this time at the latest.
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final @Nullable Clock clock;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private volatile boolean closed;
    private long startTick;
    private long wallAtStart;
    private long streamAtStart;

    Pacer(@Nullable Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    boolean isPaced() {
        return clock != null;
    }

    /** Reads the clock; stream time runs with it. */
    void start() {
        if (clock != null) {
            Instant now = clock.instant();
            startTick = nanoTime.getAsLong();
            wallAtStart = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
            streamAtStart = wallAtStart;
        }
    }

    /** Makes stream time begin at the given point, whatever the clock said. */
    void anchorAt(long streamNanos) {
        streamAtStart = streamNanos;
    }

    /** Stream time at the start, in nanoseconds. */
    long anchor() {
        return streamAtStart;
    }

    /** Waits until stream time has come that far; false if closed or interrupted. */
    boolean await(long streamNanos) {
        if (clock == null) {
            return !closed;
        }
        lock.lock();
        try {
            while (!closed) {
                long left = streamNanos - streamAtStart - (nanoTime.getAsLong() - startTick);
                if (left <= 0) {
                    return true;
                }
                long ignored = closing.awaitNanos(Math.min(left, LOOK_AGAIN_NANOS));
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Wall-clock time now, as samples carry it. */
    long arrival() {
        return clock == null ? SampleInfo.NO_ARRIVAL : wallAtStart + (nanoTime.getAsLong() - startTick);
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
