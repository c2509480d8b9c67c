package io.headend.ingest;

import io.headend.core.Timebase;

/** Arithmetic on times that strangers send: saturates where {@link Timebase} would throw. */
final class Ticks {

    private static final long LIMIT = Long.MAX_VALUE / 2;

    private Ticks() {}

    static long nanos(long ticks, Timebase timebase) {
        return convert(ticks, timebase, Timebase.NANOS);
    }

    static long of(long nanos, Timebase timebase) {
        return convert(nanos, Timebase.NANOS, timebase);
    }

    private static long convert(long value, Timebase from, Timebase to) {
        try {
            return Math.max(-LIMIT, Math.min(LIMIT, from.convert(value, to)));
        } catch (ArithmeticException e) {
            return value < 0 ? -LIMIT : LIMIT;
        }
    }

    static long add(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? -LIMIT : LIMIT) : sum;
    }

    static long subtract(long a, long b) {
        long difference = a - b;
        return ((a ^ b) & (a ^ difference)) < 0 ? (a < 0 ? -LIMIT : LIMIT) : difference;
    }
}
