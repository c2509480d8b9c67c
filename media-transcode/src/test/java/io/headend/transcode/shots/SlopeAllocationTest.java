package io.headend.transcode.shots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SlopeAllocationTest {

    private static PieceCurve curve(int frames, double bitsAt28, double vmafAt28, double loss) {
        Map<Double, Double> bits = new TreeMap<>();
        Map<Double, Double> vmaf = new TreeMap<>();
        for (double factor : new double[] {20, 28, 36}) {
            bits.put(factor, bitsAt28 * Math.pow(2, (28 - factor) / 6));
            vmaf.put(factor, Math.min(100, vmafAt28 - loss * (factor - 28) - 0.05 * Math.pow(factor - 28, 2)));
        }
        return new PieceCurve(frames, bits, vmaf);
    }

    private static double mean(List<PieceCurve> curves, List<Double> factors) {
        double sum = 0;
        int frames = 0;
        for (int i = 0; i < curves.size(); i++) {
            sum += curves.get(i).vmaf(factors.get(i)) * curves.get(i).frames();
            frames += curves.get(i).frames();
        }
        return sum / frames;
    }

    private static double bits(List<PieceCurve> curves, List<Double> factors) {
        double sum = 0;
        for (int i = 0; i < curves.size(); i++) {
            sum += curves.get(i).bits(factors.get(i));
        }
        return sum;
    }

    private final List<PieceCurve> curves =
            List.of(curve(50, 200_000, 92, 1.0), curve(100, 900_000, 80, 2.2), curve(80, 300_000, 88, 0.8));

    @Test
    void meetsTheMeanForFewerBitsThanOneFactorForAll() {
        SlopeAllocation allocation = new SlopeAllocation(curves, 12, 44, 8);
        List<Double> chosen = allocation.forMean(86, 0);
        assertThat(mean(curves, chosen)).isCloseTo(86, within(0.5));
        double same = 12;
        while (mean(curves, List.of(same, same, same)) > mean(curves, chosen)) {
            same += 0.01;
        }
        assertThat(bits(curves, chosen)).isLessThan(bits(curves, List.of(same, same, same)));
    }

    // At the optimum a step down in one part and up in another cannot win.
    @Test
    void noExchangeOfBitsHelps() {
        List<Double> chosen = new SlopeAllocation(curves, 12, 44, 20).forMean(86, 0);
        double[] slopes = new double[curves.size()];
        for (int i = 0; i < slopes.length; i++) {
            PieceCurve curve = curves.get(i);
            double f = chosen.get(i);
            slopes[i] = curve.frames()
                    * (curve.vmaf(f - 0.5) - curve.vmaf(f + 0.5))
                    / (curve.bits(f - 0.5) - curve.bits(f + 0.5));
        }
        for (double slope : slopes) {
            assertThat(slope / slopes[0]).isBetween(0.75, 1.33);
        }
    }

    @Test
    void holdsTheFloorAndTheSpread() {
        List<Double> chosen = new SlopeAllocation(curves, 12, 44, 3).forMean(86, 83);
        for (int i = 0; i < curves.size(); i++) {
            assertThat(curves.get(i).vmaf(chosen.get(i))).isGreaterThanOrEqualTo(82.99);
        }
        List<Double> narrow = new SlopeAllocation(curves, 12, 44, 1).forMean(86, 0);
        double low = narrow.stream().mapToDouble(f -> f).min().orElseThrow();
        double high = narrow.stream().mapToDouble(f -> f).max().orElseThrow();
        assertThat(high - low).isLessThanOrEqualTo(2);
    }

    @Test
    void aCurveRunsThroughItsProbesAndNeverTurns() {
        PieceCurve curve = new PieceCurve(
                10, Map.of(20.0, 1e6, 28.0, 3e5, 36.0, 1.2e5), Map.of(20.0, 99.0, 28.0, 90.0, 36.0, 60.0));
        assertThat(curve.bits(28)).isCloseTo(3e5, within(1.0));
        assertThat(curve.vmaf(36)).isCloseTo(60, within(1e-9));
        for (double f = 12; f < 44; f += 0.5) {
            assertThat(curve.bits(f + 0.5)).isLessThan(curve.bits(f));
            assertThat(curve.vmaf(f + 0.5)).isLessThanOrEqualTo(curve.vmaf(f));
        }
        PieceCurve moved = curve.moved(2, -3);
        assertThat(moved.bits(25)).isCloseTo(2 * curve.bits(25), within(1e-3));
        assertThat(moved.vmaf(25)).isCloseTo(curve.vmaf(25) - 3, within(1e-9));
    }

    @Test
    void probesThatContradictThemselvesDoNotTurnTheCurve() {
        PieceCurve curve =
                new PieceCurve(10, Map.of(20.0, 1e5, 28.0, 2e5, 36.0, 1e5), Map.of(20.0, 90.0, 28.0, 95.0, 36.0, 80.0));
        assertThat(curve.bits(28)).isLessThanOrEqualTo(curve.bits(20));
        assertThat(curve.vmaf(28)).isLessThanOrEqualTo(curve.vmaf(20));
    }
}
