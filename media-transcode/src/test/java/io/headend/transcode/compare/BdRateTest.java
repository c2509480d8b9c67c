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

    // Points measured with libx265, published as the example of FAU's "bjontegaard" package, whose PCHIP agrees with
    // the
    // spreadsheet of JVET-T2010 to ten digits. Expected: the same PCHIP by scipy 1.17.
    @Test
    void agreesWithPublishedPoints() {
        RdCurve anchor = curve(9487.76, 40.037, 4593.60, 38.615, 2486.44, 36.845, 1358.24, 34.851);
        RdCurve test = curve(9787.80, 40.121, 4469.00, 38.651, 2451.52, 36.970, 1356.24, 34.987);
        assertThat(BdRate.of(anchor, test).percent()).isCloseTo(-4.417485350589111, within(1e-9));
    }

    // The points that most scripts of BD-rate bring as their sample.
    @Test
    void agreesWithTheUsualSamples() {
        RdCurve first = curve(686.76, 40.28, 309.58, 37.18, 157.11, 34.24, 85.95, 31.42);
        RdCurve second = curve(893.34, 40.39, 407.8, 37.21, 204.93, 34.17, 112.75, 31.24);
        assertThat(BdRate.of(first, second).percent()).isCloseTo(31.37987820239754, within(1e-9));
        assertThat(BdRate.of(first, second).percent()).isCloseTo(cubic(first, second), within(0.05));
        RdCurve third = curve(675.76, 40.18, 302.58, 36.18, 151.11, 32.24, 65.95, 31.02);
        RdCurve fourth = curve(883.34, 40.09, 402.8, 36.21, 201.93, 32.17, 102.75, 30.24);
        assertThat(BdRate.of(third, fourth).percent()).isCloseTo(35.643223874354916, within(1e-9));
    }

    /** VCEG-M33: one polynomial of the third degree through four points, integrated by many small steps. */
    private static double cubic(RdCurve anchor, RdCurve test) {
        double low = Math.max(anchor.lowest(), test.lowest());
        double high = Math.min(anchor.highest(), test.highest());
        int steps = 100_000;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            double q = low + (high - low) * (i + 0.5) / steps;
            sum += lagrange(test, q) - lagrange(anchor, q);
        }
        return 100 * Math.expm1(sum / steps);
    }

    private static double lagrange(RdCurve curve, double quality) {
        double sum = 0;
        for (Point at : curve.points()) {
            double term = Math.log(at.rate());
            for (Point other : curve.points()) {
                if (!other.equals(at)) {
                    term *= (quality - other.quality()) / (at.quality() - other.quality());
                }
            }
            sum += term;
        }
        return sum;
    }

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
    void thirtyPercentInCommonIsEnoughAndLessIsNot() {
        RdCurve anchor = curve(100, 0, 200, 30, 300, 60, 400, 100);
        RdCurve enough = curve(100, 50, 200, 60, 300, 80, 400, 150);
        RdCurve less = curve(100, 54, 200, 60, 300, 80, 400, 154.5);
        assertThat(BdRate.of(anchor, enough).isRefused()).isFalse();
        assertThat(BdRate.of(anchor, less).isRefused()).isTrue();
        assertThat(BdRate.of(anchor, less).refusal()).contains("30 %");
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
