package io.headend.transcode.quality;

import java.util.Arrays;

/** Mean magnitude of the low-passed difference of two consecutive reference pictures, on the 8-bit scale. */
final class Motion {

    private static final float[] TAPS = Vif.fractions(new int[] {26386, 16004, 3571});
    private static final int RING = 8;

    private final Kernels kernels;
    private final int width;
    private final int height;
    private final float[][] rows;
    private final float[] before;
    private final float[] now;
    private final float[] blurred;
    private final float[] columns;

    Motion(int width, int height, Kernels kernels) {
        this.kernels = kernels;
        this.width = width;
        this.height = height;
        float[][] ring = new float[RING][width];
        rows = new float[height][];
        for (int y = 0; y < height; y++) {
            rows[y] = ring[y % RING];
        }
        before = new float[width];
        now = new float[width];
        blurred = new float[width];
        columns = new float[width];
    }

    double measure(SamplePlane previous, SamplePlane current) {
        double sum = 0;
        int filled = 0;
        float[][] window = new float[2 * TAPS.length - 1][];
        Arrays.fill(columns, 0f);
        for (int y = 0; y < height; y++) {
            for (; filled <= Math.min(y + TAPS.length - 1, height - 1); filled++) {
                kernels.widen(previous, filled, before);
                kernels.widen(current, filled, now);
                kernels.subtract(before, now, rows[filled], width);
            }
            Vif.window(rows, y, height, window);
            kernels.blurRow(window, TAPS, width, blurred);
            kernels.addAbs(blurred, columns, width);
            if ((y + 1) % Kernels.FOLD_ROWS == 0) {
                sum += PlainKernels.takeSum(columns, width);
            }
        }
        sum += PlainKernels.takeSum(columns, width);
        return sum / ((double) width * height);
    }
}
