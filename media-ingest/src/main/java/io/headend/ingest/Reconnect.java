package io.headend.ingest;

import io.headend.core.MediaException;
import java.time.Duration;

/**
 * How a live input that broke is opened again: after a pause that doubles from {@code first} to {@code longest}, each drawn at random
 * between half of it and the whole, until {@code giveUp} has passed without a sample.
 *
 * @param first pause before the first attempt
 * @param longest pause between later attempts
 * @param giveUp time without a sample after which the input fails with its last error; zero opens it once only
 */
public record Reconnect(Duration first, Duration longest, Duration giveUp) {

    /** 250 ms to 5 s, for a minute. */
    public static final Reconnect STANDARD =
            new Reconnect(Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofMinutes(1));

    /** The first error, or the end that the sender makes, is final. */
    public static final Reconnect NEVER = STANDARD.withGiveUp(Duration.ZERO);

    public Reconnect {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0 || giveUp.isNegative()) {
            throw MediaException.invalidArgument("pauses between attempts grow from more than zero: " + first + " to "
                    + longest + ", given up after " + giveUp);
        }
    }

    public Reconnect withGiveUp(Duration newGiveUp) {
        return new Reconnect(first, longest, newGiveUp);
    }

    /** As good as never. */
    public Reconnect withoutGivingUp() {
        return withGiveUp(Duration.ofDays(36_500));
    }

    /**
     * The pause before an attempt.
     *
     * @param attempt 0 for the first after a break
     * @param random 0 to 1
     */
    public Duration pause(int attempt, double random) {
        long whole = first.toNanos() << Math.min(attempt, 20);
        long bounded = whole < 0 ? longest.toNanos() : Math.min(whole, longest.toNanos());
        return Duration.ofNanos(bounded / 2 + (long) (0.5 * bounded * random));
    }
}
