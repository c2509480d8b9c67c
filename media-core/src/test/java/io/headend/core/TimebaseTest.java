package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimebaseTest {

    @Provide
    Arbitrary<Timebase> timebases() {
        Arbitrary<Timebase> usual = Arbitraries.of(
                Timebase.MPEG,
                Timebase.MILLIS,
                Timebase.NANOS,
                Timebase.hz(48_000),
                Timebase.hz(44_100),
                new Timebase(1001, 30_000),
                new Timebase(1, 25));
        Arbitrary<Integer> any = Arbitraries.integers().between(1, Integer.MAX_VALUE);
        return Arbitraries.oneOf(usual, Combinators.combine(any, any).as(Timebase::new));
    }

    private static BigDecimal exact(long ticks, Timebase from, Timebase to, RoundingMode rounding) {
        BigInteger dividend = BigInteger.valueOf(ticks)
                .multiply(BigInteger.valueOf(from.num()))
                .multiply(BigInteger.valueOf(to.den()));
        BigInteger divisor = BigInteger.valueOf(from.den()).multiply(BigInteger.valueOf(to.num()));
        return new BigDecimal(dividend).divide(new BigDecimal(divisor), 0, rounding);
    }

    @Property(tries = 5000)
    void convertEqualsExactArithmeticInEveryRounding(
            @ForAll long ticks,
            @ForAll("timebases") Timebase from,
            @ForAll("timebases") Timebase to,
            @ForAll RoundingMode rounding) {
        BigDecimal expected;
        try {
            expected = exact(ticks, from, to, rounding);
        } catch (ArithmeticException notExact) {
            assertThat(rounding).isEqualTo(RoundingMode.UNNECESSARY);
            assertThatThrownBy(() -> from.convert(ticks, to, rounding)).isInstanceOf(ArithmeticException.class);
            return;
        }
        if (expected.toBigInteger().bitLength() > 63) {
            assertThatThrownBy(() -> from.convert(ticks, to, rounding)).isInstanceOf(ArithmeticException.class);
        } else {
            assertThat(from.convert(ticks, to, rounding)).isEqualTo(expected.longValueExact());
        }
    }

    @Property
    void smallNumbersTakeTheFastWayAndAgree(@ForAll int ticks, @ForAll RoundingMode rounding) {
        Timebase thirds = new Timebase(1, 3);
        Timebase halves = new Timebase(1, 2);
        if (rounding == RoundingMode.UNNECESSARY && ticks % 3 != 0) {
            assertThatThrownBy(() -> thirds.convert(ticks, halves, rounding)).isInstanceOf(ArithmeticException.class);
        } else {
            assertThat(thirds.convert(ticks, halves, rounding))
                    .isEqualTo(exact(ticks, thirds, halves, rounding).longValueExact());
        }
    }

    @Property
    void finerClockAndBackLosesNothing(@ForAll int ticks) {
        long nanos = Timebase.MPEG.convert(ticks, Timebase.NANOS);
        assertThat(Timebase.NANOS.convert(nanos, Timebase.MPEG)).isEqualTo(ticks);
    }

    @Property
    void dividesMeansEveryTickFallsOnATick(@ForAll("timebases") Timebase fine, @ForAll("timebases") Timebase coarse) {
        boolean exact =
                exact(1, coarse, fine, RoundingMode.DOWN).compareTo(exact(1, coarse, fine, RoundingMode.UP)) == 0;
        assertThat(fine.divides(coarse)).isEqualTo(exact);
    }

    @Test
    void isInLowestTerms() {
        assertThat(new Timebase(2, 50)).isEqualTo(new Timebase(1, 25)).hasToString("1/25");
        assertThat(Timebase.ofFrameRate(Rational.of(30_000, 1001))).isEqualTo(new Timebase(1001, 30_000));
        assertThat(Timebase.of(4, 2)).isEqualTo(new Timebase(2, 1));
    }

    @Test
    void refusesWhatIsNoLengthOfTime() {
        assertThatThrownBy(() -> new Timebase(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Timebase.hz(0)).hasMessageContaining("1/0");
        assertThatThrownBy(() -> Timebase.ofFrameRate(Rational.of(0, 1))).isInstanceOf(IllegalArgumentException.class);
    }
}
