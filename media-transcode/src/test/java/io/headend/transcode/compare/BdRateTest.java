package io.headend.transcode.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headend.transcode.compare.RdCurve.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BdRateTest {

    private static RdCurve curve(double... ratesAndQualities) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < ratesAndQualities.length; i += 2) {
            points.add(new Point(ratesAndQualities[i], ratesAndQualities[i + 1]));
        }
        return RdCurve.of(points);
    }

    private static final RdCurve ANCHOR = curve(100, 60, 200, 72, 400, 83, 800, 91, 1600, 95);

    @Test
    void theSameCurveSavesNothing() {
        assertThat(BdRate.of(ANCHOR, ANCHOR).percent()).isCloseTo(0, within(1e-9));
        assertThat(BdRate.of(ANCHOR, ANCHOR).overlap()).isEqualTo(1);
    }

    @Property
    void aConstantFactorIsFoundExactly(@ForAll @DoubleRange(min = 0.3, max = 3) double factor) {
        List<Point> scaled = ANCHOR.points().stream()
                .map(point -> new Point(point.rate() * factor, point.quality()))
                .toList();
        assertThat(BdRate.of(ANCHOR, RdCurve.of(scaled)).percent()).isCloseTo(100 * (factor - 1), within(1e-6));
    }

    @Property
    void forthAndBackCancel(@ForAll @Size(5) List<@DoubleRange(min = 0.8, max = 1.2) Double> factors) {
        List<Point> moved = new ArrayList<>();
        for (int i = 0; i < factors.size(); i++) {
            Point point = ANCHOR.points().get(i);
            moved.add(new Point(point.rate() * factors.get(i), point.quality()));
        }
        RdCurve other = RdCurve.of(moved);
        double forth = BdRate.of(ANCHOR, other).percent() / 100;
        double back = BdRate.of(other, ANCHOR).percent() / 100;
        assertThat((1 + forth) * (1 + back)).isCloseTo(1, within(1e-9));
    }

    // scipy.interpolate.PchipInterpolator over the same points, integrated by its own integrate().
    @Test
    void agreesWithAnIndependentImplementation() {
        RdCurve test = curve(90, 61.5, 185, 73.2, 340, 82.1, 760, 91.8, 1500, 95.3);
        assertThat(BdRate.of(ANCHOR, test).percent()).isCloseTo(SCIPY_PERCENT, within(1e-4));
        assertThat(ANCHOR.rateAt(80)).isCloseTo(SCIPY_RATE_AT_80, within(1e-3));
    }

    private static final double SCIPY_PERCENT = -13.240365823271471;
    private static final double SCIPY_RATE_AT_80 = 325.0759945197579;

    @Test
    void orderDoesNotMatterAndDominatedPointsAreLeftOut() {
        List<Point> shuffled = new ArrayList<>(ANCHOR.points());
        Collections.reverse(shuffled);
        shuffled.add(new Point(900, 90));
        shuffled.add(new Point(200, 70));
        assertThat(RdCurve.of(shuffled).points()).isEqualTo(ANCHOR.points());
    }

    @Test
    void refusesCurvesThatHardlyOverlap() {
        RdCurve above = curve(1000, 90, 2000, 96, 4000, 98, 8000, 99, 16_000, 99.5);
        BdRate refused = BdRate.of(ANCHOR, above);
        assertThat(refused.isRefused()).isTrue();
        assertThat(refused.percent()).isNaN();
        assertThat(refused.refusal()).contains("13 %").contains("30 %");
    }

    @Test
    void refusesTooFewPoints() {
        RdCurve flat = curve(100, 60, 200, 72, 400, 71, 800, 70, 1600, 69);
        assertThat(BdRate.of(ANCHOR, flat).refusal()).contains("only 2 points");
    }

    @Test
    void runsThroughItsPointsAndStaysMonotone() {
        double before = 0;
        for (double q = 60; q <= 95; q += 0.25) {
            double rate = ANCHOR.rateAt(q);
            assertThat(rate).isGreaterThan(before);
            before = rate;
        }
        for (Point point : ANCHOR.points()) {
            assertThat(ANCHOR.rateAt(point.quality())).isCloseTo(point.rate(), within(1e-6));
        }
    }
}
