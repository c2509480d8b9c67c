package io.headend.transcode.compare;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The mean over clips and how far other clips of the same kind might move it: the percentile bootstrap. The same numbers give
 * the same interval.
 *
 * @param mean of the numbers; {@code NaN} where there are none
 * @param low 2.5 % of the resampled means lie below; {@code NaN} with fewer than two numbers
 * @param high 2.5 % lie above
 * @param clips how many numbers
 */
public record Bootstrap(double mean, double low, double high, int clips) {

    private static final int RESAMPLES = 10_000;
    private static final long SEED = 0x9E3779B97F4A7C15L;

    /** Of one number per clip; those that are not finite are left out. */
    public static Bootstrap of(double... perClip) {
        double[] values = Arrays.stream(perClip).filter(Double::isFinite).toArray();
        int n = values.length;
        if (n == 0) {
            return new Bootstrap(Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double mean = Arrays.stream(values).sum() / n;
        if (n == 1) {
            return new Bootstrap(mean, Double.NaN, Double.NaN, 1);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                sum += values[random.nextInt(n)];
            }
            means[i] = sum / n;
        }
        Arrays.sort(means);
        return new Bootstrap(mean, means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40], n);
    }
}
