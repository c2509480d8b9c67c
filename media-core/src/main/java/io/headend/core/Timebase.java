package io.headend.core;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * The length of one tick as an exact fraction of a second: {@code num/den} s, in lowest terms.
 *
 * <p>All conversions are exact in 128-bit arithmetic and round once, in the way the caller names. A result outside 64
 * bits is an {@link ArithmeticException}, never a wrapped number.
 *
 * @param num seconds, at least 1
 * @param den ticks in that many seconds, at least 1
 */
public record Timebase(int num, int den) {

    /** The 90 kHz clock of MPEG-2 systems (ISO/IEC 13818-1, 2.4.2) and of RTP video payloads. */
    public static final Timebase MPEG = hz(90_000);

    public static final Timebase MILLIS = hz(1_000);
    public static final Timebase MICROS = hz(1_000_000);
    public static final Timebase NANOS = hz(1_000_000_000);

    public Timebase {
        if (num < 1 || den < 1) {
            throw new IllegalArgumentException("not a timebase: " + num + "/" + den + " s");
        }
        int gcd = Rational.gcd(num, den);
        num /= gcd;
        den /= gcd;
    }

    public static Timebase of(int num, int den) {
        return new Timebase(num, den);
    }

    /** The timebase of a clock with {@code ticksPerSecond} ticks in a second, such as a media timescale or sample rate. */
    public static Timebase hz(int ticksPerSecond) {
        return new Timebase(1, ticksPerSecond);
    }

    /** The timebase in which one tick is one frame. */
    public static Timebase ofFrameRate(Rational frameRate) {
        return new Timebase(/* num= */ frameRate.den(), /* den= */ frameRate.num());
    }

    /**
     * Converts a number of ticks of this timebase to ticks of another.
     *
     * @throws ArithmeticException if the result does not fit in 64 bits, or if {@code rounding} is
     *     {@link RoundingMode#UNNECESSARY} and the result is not exact
     */
    public long convert(long ticks, Timebase to, RoundingMode rounding) {
        if (equals(to)) {
            return ticks;
        }
        // ticks * (num * to.den) / (den * to.num), both factors below 2^62
        long multiplier = (long) num * to.den;
        long divisor = (long) den * to.num;
        if (multiplier % divisor == 0) {
            return Math.multiplyExact(ticks, multiplier / divisor);
        }
        long high = Math.multiplyHigh(ticks, multiplier);
        long low = ticks * multiplier;
        if (high == low >> 63) {
            return divide(low, divisor, rounding);
        }
        return divide(BigInteger.valueOf(ticks).multiply(BigInteger.valueOf(multiplier)), divisor, rounding);
    }

    /** Converts with {@link RoundingMode#HALF_UP}, the rounding of media timestamps. */
    public long convert(long ticks, Timebase to) {
        return convert(ticks, to, RoundingMode.HALF_UP);
    }

    /** Whether every tick of {@code coarser} falls on a tick of this timebase. */
    public boolean divides(Timebase coarser) {
        return ((long) coarser.num * den) % ((long) coarser.den * num) == 0;
    }

    private static long divide(long dividend, long divisor, RoundingMode rounding) {
        long quotient = dividend / divisor;
        long remainder = dividend % divisor;
        if (remainder == 0) {
            return quotient;
        }
        int sign = dividend < 0 ? -1 : 1;
        long magnitude = Math.abs(remainder);
        int half = Long.compare(magnitude, divisor - magnitude);
        boolean away = switch (rounding) {
            case UP -> true;
            case DOWN -> false;
            case CEILING -> sign > 0;
            case FLOOR -> sign < 0;
            case HALF_UP -> half >= 0;
            case HALF_DOWN -> half > 0;
            case HALF_EVEN -> half > 0 || (half == 0 && (quotient & 1) == 1);
            case UNNECESSARY -> throw new ArithmeticException("not exact: " + dividend + "/" + divisor);
        };
        return away ? quotient + sign : quotient;
    }

    private static long divide(BigInteger dividend, long divisor, RoundingMode rounding) {
        return new BigDecimal(dividend)
                .divide(BigDecimal.valueOf(divisor), 0, rounding)
                .longValueExact();
    }

    @Override
    public String toString() {
        return num + "/" + den;
    }
}
