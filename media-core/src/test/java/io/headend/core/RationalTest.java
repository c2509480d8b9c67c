package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RationalTest {

    @Property
    void isInLowestTermsAndTheSameRatio(@ForAll @IntRange int num, @ForAll @IntRange(min = 1) int den) {
        Rational ratio = Rational.of(num, den);
        assertThat((long) ratio.num() * den).isEqualTo((long) num * ratio.den());
        assertThat(BigInteger.valueOf(ratio.num()).gcd(BigInteger.valueOf(ratio.den())))
                .isEqualTo(BigInteger.ONE);
    }

    @Property
    void orderIsExact(
            @ForAll @IntRange int a,
            @ForAll @IntRange(min = 1) int b,
            @ForAll @IntRange int c,
            @ForAll @IntRange(min = 1) int d) {
        int expected = BigInteger.valueOf(a)
                .multiply(BigInteger.valueOf(d))
                .compareTo(BigInteger.valueOf(c).multiply(BigInteger.valueOf(b)));
        assertThat(Rational.of(a, b).compareTo(Rational.of(c, d))).isEqualTo(expected);
    }

    @Property
    void textGoesThereAndBack(@ForAll @IntRange int num, @ForAll @IntRange(min = 1) int den) {
        Rational ratio = Rational.of(num, den);
        assertThat(Rational.parse(ratio.toString())).isEqualTo(ratio);
    }

    @Test
    void readsTheUsualForms() {
        assertThat(Rational.parse("30000/1001")).isEqualTo(Rational.of(30_000, 1001));
        assertThat(Rational.parse("16:9")).isEqualTo(Rational.of(16, 9));
        assertThat(Rational.parse("25")).isEqualTo(Rational.of(25, 1)).hasToString("25");
        assertThat(Rational.of(16, 9).inverse().toDouble()).isEqualTo(0.5625);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1/2/3", "1/", "/1", "1/0", "-1/2", "99999999999"})
    void refusesWhatIsNoRatio(String text) {
        assertThatThrownBy(() -> Rational.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void zeroHasNoInverse() {
        assertThatThrownBy(() -> Rational.of(0, 5).inverse()).isInstanceOf(IllegalArgumentException.class);
    }
}
