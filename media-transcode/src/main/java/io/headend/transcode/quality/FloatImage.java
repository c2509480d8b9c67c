package io.headend.transcode.quality;

import java.util.Arrays;

/** A luma picture in floats on the 8-bit scale, for the metrics that shrink it. */
final class FloatImage {

    final int width;
    final int height;
    final float[][] rows;

    private FloatImage(int width, int height) {
        this.width = width;
        this.height = height;
        rows = new float[height][width];
    }

    static FloatImage of(SamplePlane plane, Kernels kernels) {
        FloatImage image = new FloatImage(plane.width, plane.height);
        for (int y = 0; y < plane.height; y++) {
            float[] row = image.rows[y];
            kernels.widen(plane, y, row);
            for (int x = 0; x < row.length; x++) {
                row[x] += 128f;
            }
        }
        return image;
    }

    /**
     * Filters separably and keeps every {@code step}-th sample; outside the picture its mirror image stands, edge samples
     * repeated.
     *
     * @param offset where the first tap lies, relative to the sample kept
     */
    FloatImage reduce(float[] taps, int offset, int step) {
        int outWidth = width / step + width % 2;
        int outHeight = height / step + height % 2;
        FloatImage out = new FloatImage(outWidth, outHeight);
        float[] column = new float[width];
        for (int y = 0; y < outHeight; y++) {
            Arrays.fill(column, 0f);
            for (int k = 0; k < taps.length; k++) {
                float[] row = rows[Edge.mirror(y * step + offset + k, height)];
                float c = taps[k];
                for (int x = 0; x < width; x++) {
                    column[x] += c * row[x];
                }
            }
            for (int x = 0; x < outWidth; x++) {
                int first = x * step + offset;
                float value = 0;
                for (int k = 0; k < taps.length; k++) {
                    value += taps[k] * column[Edge.mirror(first + k, width)];
                }
                out.rows[y][x] = value;
            }
        }
        return out;
    }
}
