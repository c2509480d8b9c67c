package io.headend.benchmarks.ratecontrol;

import java.util.Arrays;
import java.util.Comparator;

/** Bjøntegaard's mean difference of rate at equal quality, over monotone cubic curves (PCHIP) of the logarithm of the rate. */
final class BdRate {

    private static final double LEAST_OVERLAP = 0.3;

    private BdRate() {}

    /**
     * In percent of the anchor's rate; negative where the test needs fewer bits. {@code NaN} where the ranges of quality have
     * less than 30 % in common.
     */
    static double of(double[] anchorRate, double[] anchorQuality, double[] testRate, double[] testQuality) {
        double[][] a = curve(anchorRate, anchorQuality);
        double[][] t = curve(testRate, testQuality);
        double low = Math.max(a[0][0], t[0][0]);
        double high = Math.min(a[0][a[0].length - 1], t[0][t[0].length - 1]);
        double widest = Math.max(a[0][a[0].length - 1] - a[0][0], t[0][t[0].length - 1] - t[0][0]);
        if (!(high - low >= LEAST_OVERLAP * widest)) {
            return Double.NaN;
        }
        double difference = (integral(t, low, high) - integral(a, low, high)) / (high - low);
        return 100 * Math.expm1(difference);
    }

    // Quality rising strictly, with the logarithm of the rate.
    private static double[][] curve(double[] rate, double[] quality) {
        Integer[] order = new Integer[rate.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> quality[i]));
        double[] x = new double[rate.length];
        double[] y = new double[rate.length];
        int n = 0;
        for (int i : order) {
            if (n == 0 || quality[i] > x[n - 1] + 1e-9) {
                x[n] = quality[i];
                y[n++] = Math.log(rate[i]);
            }
        }
        return new double[][] {Arrays.copyOf(x, n), Arrays.copyOf(y, n)};
    }

    private static double integral(double[][] curve, double from, double to) {
        double[] slopes = slopes(curve[0], curve[1]);
        int steps = 400;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 0.5 : 1;
            sum += weight * at(curve[0], curve[1], slopes, from + (to - from) * i / steps);
        }
        return sum * (to - from) / steps;
    }

    private static double[] slopes(double[] x, double[] y) {
        int n = x.length;
        double[] d = new double[n];
        if (n < 2) {
            return d;
        }
        double[] h = new double[n - 1];
        double[] s = new double[n - 1];
        for (int i = 0; i < n - 1; i++) {
            h[i] = x[i + 1] - x[i];
            s[i] = (y[i + 1] - y[i]) / h[i];
        }
        for (int i = 1; i < n - 1; i++) {
            if (s[i - 1] * s[i] > 0) {
                double w1 = 2 * h[i] + h[i - 1];
                double w2 = h[i] + 2 * h[i - 1];
                d[i] = (w1 + w2) / (w1 / s[i - 1] + w2 / s[i]);
            }
        }
        d[0] = n == 2 ? s[0] : end(h[0], h[1], s[0], s[1]);
        d[n - 1] = n == 2 ? s[0] : end(h[n - 2], h[n - 3], s[n - 2], s[n - 3]);
        return d;
    }

    private static double end(double h0, double h1, double s0, double s1) {
        double d = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1);
        if (d * s0 <= 0) {
            return 0;
        }
        return s0 * s1 <= 0 && Math.abs(d) > 3 * Math.abs(s0) ? 3 * s0 : d;
    }

    private static double at(double[] x, double[] y, double[] d, double q) {
        int i = 0;
        while (i < x.length - 2 && q > x[i + 1]) {
            i++;
        }
        double h = x[i + 1] - x[i];
        double t = (q - x[i]) / h;
        double t2 = t * t;
        double t3 = t2 * t;
        return (2 * t3 - 3 * t2 + 1) * y[i]
                + (t3 - 2 * t2 + t) * h * d[i]
                + (3 * t2 - 2 * t3) * y[i + 1]
                + (t3 - t2) * h * d[i + 1];
    }
}
