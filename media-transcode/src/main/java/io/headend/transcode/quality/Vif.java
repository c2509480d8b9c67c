package io.headend.transcode.quality;

/**
 * Visual information fidelity on four scales: how much of what an eye could read in the reference it can still read in the
 * distorted picture. Works through the picture row by row; scale 0 exists only as a window of rows.
 */
final class Vif {

    static final int SCALES = 4;

    /** Pictures must reach the last scale with at least two samples each way. */
    static final int MIN_SIZE = 16;

    /** Half of each window, centre first; the sum of the whole is 65536. */
    private static final int[][] TAPS = {
        {7784, 7455, 6547, 5274, 3896, 2640, 1640, 935, 489},
        {14692, 12590, 7925, 3663, 1244},
        {26386, 16004, 3571},
        {43728, 10904},
    };

    private static final int RING = 32;

    private final Kernels kernels;
    private final float[][] taps = new float[SCALES][];
    private final float[][] ringRef;
    private final float[][] ringDist;
    private final float[][][] ref = new float[SCALES][][];
    private final float[][][] dist = new float[SCALES][][];
    private final int[] widths = new int[SCALES];
    private final int[] heights = new int[SCALES];
    private final float[] blurred;
    private final VifSums sums = new VifSums();
    private final double[] scores = new double[SCALES];
    private final double[] scoresNoGain = new double[SCALES];

    Vif(int width, int height, Kernels kernels) {
        this.kernels = kernels;
        ringRef = new float[RING][width];
        ringDist = new float[RING][width];
        blurred = new float[width];
        for (int s = 0; s < SCALES; s++) {
            taps[s] = fractions(TAPS[s]);
            widths[s] = width >> s;
            heights[s] = height >> s;
            ref[s] = s == 0 ? ringIndex(ringRef, height) : new float[heights[s]][widths[s]];
            dist[s] = s == 0 ? ringIndex(ringDist, height) : new float[heights[s]][widths[s]];
        }
    }

    private static float[][] ringIndex(float[][] ring, int height) {
        float[][] rows = new float[height][];
        for (int y = 0; y < height; y++) {
            rows[y] = ring[y % RING];
        }
        return rows;
    }

    static float[] fractions(int[] taps) {
        float[] out = new float[taps.length];
        for (int i = 0; i < taps.length; i++) {
            out[i] = taps[i] / 65536f;
        }
        return out;
    }

    void measure(SamplePlane reference, SamplePlane distorted) {
        int filled = 0;
        for (int s = 0; s < SCALES; s++) {
            float[] window = taps[s];
            int reach = window.length - 1;
            float[][] a = new float[2 * reach + 1][];
            float[][] b = new float[2 * reach + 1][];
            for (int y = 0; y < heights[s]; y++) {
                if (s == 0) {
                    for (; filled <= Math.min(y + reach, heights[0] - 1); filled++) {
                        kernels.widen(reference, filled, ref[0][filled]);
                        kernels.widen(distorted, filled, dist[0][filled]);
                    }
                }
                window(ref[s], y, heights[s], a);
                window(dist[s], y, heights[s], b);
                kernels.vifRow(a, b, window, widths[s]);
                if (s + 1 < SCALES && y % 2 == 0 && y / 2 < heights[s + 1]) {
                    reduce(ref[s], y, s, ref[s + 1][y / 2]);
                    reduce(dist[s], y, s, dist[s + 1][y / 2]);
                }
            }
            sums.clear();
            kernels.vifFold(sums);
            scores[s] = sums.vif();
            scoresNoGain[s] = sums.vifNoGain();
        }
    }

    /** One row of the next scale: low-passed with the next scale's own window, every second sample kept. */
    private void reduce(float[][] rows, int y, int scale, float[] out) {
        float[] window = taps[scale + 1];
        float[][] around = new float[2 * window.length - 1][];
        window(rows, y, heights[scale], around);
        kernels.blurRow(around, window, widths[scale], blurred);
        for (int x = 0; x < out.length; x++) {
            out[x] = blurred[2 * x];
        }
    }

    /** The rows around {@code y}, reflected at the picture's edge. */
    static void window(float[][] rows, int y, int height, float[][] out) {
        int reach = out.length / 2;
        for (int k = -reach; k <= reach; k++) {
            out[k + reach] = rows[Edge.reflect(y + k, height)];
        }
    }

    double score(int scale) {
        return scores[scale];
    }

    /** As {@link #score}, with enhancement gain limited to 1. */
    double scoreNoGain(int scale) {
        return scoresNoGain[scale];
    }
}
