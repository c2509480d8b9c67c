package io.headend.core;

import java.math.RoundingMode;
import java.time.Instant;

/**
 * A point in time, or a length of it, as a whole number of ticks of a {@link Timebase}.
 *
 * <p>Two timestamps of different timebases compare by the time they name, exactly; {@code equals} compares the
 * representation.
 */
public record Timestamp(long ticks, Timebase timebase) implements Comparable<Timestamp> {

    public static Timestamp of(long ticks, Timebase timebase) {
        return new Timestamp(ticks, timebase);
    }

    /** Nanoseconds since the epoch of a wall-clock instant. */
    public static Timestamp of(Instant instant) {
        return new Timestamp(
                Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano()),
                Timebase.NANOS);
    }

    public Timestamp in(Timebase other, RoundingMode rounding) {
        return new Timestamp(timebase.convert(ticks, other, rounding), other);
    }

    public long ticksIn(Timebase other, RoundingMode rounding) {
        return timebase.convert(ticks, other, rounding);
    }

    /** Nanoseconds, rounded down. */
    public long toNanos() {
        return ticksIn(Timebase.NANOS, RoundingMode.FLOOR);
    }

    /** The wall-clock instant this many ticks after 1970-01-01T00:00:00Z, rounded down to a nanosecond. */
    public Instant toInstant() {
        long nanos = toNanos();
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    public Timestamp plusTicks(long more) {
        return new Timestamp(Math.addExact(ticks, more), timebase);
    }

    @Override
    public int compareTo(Timestamp other) {
        if (timebase.equals(other.timebase)) {
            return Long.compare(ticks, other.ticks);
        }
        long left = (long) timebase.num() * other.timebase.den();
        long right = (long) other.timebase.num() * timebase.den();
        int high = Long.compare(Math.multiplyHigh(ticks, left), Math.multiplyHigh(other.ticks, right));
        return high != 0 ? high : Long.compareUnsigned(ticks * left, other.ticks * right);
    }

    @Override
    public String toString() {
        return ticks + "*" + timebase + "s";
    }
}
