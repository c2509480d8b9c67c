package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TimestampTest {

    @Property(tries = 3000)
    void orderIsTheOrderOfTheExactTimes(
            @ForAll long left,
            @ForAll @IntRange(min = 1) int leftNum,
            @ForAll @IntRange(min = 1) int leftDen,
            @ForAll long right,
            @ForAll @IntRange(min = 1) int rightNum,
            @ForAll @IntRange(min = 1) int rightDen) {
        Timestamp a = Timestamp.of(left, new Timebase(leftNum, leftDen));
        Timestamp b = Timestamp.of(right, new Timebase(rightNum, rightDen));
        BigInteger exactA =
                BigInteger.valueOf(left).multiply(BigInteger.valueOf(leftNum)).multiply(BigInteger.valueOf(rightDen));
        BigInteger exactB =
                BigInteger.valueOf(right).multiply(BigInteger.valueOf(rightNum)).multiply(BigInteger.valueOf(leftDen));
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(exactA.compareTo(exactB));
        assertThat(Integer.signum(b.compareTo(a))).isEqualTo(exactB.compareTo(exactA));
    }

    @Test
    void sameTimeInTwoTimebasesComparesEqualAndIsNotEqual() {
        Timestamp a = Timestamp.of(90_000, Timebase.MPEG);
        Timestamp b = Timestamp.of(48_000, Timebase.hz(48_000));
        assertThat(a.compareTo(b)).isZero();
        assertThat(a).isNotEqualTo(b);
    }

    @Property
    void instantsGoThereAndBack(
            @ForAll @LongRange(min = -9_000_000_000L, max = 9_000_000_000L) long second,
            @ForAll @IntRange(max = 999_999_999) int nano) {
        Instant instant = Instant.ofEpochSecond(second, nano);
        assertThat(Timestamp.of(instant).toInstant()).isEqualTo(instant);
    }

    @Test
    void timesBeforeTheEpochRoundDown() {
        assertThat(Timestamp.of(-1, Timebase.hz(3)).toNanos()).isEqualTo(-333_333_334);
        assertThat(Timestamp.of(-1, Timebase.hz(3)).toInstant()).isEqualTo(Instant.ofEpochSecond(-1, 666_666_666));
    }

    @Test
    void nothingWraps() {
        assertThatThrownBy(() -> Timestamp.of(Long.MAX_VALUE, Timebase.MPEG).plusTicks(1))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Timestamp.of(Long.MAX_VALUE, Timebase.MPEG).toNanos())
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Timestamp.of(Instant.MAX)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void convertsToOtherTimebases() {
        Timestamp second = Timestamp.of(1, Timebase.hz(1));
        assertThat(second.in(Timebase.MPEG, RoundingMode.UNNECESSARY)).isEqualTo(Timestamp.of(90_000, Timebase.MPEG));
        assertThat(second.plusTicks(-2).ticksIn(Timebase.MILLIS, RoundingMode.FLOOR))
                .isEqualTo(-1000);
        assertThat(second).hasToString("1*1/1s");
    }
}
