package io.headend.transcode.quality;

/** Filters over rows: every array is read and written at the same index, which is what HotSpot vectorises. */
final class FilterLoops {

    /** The Daubechies 4-tap filter. */
    static final float W0 = 15826f / 32768f;

    static final float W1 = 27411f / 32768f;
    static final float W2 = 7345f / 32768f;
    static final float W3 = -4240f / 32768f;

    private FilterLoops() {}

    static void multiply(float[] a, float[] b, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = c * (a[j] * b[j]);
        }
    }

    static void multiply(float[] in, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = c * in[j];
        }
    }

    static void addSquares(float[] a, float[] b, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] += c * (a[j] * a[j] + b[j] * b[j]);
        }
    }

    static void addProducts(float[] a, float[] p, float[] b, float[] q, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] += c * (a[j] * p[j] + b[j] * q[j]);
        }
    }

    static void shift(float[] in, int n, int k, float[] left, float[] right) {
        if (k < n) {
            System.arraycopy(in, 0, left, k, n - k);
            System.arraycopy(in, k, right, 0, n - k);
        }
        for (int j = 0; j < Math.min(k, n); j++) {
            left[j] = in[Edge.reflect(j - k, n)];
            right[n - 1 - j] = in[Edge.reflect(n - 1 - j + k, n)];
        }
    }

    static void addPair(float[] a, float[] b, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] += c * (a[j] + b[j]);
        }
    }

    static void addTwoPairs(
            float[] a, float[] b, float c, float[] p, float[] q, float t, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = (out[j] + c * (a[j] + b[j])) + t * (p[j] + q[j]);
        }
    }

    static void blurVertical(float[][] rows, float[] taps, float[] out, int from, int to) {
        int mid = taps.length - 1;
        multiply(rows[mid], taps[0], out, from, to);
        int k = 1;
        for (; k < mid; k += 2) {
            addTwoPairs(
                    rows[mid - k],
                    rows[mid + k],
                    taps[k],
                    rows[mid - k - 1],
                    rows[mid + k + 1],
                    taps[k + 1],
                    out,
                    from,
                    to);
        }
        if (k == mid) {
            addPair(rows[mid - k], rows[mid + k], taps[k], out, from, to);
        }
    }

    static void wavelet(float[] a, float[] b, float[] c, float[] d, float[] low, float[] high, int from, int to) {
        for (int j = from; j < to; j++) {
            float p = a[j];
            float q = b[j];
            float r = c[j];
            float s = d[j];
            low[j] = ((W0 * p + W1 * q) + W2 * r) + W3 * s;
            high[j] = ((W3 * p - W2 * q) + W1 * r) - W0 * s;
        }
    }
}
