package io.headend.transcode.quality;

import java.util.Arrays;

/**
 * Row operations in plain loops. HotSpot turns a loop into vector code only where all arrays are read and written at the
 * same index, so every shift of a row is copied into a row of its own first.
 */
class PlainKernels implements Kernels {

    /** Rows whose information factors are multiplied in floats: each is below 2^27, four of them below 2^108. */
    private static final int PRODUCT_ROWS = 4;

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
        FilterLoops.blurVertical(ref, taps, vertical[0], from, to);
        FilterLoops.blurVertical(dist, taps, vertical[1], from, to);
        int mid = taps.length - 1;
        FilterLoops.multiply(ref[mid], ref[mid], taps[0], vertical[2], from, to);
        FilterLoops.multiply(dist[mid], dist[mid], taps[0], vertical[3], from, to);
        FilterLoops.multiply(ref[mid], dist[mid], taps[0], vertical[4], from, to);
        for (int k = 1; k <= mid; k++) {
            float[] a = ref[mid - k];
            float[] b = ref[mid + k];
            float[] p = dist[mid - k];
            float[] q = dist[mid + k];
            FilterLoops.addSquares(a, b, taps[k], vertical[2], from, to);
            FilterLoops.addSquares(p, q, taps[k], vertical[3], from, to);
            FilterLoops.addProducts(a, p, b, q, taps[k], vertical[4], from, to);
        }
    }

    /** Symmetric horizontal filter with reflected edges. The few rows for shifts stay in the nearest cache. */
    final void blurShifted(float[] in, float[] taps, int width, float[] out) {
        int reach = taps.length - 1;
        FilterLoops.multiply(in, taps[0], out, 0, width);
        int k = 1;
        for (; k < reach; k += 2) {
            FilterLoops.shift(in, width, k, left[0], right[0]);
            FilterLoops.shift(in, width, k + 1, left[1], right[1]);
            FilterLoops.addTwoPairs(left[0], right[0], taps[k], left[1], right[1], taps[k + 1], out, 0, width);
        }
        if (k == reach) {
            FilterLoops.shift(in, width, k, left[0], right[0]);
            FilterLoops.addPair(left[0], right[0], taps[k], out, 0, width);
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
        InformationLoops.subtractProduct(s1, filtered[0], filtered[0], from, to);
        InformationLoops.subtractProductAtLeastZero(s2, filtered[1], filtered[1], from, to);
        InformationLoops.subtractProductAtLeastZero(s12, filtered[0], filtered[1], from, to);
        float[] low = filtered[0];
        float[] gain = filtered[1];
        InformationLoops.lowVariance(s1, low, from, to);
        gain(s12, s1, s2, gain, from, to);
        InformationLoops.carried(low, s1, s12, from, to);
        InformationLoops.information(gain, s12, VifSums.GAIN_LIMIT, num, from, to);
        InformationLoops.information(gain, s12, 1f, numNoGain, from, to);
        for (int j = from; j < to; j++) {
            den[j] *= 1f + s1[j] * 0.5f;
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

    @Override
    public void blurRow(float[][] rows, float[] taps, int width, float[] out) {
        float[] sum = vertical[0];
        FilterLoops.blurVertical(rows, taps, sum, 0, width);
        blurShifted(sum, taps, width, out);
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
        FilterLoops.wavelet(in[0], in[1], in[2], in[3], low, high, 0, n);
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
            DetailLoops.restore(row.ref[band], row.dist[band], gain, restored, from, to);
            DetailLoops.weigh(row.dist[band], weight, restored, row.added, from, to);
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
        DetailLoops.addedProducts(oh, th, ov, tv, p, from, to);
        DetailLoops.addedProducts(oh, oh, ov, ov, gain, from, to);
        DetailLoops.addedProducts(th, th, tv, tv, lengths, from, to);
        float excess = gainLimit - 1f;
        for (int j = from; j < to; j++) {
            float outside = AdmRow.COS_SQUARED * (gain[j] * lengths[j]) - p[j] * Math.abs(p[j]);
            gain[j] = gainLimit - Math.min(Math.max(outside * InformationLoops.STEP, 0f), 1f) * excess;
        }
    }

    @Override
    public void addReferenceCubes(AdmRow row, int from, int to) {
        DetailLoops.addCubes(row.ref[AdmRow.H], row.weightHv, row.refCubes[AdmRow.H], from, to);
        DetailLoops.addCubes(row.ref[AdmRow.V], row.weightHv, row.refCubes[AdmRow.V], from, to);
        DetailLoops.addCubes(row.ref[AdmRow.D], row.weightD, row.refCubes[AdmRow.D], from, to);
    }

    @Override
    public void addMaskedCubes(AdmRow row, int from, int to) {
        float[] sum = row.shifted[0];
        float[] left1 = row.shifted[1];
        float[] right1 = row.shifted[2];
        int n = row.columns;
        DetailLoops.addThree(row.above, row.here, row.below, sum, n);
        DetailLoops.shiftByOne(sum, n, left1, right1);
        masked(row, left1, sum, right1, from, to);
    }

    private static void masked(AdmRow row, float[] left, float[] mid, float[] right, int from, int to) {
        DetailLoops.threshold(left, right, mid, row.here, from, to);
        for (int band = 0; band < 3; band++) {
            DetailLoops.addCubesAbove(row.restored[band], mid, row.restoredCubes[band], from, to);
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
                addWordProducts(words[0], words[1], shift, sums[2], sums[3], blocks);
            }
        }
    }

    private static void addSamples(int[] a, int shift, int[] sum, int n) {
        for (int i = 0; i < n; i++) {
            sum[i] += (a[i] >>> shift) & 0xff;
        }
    }

    private static void addWordProducts(int[] a, int[] b, int shift, int[] squares, int[] products, int n) {
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
