package io.headend.transcode.quality;

import java.util.Optional;

/**
 * The row operations in which the meters spend their time. There are two sets with one meaning: {@link PlainKernels},
 * shaped for the compiler's own vectorisation, and one on {@code jdk.incubator.vector}. Every lane does the same IEEE
 * operations in the same order in both, so only the order of the final sums differs.
 *
 * <p>An instance owns scratch rows for one picture width and is used by one thread at a time.
 */
interface Kernels {

    /** Rows that column sums of floats may gather before they are folded into a double. */
    int FOLD_ROWS = 16;

    String name();

    /** One row of samples as floats on the 8-bit scale, less 128. */
    void widen(SamplePlane plane, int y, float[] out);

    /** As {@link #widen}, with even columns and odd columns apart. */
    void widenSplit(SamplePlane plane, int y, float[] even, float[] odd);

    /** {@code even[i] = row[2i]}, {@code odd[i] = row[2i + 1]}. */
    void split(float[] row, int n, float[] even, float[] odd);

    /**
     * Filters a row of the five moment maps with a symmetric separable window and gathers the row's information terms.
     *
     * @param ref {@code 2 * (taps.length - 1) + 1} rows, the middle one at index {@code taps.length - 1}
     * @param taps the centre tap first
     */
    void vifRow(float[][] ref, float[][] dist, float[] taps, int width);

    /** One row of the five moment maps: windowed means of a, b, a*a, b*b, a*b; edges reflected. */
    void momentRow(float[][] ref, float[][] dist, float[] taps, int width, float[][] moments);

    /** Adds what {@link #vifRow} has gathered since the last call and forgets it. */
    void vifFold(VifSums sums);

    /** Separable symmetric filter with the edge reflected: one output row from {@code 2 * (taps.length - 1) + 1} rows. */
    void blurRow(float[][] rows, float[] taps, int width, float[] out);

    /** {@code out = a - b}. */
    void subtract(float[] a, float[] b, float[] out, int n);

    /** {@code sum += |a|}, column by column. */
    void addAbs(float[] a, float[] sum, int n);

    /** The two 4-tap Daubechies filters over four rows (or four shifts of a row). */
    void wavelet(float[][] in, int n, float[] low, float[] high);

    /** Splits the distorted bands into what is left of the reference and what was added (see {@link AdmRow}). */
    void decouple(AdmRow row, float gainLimit, int from, int to);

    /** Adds the cubes of the weighted reference bands to the column sums of {@code row}. */
    void addReferenceCubes(AdmRow row, int from, int to);

    /** Adds the cubes of what the masking threshold leaves of the restored bands to the column sums of {@code row}. */
    void addMaskedCubes(AdmRow row, int from, int to);

    /** 4x4 block sums of one band of four rows of 8-bit samples, for SSIM: sum a, sum b, sum of squares, sum of a*b. */
    void ssimBlocks(SamplePlane ref, SamplePlane dist, int y, int blocks, int[][] sums);

    /** Sum of the SSIM of {@code windows} windows of 2x2 blocks, from the block sums of two bands. */
    double ssimWindows(int[][] upper, int[][] lower, int windows, float c1, float c2);

    /** Sum of squared differences of one row. */
    long squaredError(SamplePlane ref, SamplePlane dist, int y);

    /** The fastest set that this JVM can run, for pictures of up to {@code width} columns. */
    static Kernels best(int width) {
        return vector(width).orElseGet(() -> new PlainKernels(width));
    }

    /** The set on {@code jdk.incubator.vector}, where that module is present, from JDK 21 on. */
    static Optional<Kernels> vector(int width) {
        return VectorKernelsLoader.load(width);
    }
}
