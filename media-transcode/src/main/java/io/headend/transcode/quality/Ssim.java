package io.headend.transcode.quality;

/**
 * SSIM as FFmpeg's {@code ssim} filter and x264 define it: sums over 4x4 blocks, windows of 2x2 blocks, plain mean. Partial
 * blocks at the right and the bottom are left out.
 */
final class Ssim {

    private static final int BLOCK = 4;
    private static final int WINDOW_SAMPLES = 64;

    /** Smallest width and height that hold a window. */
    static final int MIN_SIZE = 8;

    private final Kernels kernels;
    private final int[][] above;
    private final int[][] below;
    private final long[][] deepAbove;
    private final long[][] deepBelow;

    Ssim(int width, boolean deep, Kernels kernels) {
        this.kernels = kernels;
        int blocks = width / BLOCK;
        above = new int[4][deep ? 0 : blocks];
        below = new int[4][deep ? 0 : blocks];
        deepAbove = new long[4][deep ? blocks : 0];
        deepBelow = new long[4][deep ? blocks : 0];
    }

    /** The mean over the windows of a plane of at least 8x8 samples. */
    double measure(SamplePlane ref, SamplePlane dist) {
        return ref.bitDepth == 8 ? measureBytes(ref, dist) : measureDeep(ref, dist);
    }

    private double measureBytes(SamplePlane ref, SamplePlane dist) {
        int columns = ref.width / BLOCK;
        int rows = ref.height / BLOCK;
        float c1 = (float) constant(0.01, 255, WINDOW_SAMPLES);
        float c2 = (float) constant(0.03, 255, WINDOW_SAMPLES * (WINDOW_SAMPLES - 1));
        int[][] upper = above;
        int[][] lower = below;
        kernels.ssimBlocks(ref, dist, 0, columns, upper);
        double sum = 0;
        for (int row = 1; row < rows; row++) {
            kernels.ssimBlocks(ref, dist, row * BLOCK, columns, lower);
            sum += kernels.ssimWindows(upper, lower, columns - 1, c1, c2);
            int[][] swap = upper;
            upper = lower;
            lower = swap;
        }
        return sum / ((double) (rows - 1) * (columns - 1));
    }

    private double measureDeep(SamplePlane ref, SamplePlane dist) {
        int columns = ref.width / BLOCK;
        int rows = ref.height / BLOCK;
        double c1 = constant(0.01, ref.peak(), WINDOW_SAMPLES);
        double c2 = constant(0.03, ref.peak(), WINDOW_SAMPLES * (WINDOW_SAMPLES - 1));
        long[][] upper = deepAbove;
        long[][] lower = deepBelow;
        deepBlocks(ref, dist, 0, columns, upper);
        double sum = 0;
        for (int row = 1; row < rows; row++) {
            deepBlocks(ref, dist, row * BLOCK, columns, lower);
            for (int i = 0; i + 1 < columns; i++) {
                sum += window(
                        upper[0][i] + upper[0][i + 1] + lower[0][i] + lower[0][i + 1],
                        upper[1][i] + upper[1][i + 1] + lower[1][i] + lower[1][i + 1],
                        upper[2][i] + upper[2][i + 1] + lower[2][i] + lower[2][i + 1],
                        upper[3][i] + upper[3][i + 1] + lower[3][i] + lower[3][i + 1],
                        c1,
                        c2);
            }
            long[][] swap = upper;
            upper = lower;
            lower = swap;
        }
        return sum / ((double) (rows - 1) * (columns - 1));
    }

    private static double constant(double k, int peak, int samples) {
        return (long) (k * k * peak * peak * samples + 0.5);
    }

    private static double window(long s1, long s2, long ss, long s12, double c1, double c2) {
        double squares = (double) s1 * s1 + (double) s2 * s2;
        double product = (double) s1 * s2;
        double variances = (double) WINDOW_SAMPLES * ss - squares;
        double covariance = (double) WINDOW_SAMPLES * s12 - product;
        return (2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2));
    }

    private static void deepBlocks(SamplePlane ref, SamplePlane dist, int y, int blocks, long[][] sums) {
        for (int i = 0; i < blocks; i++) {
            long s1 = 0;
            long s2 = 0;
            long ss = 0;
            long s12 = 0;
            for (int r = 0; r < BLOCK; r++) {
                int at = (y + r) * ref.width + BLOCK * i;
                for (int k = at; k < at + BLOCK; k++) {
                    long p = ref.shorts[k] & 0xffff;
                    long q = dist.shorts[k] & 0xffff;
                    s1 += p;
                    s2 += q;
                    ss += p * p + q * q;
                    s12 += p * q;
                }
            }
            sums[0][i] = s1;
            sums[1][i] = s2;
            sums[2][i] = ss;
            sums[3][i] = s12;
        }
    }
}
