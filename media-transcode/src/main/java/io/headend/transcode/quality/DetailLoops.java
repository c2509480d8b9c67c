package io.headend.transcode.quality;

/** The detail loss measure over rows; see {@link AdmRow}. */
final class DetailLoops {

    /** Share of a neighbour in the masking threshold; the centre has twice that. */
    static final float THIRTIETH = 1f / 30f;

    private DetailLoops() {}

    static void addedProducts(float[] a, float[] b, float[] c, float[] d, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = a[j] * b[j] + c[j] * d[j];
        }
    }

    static void restore(float[] o, float[] t, float[] gain, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            float g = gain[j] * o[j];
            out[j] = Math.max(Math.min(t[j], Math.max(g, 0f)), Math.min(g, 0f));
        }
    }

    static void weigh(float[] t, float weight, float[] restored, float[] added, int from, int to) {
        for (int j = from; j < to; j++) {
            float x = restored[j];
            added[j] += weight * Math.abs(t[j] - x);
            restored[j] = weight * Math.abs(x);
        }
    }

    static void addCubes(float[] band, float weight, float[] sum, int from, int to) {
        for (int j = from; j < to; j++) {
            float c = Math.abs(weight * band[j]);
            sum[j] += c * c * c;
        }
    }

    static void addThree(float[] a, float[] b, float[] c, float[] sum, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] = (a[j] + b[j]) + c[j];
        }
    }

    /** Neighbours to the left (of the first column: the second) and to the right (of the last column: itself). */
    static void shiftByOne(float[] in, int n, float[] left, float[] right) {
        System.arraycopy(in, 0, left, 1, n - 1);
        System.arraycopy(in, 1, right, 0, n - 1);
        left[0] = in[n > 1 ? 1 : 0];
        right[n - 1] = in[n - 1];
    }

    static void threshold(float[] left, float[] right, float[] mid, float[] here, int from, int to) {
        for (int j = from; j < to; j++) {
            mid[j] = (((left[j] + mid[j]) + right[j]) + here[j]) * THIRTIETH;
        }
    }

    static void addCubesAbove(float[] in, float[] threshold, float[] sum, int from, int to) {
        for (int j = from; j < to; j++) {
            float c = Math.max(in[j] - threshold[j], 0f);
            sum[j] += c * c * c;
        }
    }
}
