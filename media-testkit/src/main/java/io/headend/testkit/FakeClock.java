package io.headend.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A wall clock and a nanosecond ticker that move only when told. Safe for use by several threads.
 */
public final class FakeClock extends Clock {

    private final Instant start;
    private final AtomicLong wallNanos = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();

    private FakeClock(Instant start) {
        this.start = start;
    }

    public static FakeClock at(Instant start) {
        return new FakeClock(start);
    }

    /** Reads an instant such as {@code 2026-01-01T00:00:00Z}. */
    public static FakeClock at(String instant) {
        return new FakeClock(Instant.parse(instant));
    }

    /** Moves both; {@code by} is not negative. */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + by);
        }
        wallNanos.addAndGet(by.toNanos());
        nanos.addAndGet(by.toNanos());
    }

    /** Sets the wall clock off, forwards or backwards, while the ticker stands: a clock correction. */
    public void jumpWall(Duration by) {
        wallNanos.addAndGet(by.toNanos());
    }

    /** The counterpart of {@link System#nanoTime}. */
    public long nanoTime() {
        return nanos.get();
    }

    public LongSupplier ticker() {
        return this::nanoTime;
    }

    @Override
    public Instant instant() {
        return start.plusNanos(wallNanos.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** The same clock: it shows UTC in every zone. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
