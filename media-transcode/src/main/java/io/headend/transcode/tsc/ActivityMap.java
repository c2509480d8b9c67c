package io.headend.transcode.tsc;

import io.headend.ffmpeg.QuantiserMap;
import java.nio.ByteBuffer;

/**
 * Quantiser offsets by how much a picture's blocks hide: a flat block shows an error that a busy one hides. The measure is
 * the mean over the four 8x8 blocks of a macroblock of the logarithm of their variance plus SSIM's constant, below which
 * neither SSIM nor the eye tells flat from flatter. One thread.
 */
public final class ActivityMap {

    private static final int CELL = 8;
    // (0.03 * 255)^2, SSIM's second constant.
    private static final double CONSTANT = 58.5;
    // Of a block of variance 86, where x264's own adaptive quantiser has its zero.
    private static final double ZERO = log2(2 * 86 + CONSTANT);

    private final int width;
    private final int height;
    private final int columns;
    private final int rows;
    private final float[] activity;
    private final byte[] band;
    private final int[] sums;
    private final int[] squares;

    public ActivityMap(int width, int height) {
        this.width = width;
        this.height = height;
        this.columns = QuantiserMap.blocks(width);
        this.rows = QuantiserMap.blocks(height);
        this.activity = new float[columns * rows];
        this.band = new byte[width];
        this.sums = new int[2 * columns];
        this.squares = new int[2 * columns];
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    /** Looks at a picture's luma of 8 bits. */
    public void look(ByteBuffer luma, int stride, double constant) {
        java.util.Arrays.fill(activity, 0);
        int[] cells = new int[columns * rows];
        for (int top = 0; top + CELL <= height; top += CELL) {
            java.util.Arrays.fill(sums, 0);
            java.util.Arrays.fill(squares, 0);
            for (int y = top; y < top + CELL; y++) {
                luma.get(luma.position() + y * stride, band, 0, width);
                for (int cell = 0; (cell + 1) * CELL <= width; cell++) {
                    int sum = 0;
                    int square = 0;
                    for (int x = cell * CELL; x < (cell + 1) * CELL; x++) {
                        int v = band[x] & 0xff;
                        sum += v;
                        square += v * v;
                    }
                    sums[cell] += sum;
                    squares[cell] += square;
                }
            }
            int row = top / QuantiserMap.BLOCK * columns;
            for (int cell = 0; (cell + 1) * CELL <= width; cell++) {
                double mean = sums[cell] / 64.0;
                double variance = squares[cell] / 64.0 - mean * mean;
                activity[row + cell / 2] += (float) log2(2 * variance + constant);
                cells[row + cell / 2]++;
            }
        }
        for (int i = 0; i < activity.length; i++) {
            activity[i] = cells[i] == 0 ? (float) ZERO : activity[i] / cells[i];
        }
    }

    /** Offsets of the picture looked at. */
    public QuantiserMap map(double strength, double zero) {
        float[] offsets = new float[activity.length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = (float) (strength * (activity[i] - zero));
        }
        return new QuantiserMap(columns, offsets);
    }
}
