package io.headend.transcode.shots;

import java.util.ArrayList;
import java.util.List;

/**
 * Gives every piece a constant rate factor such that the last bit buys the same quality in all of them (Lagrange), for a mean
 * quality over all pictures, or at least a floor in each piece.
 */
final class SlopeAllocation {

    private static final double STEP = 0.25;

    private final List<PieceCurve> curves;
    private final double lowest;
    private final double highest;
    private final double spread;

    /**
     * @param lowest least factor
     * @param highest greatest factor
     * @param spread most distance of a piece from the middle one: a curve that is wrong by much does no harm beyond
     */
    SlopeAllocation(List<PieceCurve> curves, double lowest, double highest, double spread) {
        this.curves = curves;
        this.lowest = lowest;
        this.highest = highest;
        this.spread = spread;
    }

    /**
     * Factors for a mean over all pictures.
     *
     * @param target mean VMAF
     * @param floor least VMAF of each piece as far as the curves go; 0 for none
     */
    List<Double> forMean(double target, double floor) {
        double low = -30;
        double high = 10;
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            // A dearer bit buys less quality.
            if (mean(factors(Math.exp(middle), floor)) > target) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return factors(Math.exp((low + high) / 2), floor);
    }

    private double mean(List<Double> factors) {
        double sum = 0;
        long pictures = 0;
        for (int i = 0; i < curves.size(); i++) {
            sum += curves.get(i).vmaf(factors.get(i)) * curves.get(i).frames();
            pictures += curves.get(i).frames();
        }
        return sum / pictures;
    }

    /** @param price of a bit, in VMAF times pictures */
    private List<Double> factors(double price, double floor) {
        List<Double> chosen = new ArrayList<>();
        for (PieceCurve curve : curves) {
            chosen.add(best(curve, price, lowest, highest));
        }
        double middle = median(chosen);
        List<Double> result = new ArrayList<>();
        for (int i = 0; i < curves.size(); i++) {
            double factor = Math.max(middle - spread, Math.min(middle + spread, chosen.get(i)));
            result.add(atLeast(curves.get(i), factor, floor));
        }
        return result;
    }

    private double atLeast(PieceCurve curve, double factor, double floor) {
        double lower = factor;
        while (lower - STEP >= lowest && curve.vmaf(lower) < floor) {
            lower -= STEP;
        }
        return lower;
    }

    private static double best(PieceCurve curve, double price, double lowest, double highest) {
        double best = lowest;
        double most = -Double.MAX_VALUE;
        for (double factor = lowest; factor <= highest + 1e-9; factor += STEP) {
            double worth = curve.vmaf(factor) * curve.frames() - price * curve.bits(factor);
            if (worth > most) {
                most = worth;
                best = factor;
            }
        }
        return best;
    }

    // Weighted by length, so that a flurry of short pieces does not move it.
    private double median(List<Double> factors) {
        List<Integer> order = new ArrayList<>();
        long all = 0;
        for (int i = 0; i < factors.size(); i++) {
            order.add(i);
            all += curves.get(i).frames();
        }
        order.sort((a, b) -> Double.compare(factors.get(a), factors.get(b)));
        long sum = 0;
        for (int i : order) {
            sum += curves.get(i).frames();
            if (2 * sum >= all) {
                return factors.get(i);
            }
        }
        return factors.get(0);
    }
}
