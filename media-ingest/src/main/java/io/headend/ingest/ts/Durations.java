package io.headend.ingest.ts;

import io.headend.core.Rational;
import org.jspecify.annotations.Nullable;

/** Lengths in ticks of 90 kHz. */
final class Durations {

    private static final long CLOCK = 90_000;
    private static final int MAX_RATE = 300;

    private Durations() {}

    /** The rate if pictures can have it; encoders write clocks of a megahertz in its place. */
    static @Nullable Rational plausible(@Nullable Rational rate) {
        boolean plausible = rate != null
                && rate.num() > 0
                && rate.den() > 0
                && rate.num() / rate.den() <= MAX_RATE
                && rate.den() / rate.num() < 10;
        return plausible ? rate : null;
    }

    /** Of a picture, rounded; 0 where the rate is unknown. */
    static long ofFrame(@Nullable Rational rate) {
        return rate == null ? 0 : (CLOCK * rate.den() + rate.num() / 2) / rate.num();
    }

    /** Of so many samples of sound, rounded. */
    static long ofSamples(long samples, int rate) {
        return (samples * CLOCK + rate / 2) / rate;
    }
}
