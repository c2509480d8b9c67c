package io.headend.transcode.quality;

import java.util.Arrays;

/**
 * SSIM and multi-scale SSIM of luma as libvmaf's {@code float_ssim} and {@code float_ms_ssim} define them (after Wang et
 * al.): an 11x11 Gaussian window at every position where it fits.
 */
final class GaussianSsim {

    /** Below this width or height five levels do not hold the window. */
    static final int MS_MIN_SIZE = 176;

    /** Half of the window, centre first. */
    private static final float[] WINDOW = {.266012f, .213006f, .109361f, .036001f, .007599f, .001028f};

    private static final float[] LOW_PASS = {
        .026727f, -.016828f, -.078201f, .266846f, .602914f, .266846f, -.078201f, -.016828f, .026727f
    };
    private static final double[] EXPONENTS = {.0448, .2856, .3001, .2363, .1333};
    private static final double C1 = (.01 * 255) * (.01 * 255);
    private static final double C2 = (.03 * 255) * (.03 * 255);
    private static final double C3 = C2 / 2;
    private static final int REACH = WINDOW.length - 1;

    private final Kernels kernels;
    private final float[][] moments;

    GaussianSsim(int width, Kernels kernels) {
        this.kernels = kernels;
        moments = new float[5][width];
    }

    /** Means over all positions of luminance, contrast, structure, and of their product. */
    private record Terms(double luminance, double contrast, double structure, double product) {}

    /** The picture reduced to about 256 rows or columns, as the metric's authors advise. */
    double ssim(SamplePlane reference, SamplePlane distorted) {
        FloatImage ref = FloatImage.of(reference, kernels);
        FloatImage dist = FloatImage.of(distorted, kernels);
        int factor = reduction(reference.width, reference.height);
        if (factor > 1) {
            float[] box = new float[factor];
            Arrays.fill(box, 1f / factor);
            ref = ref.reduce(box, -(factor / 2), factor);
            dist = dist.reduce(box, -(factor / 2), factor);
        }
        return terms(ref, dist).product;
    }

    static int reduction(int width, int height) {
        return (int) Math.max(1, Math.round(Math.min(width, height) / 256.0));
    }

    /** Whether the reduced picture holds the window. */
    static boolean fits(int width, int height) {
        int factor = reduction(width, height);
        int least = Math.min(width, height) / factor;
        return least >= 2 * REACH + 1;
    }

    double msSsim(SamplePlane reference, SamplePlane distorted) {
        FloatImage ref = FloatImage.of(reference, kernels);
        FloatImage dist = FloatImage.of(distorted, kernels);
        double score = 1;
        for (int level = 0; level < EXPONENTS.length; level++) {
            if (level > 0) {
                ref = ref.reduce(LOW_PASS, -4, 2);
                dist = dist.reduce(LOW_PASS, -4, 2);
            }
            Terms t = terms(ref, dist);
            double b = EXPONENTS[level];
            score *= Math.pow(Math.max(t.contrast, 0), b) * Math.pow(Math.max(t.structure, 0), b);
            if (level == EXPONENTS.length - 1) {
                score *= Math.pow(t.luminance, b);
            }
        }
        return score;
    }

    private Terms terms(FloatImage ref, FloatImage dist) {
        float[][] a = new float[2 * REACH + 1][];
        float[][] b = new float[2 * REACH + 1][];
        double luminance = 0;
        double contrast = 0;
        double structure = 0;
        double product = 0;
        for (int y = REACH; y < ref.height - REACH; y++) {
            Vif.window(ref.rows, y, ref.height, a);
            Vif.window(dist.rows, y, dist.height, b);
            kernels.momentRow(a, b, WINDOW, ref.width, moments);
            for (int x = REACH; x < ref.width - REACH; x++) {
                double m1 = moments[0][x];
                double m2 = moments[1][x];
                double v1 = Math.max(moments[2][x] - m1 * m1, 0);
                double v2 = Math.max(moments[3][x] - m2 * m2, 0);
                double v12 = moments[4][x] - m1 * m2;
                double deviations = Math.sqrt(v1 * v2);
                if (deviations <= 0) {
                    // Two flat spots are alike; rounding must not make them opposites.
                    v12 = Math.max(v12, 0);
                }
                double l = (2 * m1 * m2 + C1) / (m1 * m1 + m2 * m2 + C1);
                double c = (2 * deviations + C2) / (v1 + v2 + C2);
                double s = (v12 + C3) / (deviations + C3);
                luminance += l;
                contrast += c;
                structure += s;
                product += l * c * s;
            }
        }
        double positions = (double) (ref.width - 2 * REACH) * (ref.height - 2 * REACH);
        return new Terms(luminance / positions, contrast / positions, structure / positions, product / positions);
    }
}
