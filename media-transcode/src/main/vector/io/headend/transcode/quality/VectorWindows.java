package io.headend.transcode.quality;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The filter windows of VIF and motion on {@code jdk.incubator.vector}, each written out as one expression. HotSpot puts vectors on
 * the heap where a method has very many of them or carries them from one round of a loop to the next; a window of nine taps is
 * therefore done in two steps, and sums, squares and products in methods of their own.
 *
 * <p>{@code first…} starts with the centre tap, {@code more…} adds to what is there; {@code k} is the number of the first tap. Rows
 * out have {@link #PAD} places before sample 0.
 */
final class VectorWindows {

    static final int PAD = 8;

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = F.length();

    private VectorWindows() {}

    /** Symmetric filter along a padded row, for windows of 5, 9 and 17 taps. */
    static void horizontal(float[] row, float[] taps, int width, float[] out) {
        switch (taps.length) {
            case 9 -> horizontal8(row, taps, width, out);
            case 5 -> horizontal4(row, taps, width, out);
            default -> horizontal2(row, taps, width, out);
        }
    }

    private static void horizontal8(float[] row, float[] taps, int width, float[] out) {
        float c0 = taps[0];
        float c1 = taps[1];
        float c2 = taps[2];
        float c3 = taps[3];
        float c4 = taps[4];
        float c5 = taps[5];
        float c6 = taps[6];
        float c7 = taps[7];
        float c8 = taps[8];
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
            // The last vector may overlap the one before: its columns come out the same again.
            int j = Math.min(at, last);
            int p = PAD + j;
            FloatVector.fromArray(F, row, p)
                    .mul(c0)
                    .add(FloatVector.fromArray(F, row, p - 1)
                            .add(FloatVector.fromArray(F, row, p + 1))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, row, p - 2)
                            .add(FloatVector.fromArray(F, row, p + 2))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, row, p - 3)
                            .add(FloatVector.fromArray(F, row, p + 3))
                            .mul(c3))
                    .add(FloatVector.fromArray(F, row, p - 4)
                            .add(FloatVector.fromArray(F, row, p + 4))
                            .mul(c4))
                    .add(FloatVector.fromArray(F, row, p - 5)
                            .add(FloatVector.fromArray(F, row, p + 5))
                            .mul(c5))
                    .add(FloatVector.fromArray(F, row, p - 6)
                            .add(FloatVector.fromArray(F, row, p + 6))
                            .mul(c6))
                    .add(FloatVector.fromArray(F, row, p - 7)
                            .add(FloatVector.fromArray(F, row, p + 7))
                            .mul(c7))
                    .add(FloatVector.fromArray(F, row, p - 8)
                            .add(FloatVector.fromArray(F, row, p + 8))
                            .mul(c8))
                    .intoArray(out, j);
        }
    }

    private static void horizontal4(float[] row, float[] taps, int width, float[] out) {
        float c0 = taps[0];
        float c1 = taps[1];
        float c2 = taps[2];
        float c3 = taps[3];
        float c4 = taps[4];
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
            // The last vector may overlap the one before: its columns come out the same again.
            int j = Math.min(at, last);
            int p = PAD + j;
            FloatVector.fromArray(F, row, p)
                    .mul(c0)
                    .add(FloatVector.fromArray(F, row, p - 1)
                            .add(FloatVector.fromArray(F, row, p + 1))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, row, p - 2)
                            .add(FloatVector.fromArray(F, row, p + 2))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, row, p - 3)
                            .add(FloatVector.fromArray(F, row, p + 3))
                            .mul(c3))
                    .add(FloatVector.fromArray(F, row, p - 4)
                            .add(FloatVector.fromArray(F, row, p + 4))
                            .mul(c4))
                    .intoArray(out, j);
        }
    }

    private static void horizontal2(float[] row, float[] taps, int width, float[] out) {
        float c0 = taps[0];
        float c1 = taps[1];
        float c2 = taps[2];
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
            // The last vector may overlap the one before: its columns come out the same again.
            int j = Math.min(at, last);
            int p = PAD + j;
            FloatVector.fromArray(F, row, p)
                    .mul(c0)
                    .add(FloatVector.fromArray(F, row, p - 1)
                            .add(FloatVector.fromArray(F, row, p + 1))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, row, p - 2)
                            .add(FloatVector.fromArray(F, row, p + 2))
                            .mul(c2))
                    .intoArray(out, j);
        }
    }

    static void firstSums4(float[][] rows, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] r = rows[mid];
        float c = taps[0];
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        float[] a1 = rows[mid - k - 1];
        float[] b1 = rows[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = rows[mid - k - 2];
        float[] b2 = rows[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = rows[mid - k - 3];
        float[] b3 = rows[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, r, j)
                    .mul(c)
                    .add(FloatVector.fromArray(F, a0, j)
                            .add(FloatVector.fromArray(F, b0, j))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .add(FloatVector.fromArray(F, b1, j))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .add(FloatVector.fromArray(F, b2, j))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, a3, j)
                            .add(FloatVector.fromArray(F, b3, j))
                            .mul(c3))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = c * r[j];
            sum += c0 * (a0[j] + b0[j]);
            sum += c1 * (a1[j] + b1[j]);
            sum += c2 * (a2[j] + b2[j]);
            sum += c3 * (a3[j] + b3[j]);
            out[PAD + j] = sum;
        }
    }

    static void moreSums4(float[][] rows, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        float[] a1 = rows[mid - k - 1];
        float[] b1 = rows[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = rows[mid - k - 2];
        float[] b2 = rows[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = rows[mid - k - 3];
        float[] b3 = rows[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, out, PAD + j)
                    .add(FloatVector.fromArray(F, a0, j)
                            .add(FloatVector.fromArray(F, b0, j))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .add(FloatVector.fromArray(F, b1, j))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .add(FloatVector.fromArray(F, b2, j))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, a3, j)
                            .add(FloatVector.fromArray(F, b3, j))
                            .mul(c3))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = out[PAD + j];
            sum += c0 * (a0[j] + b0[j]);
            sum += c1 * (a1[j] + b1[j]);
            sum += c2 * (a2[j] + b2[j]);
            sum += c3 * (a3[j] + b3[j]);
            out[PAD + j] = sum;
        }
    }

    static void firstSums2(float[][] rows, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] r = rows[mid];
        float c = taps[0];
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        float[] a1 = rows[mid - k - 1];
        float[] b1 = rows[mid + k + 1];
        float c1 = taps[k + 1];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, r, j)
                    .mul(c)
                    .add(FloatVector.fromArray(F, a0, j)
                            .add(FloatVector.fromArray(F, b0, j))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .add(FloatVector.fromArray(F, b1, j))
                            .mul(c1))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = c * r[j];
            sum += c0 * (a0[j] + b0[j]);
            sum += c1 * (a1[j] + b1[j]);
            out[PAD + j] = sum;
        }
    }

    static void firstSquares4(float[][] rows, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] r = rows[mid];
        float c = taps[0];
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        float[] a1 = rows[mid - k - 1];
        float[] b1 = rows[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = rows[mid - k - 2];
        float[] b2 = rows[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = rows[mid - k - 3];
        float[] b3 = rows[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, r, j)
                    .mul(FloatVector.fromArray(F, r, j))
                    .mul(c)
                    .add(FloatVector.fromArray(F, a0, j)
                            .mul(FloatVector.fromArray(F, a0, j))
                            .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, b0, j)))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .mul(FloatVector.fromArray(F, a1, j))
                            .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, b1, j)))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .mul(FloatVector.fromArray(F, a2, j))
                            .add(FloatVector.fromArray(F, b2, j).mul(FloatVector.fromArray(F, b2, j)))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, a3, j)
                            .mul(FloatVector.fromArray(F, a3, j))
                            .add(FloatVector.fromArray(F, b3, j).mul(FloatVector.fromArray(F, b3, j)))
                            .mul(c3))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = c * (r[j] * r[j]);
            sum += c0 * (a0[j] * a0[j] + b0[j] * b0[j]);
            sum += c1 * (a1[j] * a1[j] + b1[j] * b1[j]);
            sum += c2 * (a2[j] * a2[j] + b2[j] * b2[j]);
            sum += c3 * (a3[j] * a3[j] + b3[j] * b3[j]);
            out[PAD + j] = sum;
        }
    }

    static void moreSquares4(float[][] rows, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        float[] a1 = rows[mid - k - 1];
        float[] b1 = rows[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = rows[mid - k - 2];
        float[] b2 = rows[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = rows[mid - k - 3];
        float[] b3 = rows[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, out, PAD + j)
                    .add(FloatVector.fromArray(F, a0, j)
                            .mul(FloatVector.fromArray(F, a0, j))
                            .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, b0, j)))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .mul(FloatVector.fromArray(F, a1, j))
                            .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, b1, j)))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .mul(FloatVector.fromArray(F, a2, j))
                            .add(FloatVector.fromArray(F, b2, j).mul(FloatVector.fromArray(F, b2, j)))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, a3, j)
                            .mul(FloatVector.fromArray(F, a3, j))
                            .add(FloatVector.fromArray(F, b3, j).mul(FloatVector.fromArray(F, b3, j)))
                            .mul(c3))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = out[PAD + j];
            sum += c0 * (a0[j] * a0[j] + b0[j] * b0[j]);
            sum += c1 * (a1[j] * a1[j] + b1[j] * b1[j]);
            sum += c2 * (a2[j] * a2[j] + b2[j] * b2[j]);
            sum += c3 * (a3[j] * a3[j] + b3[j] * b3[j]);
            out[PAD + j] = sum;
        }
    }

    static void firstSquares2(float[][] rows, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] r = rows[mid];
        float c = taps[0];
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        float[] a1 = rows[mid - k - 1];
        float[] b1 = rows[mid + k + 1];
        float c1 = taps[k + 1];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, r, j)
                    .mul(FloatVector.fromArray(F, r, j))
                    .mul(c)
                    .add(FloatVector.fromArray(F, a0, j)
                            .mul(FloatVector.fromArray(F, a0, j))
                            .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, b0, j)))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .mul(FloatVector.fromArray(F, a1, j))
                            .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, b1, j)))
                            .mul(c1))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = c * (r[j] * r[j]);
            sum += c0 * (a0[j] * a0[j] + b0[j] * b0[j]);
            sum += c1 * (a1[j] * a1[j] + b1[j] * b1[j]);
            out[PAD + j] = sum;
        }
    }

    static void firstProducts4(float[][] ref, float[][] dist, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] r = ref[mid];
        float[] d = dist[mid];
        float c = taps[0];
        float[] a0 = ref[mid - k];
        float[] b0 = ref[mid + k];
        float[] p0 = dist[mid - k];
        float[] q0 = dist[mid + k];
        float c0 = taps[k];
        float[] a1 = ref[mid - k - 1];
        float[] b1 = ref[mid + k + 1];
        float[] p1 = dist[mid - k - 1];
        float[] q1 = dist[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = ref[mid - k - 2];
        float[] b2 = ref[mid + k + 2];
        float[] p2 = dist[mid - k - 2];
        float[] q2 = dist[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = ref[mid - k - 3];
        float[] b3 = ref[mid + k + 3];
        float[] p3 = dist[mid - k - 3];
        float[] q3 = dist[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, r, j)
                    .mul(FloatVector.fromArray(F, d, j))
                    .mul(c)
                    .add(FloatVector.fromArray(F, a0, j)
                            .mul(FloatVector.fromArray(F, p0, j))
                            .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, q0, j)))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .mul(FloatVector.fromArray(F, p1, j))
                            .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, q1, j)))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .mul(FloatVector.fromArray(F, p2, j))
                            .add(FloatVector.fromArray(F, b2, j).mul(FloatVector.fromArray(F, q2, j)))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, a3, j)
                            .mul(FloatVector.fromArray(F, p3, j))
                            .add(FloatVector.fromArray(F, b3, j).mul(FloatVector.fromArray(F, q3, j)))
                            .mul(c3))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = c * (r[j] * d[j]);
            sum += c0 * (a0[j] * p0[j] + b0[j] * q0[j]);
            sum += c1 * (a1[j] * p1[j] + b1[j] * q1[j]);
            sum += c2 * (a2[j] * p2[j] + b2[j] * q2[j]);
            sum += c3 * (a3[j] * p3[j] + b3[j] * q3[j]);
            out[PAD + j] = sum;
        }
    }

    static void moreProducts4(float[][] ref, float[][] dist, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] a0 = ref[mid - k];
        float[] b0 = ref[mid + k];
        float[] p0 = dist[mid - k];
        float[] q0 = dist[mid + k];
        float c0 = taps[k];
        float[] a1 = ref[mid - k - 1];
        float[] b1 = ref[mid + k + 1];
        float[] p1 = dist[mid - k - 1];
        float[] q1 = dist[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = ref[mid - k - 2];
        float[] b2 = ref[mid + k + 2];
        float[] p2 = dist[mid - k - 2];
        float[] q2 = dist[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = ref[mid - k - 3];
        float[] b3 = ref[mid + k + 3];
        float[] p3 = dist[mid - k - 3];
        float[] q3 = dist[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, out, PAD + j)
                    .add(FloatVector.fromArray(F, a0, j)
                            .mul(FloatVector.fromArray(F, p0, j))
                            .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, q0, j)))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .mul(FloatVector.fromArray(F, p1, j))
                            .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, q1, j)))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .mul(FloatVector.fromArray(F, p2, j))
                            .add(FloatVector.fromArray(F, b2, j).mul(FloatVector.fromArray(F, q2, j)))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, a3, j)
                            .mul(FloatVector.fromArray(F, p3, j))
                            .add(FloatVector.fromArray(F, b3, j).mul(FloatVector.fromArray(F, q3, j)))
                            .mul(c3))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = out[PAD + j];
            sum += c0 * (a0[j] * p0[j] + b0[j] * q0[j]);
            sum += c1 * (a1[j] * p1[j] + b1[j] * q1[j]);
            sum += c2 * (a2[j] * p2[j] + b2[j] * q2[j]);
            sum += c3 * (a3[j] * p3[j] + b3[j] * q3[j]);
            out[PAD + j] = sum;
        }
    }

    static void firstProducts2(float[][] ref, float[][] dist, float[] taps, int k, int width, float[] out) {
        int mid = taps.length - 1;
        float[] r = ref[mid];
        float[] d = dist[mid];
        float c = taps[0];
        float[] a0 = ref[mid - k];
        float[] b0 = ref[mid + k];
        float[] p0 = dist[mid - k];
        float[] q0 = dist[mid + k];
        float c0 = taps[k];
        float[] a1 = ref[mid - k - 1];
        float[] b1 = ref[mid + k + 1];
        float[] p1 = dist[mid - k - 1];
        float[] q1 = dist[mid + k + 1];
        float c1 = taps[k + 1];
        int whole = width - width % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(F, r, j)
                    .mul(FloatVector.fromArray(F, d, j))
                    .mul(c)
                    .add(FloatVector.fromArray(F, a0, j)
                            .mul(FloatVector.fromArray(F, p0, j))
                            .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, q0, j)))
                            .mul(c0))
                    .add(FloatVector.fromArray(F, a1, j)
                            .mul(FloatVector.fromArray(F, p1, j))
                            .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, q1, j)))
                            .mul(c1))
                    .intoArray(out, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            float sum = c * (r[j] * d[j]);
            sum += c0 * (a0[j] * p0[j] + b0[j] * q0[j]);
            sum += c1 * (a1[j] * p1[j] + b1[j] * q1[j]);
            out[PAD + j] = sum;
        }
    }
}
