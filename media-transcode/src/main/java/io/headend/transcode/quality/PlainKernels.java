package io.headend.transcode.quality;

import java.util.Arrays;

/**
 * Row operations in plain loops. HotSpot turns a loop into vector code only where all arrays are read and written at the
 * same index, so every shift of a row is copied into a row of its own first.
 */
class PlainKernels implements Kernels {

    /** Rows whose information factors are multiplied in floats: each is below 2^27, four of them below 2^108. */
    private static final int PRODUCT_ROWS = 4;

    /** Turns the least positive difference into something above 1. */
    static final float STEP = 1e30f;

    static final float W0 = 15826f / 32768f;
    static final float W1 = 27411f / 32768f;
    static final float W2 = 7345f / 32768f;
    static final float W3 = -4240f / 32768f;
    static final float THIRTIETH = 1f / 30f;

    private static final float[] FROM_BYTE = new float[256];

    static {
        for (int i = 0; i < 256; i++) {
            FROM_BYTE[i] = i - 128f;
        }
    }

    /** Moment maps of one row: means of a and b, of their squares, of their product. */
    final float[][] vertical;

    final float[][] filtered;
    private final float[][] left;
    private final float[][] right;

    /** Column products of information factors, and column sums over positions of low variance. */
    final float[] num;

    final float[] numNoGain;
    final float[] den;
    final float[] lowCount;
    final float[] lowVariance;
    private int productRows;
    private int productWidth;
    private final VifSums gathered = new VifSums();

    /** Samples of one row, four in a word. */
    private final int[][] words;

    PlainKernels(int width) {
        words = new int[2][width / 4];
        vertical = new float[5][width];
        filtered = new float[5][width];
        left = new float[2][width];
        right = new float[2][width];
        num = new float[width];
        numNoGain = new float[width];
        den = new float[width];
        lowCount = new float[width];
        lowVariance = new float[width];
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public void widen(SamplePlane plane, int y, float[] out) {
        int n = plane.width;
        int at = y * n;
        if (plane.bitDepth == 8) {
            byte[] in = plane.bytes;
            for (int j = 0; j < n; j++) {
                out[j] = FROM_BYTE[in[at + j] & 0xff];
            }
        } else {
            short[] in = plane.shorts;
            float scale = scaleOf(plane);
            for (int j = 0; j < n; j++) {
                out[j] = (in[at + j] & 0xffff) * scale - 128f;
            }
        }
    }

    static float scaleOf(SamplePlane plane) {
        return 1f / (1 << (plane.bitDepth - 8));
    }

    @Override
    public void widenSplit(SamplePlane plane, int y, float[] even, float[] odd) {
        int n = plane.width;
        int at = y * n;
        int pairs = n / 2;
        if (plane.bitDepth == 8) {
            byte[] in = plane.bytes;
            for (int i = 0; i < pairs; i++) {
                even[i] = FROM_BYTE[in[at + 2 * i] & 0xff];
                odd[i] = FROM_BYTE[in[at + 2 * i + 1] & 0xff];
            }
        } else {
            short[] in = plane.shorts;
            float scale = scaleOf(plane);
            for (int i = 0; i < pairs; i++) {
                even[i] = (in[at + 2 * i] & 0xffff) * scale - 128f;
                odd[i] = (in[at + 2 * i + 1] & 0xffff) * scale - 128f;
            }
        }
        if (n % 2 == 1) {
            even[pairs] = plane.sample(n - 1, y) * scaleOf(plane) - 128f;
        }
    }

    @Override
    public void split(float[] row, int n, float[] even, float[] odd) {
        int pairs = n / 2;
        for (int i = 0; i < pairs; i++) {
            even[i] = row[2 * i];
            odd[i] = row[2 * i + 1];
        }
        if (n % 2 == 1) {
            even[pairs] = row[n - 1];
        }
    }

    @Override
    public void vifRow(float[][] ref, float[][] dist, float[] taps, int width) {
        momentRow(ref, dist, taps, width, filtered);
        openProducts(width);
        informationRow(0, width);
        closeProducts();
    }

    @Override
    public void momentRow(float[][] ref, float[][] dist, float[] taps, int width, float[][] moments) {
        momentRows(ref, dist, taps, 0, width);
        for (int map = 0; map < 5; map++) {
            blurShifted(vertical[map], taps, width, moments[map]);
        }
    }

    /** The five moment maps filtered vertically, columns {@code from} to {@code to}. */
    final void momentRows(float[][] ref, float[][] dist, float[] taps, int from, int to) {
        blurVertical(ref, taps, vertical[0], from, to);
        blurVertical(dist, taps, vertical[1], from, to);
        int mid = taps.length - 1;
        multiply(ref[mid], ref[mid], taps[0], vertical[2], from, to);
        multiply(dist[mid], dist[mid], taps[0], vertical[3], from, to);
        multiply(ref[mid], dist[mid], taps[0], vertical[4], from, to);
        for (int k = 1; k <= mid; k++) {
            float[] a = ref[mid - k];
            float[] b = ref[mid + k];
            float[] p = dist[mid - k];
            float[] q = dist[mid + k];
            addSquares(a, b, taps[k], vertical[2], from, to);
            addSquares(p, q, taps[k], vertical[3], from, to);
            addProducts(a, p, b, q, taps[k], vertical[4], from, to);
        }
    }

    private static void multiply(float[] a, float[] b, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = c * (a[j] * b[j]);
        }
    }

    private static void addSquares(float[] a, float[] b, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] += c * (a[j] * a[j] + b[j] * b[j]);
        }
    }

    private static void addProducts(
            float[] a, float[] p, float[] b, float[] q, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] += c * (a[j] * p[j] + b[j] * q[j]);
        }
    }

    /** Symmetric horizontal filter with reflected edges. The few rows for shifts stay in the nearest cache. */
    final void blurShifted(float[] in, float[] taps, int width, float[] out) {
        int reach = taps.length - 1;
        multiply(in, taps[0], out, 0, width);
        int k = 1;
        for (; k < reach; k += 2) {
            shift(in, width, k, left[0], right[0]);
            shift(in, width, k + 1, left[1], right[1]);
            addTwoPairs(left[0], right[0], taps[k], left[1], right[1], taps[k + 1], out, 0, width);
        }
        if (k == reach) {
            shift(in, width, k, left[0], right[0]);
            addPair(left[0], right[0], taps[k], out, 0, width);
        }
    }

    private static void shift(float[] in, int n, int k, float[] left, float[] right) {
        if (k < n) {
            System.arraycopy(in, 0, left, k, n - k);
            System.arraycopy(in, k, right, 0, n - k);
        }
        for (int j = 0; j < Math.min(k, n); j++) {
            left[j] = in[Edge.reflect(j - k, n)];
            right[n - 1 - j] = in[Edge.reflect(n - 1 - j + k, n)];
        }
    }

    private static void multiply(float[] in, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = c * in[j];
        }
    }

    private static void addPair(float[] a, float[] b, float c, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] += c * (a[j] + b[j]);
        }
    }

    private static void addTwoPairs(
            float[] a, float[] b, float c, float[] p, float[] q, float t, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = (out[j] + c * (a[j] + b[j])) + t * (p[j] + q[j]);
        }
    }

    final void openProducts(int width) {
        if (productRows == 0) {
            productWidth = width;
            Arrays.fill(num, 0, width, 1f);
            Arrays.fill(numNoGain, 0, width, 1f);
            Arrays.fill(den, 0, width, 1f);
        }
    }

    final void closeProducts() {
        if (++productRows == PRODUCT_ROWS) {
            foldProducts();
        }
    }

    private void foldProducts() {
        gathered.numerator.multiply(num, productWidth);
        gathered.numeratorNoGain.multiply(numNoGain, productWidth);
        gathered.denominator.multiply(den, productWidth);
        gathered.lowCount += takeSum(lowCount, productWidth);
        gathered.lowVariance += takeSum(lowVariance, productWidth);
        productRows = 0;
    }

    @Override
    public void vifFold(VifSums sums) {
        if (productRows > 0) {
            foldProducts();
        }
        sums.add(gathered);
        gathered.clear();
    }

    /** Sum of {@code row[0..n)}, which is zero afterwards. */
    static double takeSum(float[] row, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += row[j];
        }
        Arrays.fill(row, 0, n, 0f);
        return sum;
    }

    /**
     * The information terms of the filtered maps, without branches: {@code low} is 1 where the reference varies less than
     * the noise, else 0. Many small loops, because HotSpot does not vectorise a large one.
     */
    final void informationRow(int from, int to) {
        float[] s1 = filtered[2];
        float[] s2 = filtered[3];
        float[] s12 = filtered[4];
        subtractProduct(s1, filtered[0], filtered[0], from, to);
        subtractProductAtLeastZero(s2, filtered[1], filtered[1], from, to);
        subtractProductAtLeastZero(s12, filtered[0], filtered[1], from, to);
        float[] low = filtered[0];
        float[] gain = filtered[1];
        lowVariance(s1, low, from, to);
        gain(s12, s1, s2, gain, from, to);
        carried(low, s1, s12, from, to);
        information(gain, s12, VifSums.GAIN_LIMIT, num, from, to);
        information(gain, s12, 1f, numNoGain, from, to);
        for (int j = from; j < to; j++) {
            den[j] *= 1f + s1[j] * 0.5f;
        }
    }

    private static void subtractProduct(float[] out, float[] a, float[] b, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] -= a[j] * b[j];
        }
    }

    private static void subtractProductAtLeastZero(float[] out, float[] a, float[] b, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = Math.max(out[j] - a[j] * b[j], 0f);
        }
    }

    /** Sets {@code low}; raises {@code s1} to the noise variance at least. */
    private static void lowVariance(float[] s1, float[] low, int from, int to) {
        for (int j = from; j < to; j++) {
            low[j] = Math.min(Math.max((VifSums.NOISE - s1[j]) * STEP, 0f), 1f);
            s1[j] = Math.max(s1[j], VifSums.NOISE);
        }
    }

    /** Sets {@code gain}; replaces {@code s12} by the variance of what the gain does not explain, plus noise. */
    private void gain(float[] s12, float[] s1, float[] s2, float[] gain, int from, int to) {
        float[] low = filtered[0];
        addLow(low, s2, from, to);
        for (int j = from; j < to; j++) {
            float g = s12[j] / s1[j];
            gain[j] = g;
            s12[j] = Math.max(s2[j] - g * s12[j], 0f) + VifSums.NOISE;
        }
    }

    private void addLow(float[] low, float[] s2, int from, int to) {
        float[] count = lowCount;
        float[] variance = lowVariance;
        for (int j = from; j < to; j++) {
            count[j] += low[j];
            variance[j] += low[j] * s2[j];
        }
    }

    /** Replaces {@code v}, the noise, by the reference's signal-to-noise ratio at unit gain. */
    private static void carried(float[] low, float[] s1, float[] v, int from, int to) {
        for (int j = from; j < to; j++) {
            v[j] = ((1f - low[j]) * s1[j]) / v[j];
        }
    }

    private static void information(float[] gain, float[] carried, float limit, float[] product, int from, int to) {
        for (int j = from; j < to; j++) {
            float g = Math.min(gain[j], limit);
            product[j] *= 1f + g * g * carried[j];
        }
    }

    @Override
    public void blurRow(float[][] rows, float[] taps, int width, float[] out) {
        float[] sum = vertical[0];
        blurVertical(rows, taps, sum, 0, width);
        blurShifted(sum, taps, width, out);
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

    @Override
    public void subtract(float[] a, float[] b, float[] out, int n) {
        for (int j = 0; j < n; j++) {
            out[j] = a[j] - b[j];
        }
    }

    @Override
    public void addAbs(float[] a, float[] sum, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] += Math.abs(a[j]);
        }
    }

    @Override
    public void wavelet(float[][] in, int n, float[] low, float[] high) {
        wavelet(in[0], in[1], in[2], in[3], low, high, 0, n);
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

    @Override
    public void decouple(AdmRow row, float gainLimit, int from, int to) {
        float[] gain = filtered[0];
        if (gainLimit > 1f) {
            gains(row, gainLimit, gain, from, to);
        } else {
            Arrays.fill(gain, from, to, 1f);
        }
        Arrays.fill(row.added, from, to, 0f);
        for (int band = 0; band < 3; band++) {
            float weight = band == AdmRow.D ? row.weightD : row.weightHv;
            float[] restored = row.restored[band];
            restore(row.ref[band], row.dist[band], gain, restored, from, to);
            weigh(row.dist[band], weight, restored, row.added, from, to);
        }
    }

    /** The gain limit where reference and distorted vector point the same way, else 1. */
    private void gains(AdmRow row, float gainLimit, float[] gain, int from, int to) {
        float[] oh = row.ref[AdmRow.H];
        float[] ov = row.ref[AdmRow.V];
        float[] th = row.dist[AdmRow.H];
        float[] tv = row.dist[AdmRow.V];
        float[] p = filtered[1];
        float[] lengths = filtered[2];
        addedProducts(oh, th, ov, tv, p, from, to);
        addedProducts(oh, oh, ov, ov, gain, from, to);
        addedProducts(th, th, tv, tv, lengths, from, to);
        float excess = gainLimit - 1f;
        for (int j = from; j < to; j++) {
            float outside = AdmRow.COS_SQUARED * (gain[j] * lengths[j]) - p[j] * Math.abs(p[j]);
            gain[j] = gainLimit - Math.min(Math.max(outside * STEP, 0f), 1f) * excess;
        }
    }

    private static void addedProducts(float[] a, float[] b, float[] c, float[] d, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = a[j] * b[j] + c[j] * d[j];
        }
    }

    private static void restore(float[] o, float[] t, float[] gain, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            float g = gain[j] * o[j];
            out[j] = Math.max(Math.min(t[j], Math.max(g, 0f)), Math.min(g, 0f));
        }
    }

    private static void weigh(float[] t, float weight, float[] restored, float[] added, int from, int to) {
        for (int j = from; j < to; j++) {
            float x = restored[j];
            added[j] += weight * Math.abs(t[j] - x);
            restored[j] = weight * Math.abs(x);
        }
    }

    @Override
    public void addReferenceCubes(AdmRow row, int from, int to) {
        addCubes(row.ref[AdmRow.H], row.weightHv, row.refCubes[AdmRow.H], from, to);
        addCubes(row.ref[AdmRow.V], row.weightHv, row.refCubes[AdmRow.V], from, to);
        addCubes(row.ref[AdmRow.D], row.weightD, row.refCubes[AdmRow.D], from, to);
    }

    private static void addCubes(float[] band, float weight, float[] sum, int from, int to) {
        for (int j = from; j < to; j++) {
            float c = Math.abs(weight * band[j]);
            sum[j] += c * c * c;
        }
    }

    @Override
    public void addMaskedCubes(AdmRow row, int from, int to) {
        float[] sum = row.shifted[0];
        float[] left1 = row.shifted[1];
        float[] right1 = row.shifted[2];
        int n = row.columns;
        addThree(row.above, row.here, row.below, sum, n);
        shiftByOne(sum, n, left1, right1);
        masked(row, left1, sum, right1, from, to);
    }

    private static void addThree(float[] a, float[] b, float[] c, float[] sum, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] = (a[j] + b[j]) + c[j];
        }
    }

    /** Neighbours to the left (of the first column: the second) and to the right (of the last column: itself). */
    private static void shiftByOne(float[] in, int n, float[] left, float[] right) {
        System.arraycopy(in, 0, left, 1, n - 1);
        System.arraycopy(in, 1, right, 0, n - 1);
        left[0] = in[n > 1 ? 1 : 0];
        right[n - 1] = in[n - 1];
    }

    private static void masked(AdmRow row, float[] left, float[] mid, float[] right, int from, int to) {
        threshold(left, right, mid, row.here, from, to);
        for (int band = 0; band < 3; band++) {
            addCubesAbove(row.restored[band], mid, row.restoredCubes[band], from, to);
        }
    }

    private static void threshold(float[] left, float[] right, float[] mid, float[] here, int from, int to) {
        for (int j = from; j < to; j++) {
            mid[j] = (((left[j] + mid[j]) + right[j]) + here[j]) * THIRTIETH;
        }
    }

    private static void addCubesAbove(float[] in, float[] threshold, float[] sum, int from, int to) {
        for (int j = from; j < to; j++) {
            float c = Math.max(in[j] - threshold[j], 0f);
            sum[j] += c * c * c;
        }
    }

    @Override
    public void ssimBlocks(SamplePlane ref, SamplePlane dist, int y, int blocks, int[][] sums) {
        for (int[] sum : sums) {
            Arrays.fill(sum, 0, blocks, 0);
        }
        for (int r = 0; r < 4; r++) {
            int at = (y + r) * ref.width;
            ref.words(at, words[0], blocks);
            dist.words(at, words[1], blocks);
            for (int shift = 0; shift < 32; shift += 8) {
                addSamples(words[0], shift, sums[0], blocks);
                addSamples(words[1], shift, sums[1], blocks);
                addProducts(words[0], words[1], shift, sums[2], sums[3], blocks);
            }
        }
    }

    private static void addSamples(int[] a, int shift, int[] sum, int n) {
        for (int i = 0; i < n; i++) {
            sum[i] += (a[i] >>> shift) & 0xff;
        }
    }

    private static void addProducts(int[] a, int[] b, int shift, int[] squares, int[] products, int n) {
        for (int i = 0; i < n; i++) {
            int p = (a[i] >>> shift) & 0xff;
            int q = (b[i] >>> shift) & 0xff;
            squares[i] += p * p + q * q;
            products[i] += p * q;
        }
    }

    @Override
    public double ssimWindows(int[][] upper, int[][] lower, int windows, float c1, float c2) {
        double sum = 0;
        for (int i = 0; i < windows; i++) {
            int s1 = upper[0][i] + upper[0][i + 1] + lower[0][i] + lower[0][i + 1];
            int s2 = upper[1][i] + upper[1][i + 1] + lower[1][i] + lower[1][i + 1];
            int ss = upper[2][i] + upper[2][i + 1] + lower[2][i] + lower[2][i + 1];
            int s12 = upper[3][i] + upper[3][i + 1] + lower[3][i] + lower[3][i + 1];
            int variances = 64 * ss - s1 * s1 - s2 * s2;
            int covariance = 64 * s12 - s1 * s2;
            sum += (2 * s1 * s2 + c1) * (2 * covariance + c2) / ((s1 * s1 + s2 * s2 + c1) * (variances + c2));
        }
        return sum;
    }

    @Override
    public long squaredError(SamplePlane ref, SamplePlane dist, int y) {
        int n = ref.width;
        int at = y * n;
        long sum = 0;
        if (ref.bitDepth == 8) {
            byte[] a = ref.bytes;
            byte[] b = dist.bytes;
            int part = 0;
            for (int k = at; k < at + n; k++) {
                int e = (a[k] & 0xff) - (b[k] & 0xff);
                part += e * e;
            }
            sum = part;
        } else {
            short[] a = ref.shorts;
            short[] b = dist.shorts;
            for (int k = at; k < at + n; k++) {
                long e = (long) (a[k] & 0xffff) - (b[k] & 0xffff);
                sum += e * e;
            }
        }
        return sum;
    }
}
