package io.headend.transcode.quality;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Row operations on {@code jdk.incubator.vector}, compiled apart from the module because an incubating module must stay
 * optional. Whole vectors here, what is left of a row in the plain loops; the operations and their order are those of
 * {@link PlainKernels}, so results are equal to the bit.
 */
final class VectorKernels extends PlainKernels {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = F.length();
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

    /** Half a float vector's bits per lane, and a quarter; not used where they would be no vectors. */
    private static final boolean NARROW = LANES >= 8;

    private static final VectorSpecies<Short> S =
            NARROW ? VectorSpecies.of(short.class, VectorShape.forBitSize(16 * LANES)) : ShortVector.SPECIES_64;
    private static final VectorSpecies<Byte> B2 =
            NARROW ? VectorSpecies.of(byte.class, VectorShape.forBitSize(16 * LANES)) : ByteVector.SPECIES_64;
    private static final VectorSpecies<Byte> B =
            NARROW ? VectorSpecies.of(byte.class, VectorShape.forBitSize(8 * LANES)) : ByteVector.SPECIES_64;
    private static final VectorSpecies<Byte> BI = VectorSpecies.of(byte.class, F.vectorShape());

    private static final int PAD = 8;

    /** Rows with room for reflected samples on both sides; sample 0 is at {@link #PAD}. */
    private final float[][] padded;

    VectorKernels(int width) {
        super(width);
        padded = new float[5][width + 2 * PAD];
    }

    @Override
    public String name() {
        return "vector " + F.vectorBitSize();
    }

    private static int whole(int n) {
        return n - n % LANES;
    }

    @Override
    public void widen(SamplePlane plane, int y, float[] out) {
        if (!NARROW || plane.width < LANES) {
            super.widen(plane, y, out);
            return;
        }
        int at = y * plane.width;
        int whole = whole(plane.width);
        if (plane.bitDepth == 8) {
            for (int j = 0; j < whole; j += LANES) {
                // v ^ 0x80 as a signed byte is v - 128
                ByteVector.fromArray(B, plane.bytes, at + j)
                        .lanewise(VectorOperators.XOR, (byte) 0x80)
                        .convertShape(VectorOperators.B2F, F, 0)
                        .reinterpretAsFloats()
                        .intoArray(out, j);
            }
        } else {
            float scale = scaleOf(plane);
            for (int j = 0; j < whole; j += LANES) {
                IntVector signed = (IntVector)
                        ShortVector.fromArray(S, plane.shorts, at + j).convertShape(VectorOperators.S2I, I, 0);
                FloatVector v = (FloatVector) signed.and(0xffff).convert(VectorOperators.I2F, 0);
                v.mul(scale).sub(128f).intoArray(out, j);
            }
        }
        float scale = scaleOf(plane);
        for (int j = whole; j < plane.width; j++) {
            out[j] = plane.sample(j, y) * scale - 128f;
        }
    }

    @Override
    public void widenSplit(SamplePlane plane, int y, float[] even, float[] odd) {
        int pairs = plane.width / 2;
        if (!NARROW || plane.bitDepth != 8 || pairs < LANES) {
            super.widenSplit(plane, y, even, odd);
            return;
        }
        int at = y * plane.width;
        int whole = whole(pairs);
        for (int i = 0; i < whole; i += LANES) {
            ShortVector two = ByteVector.fromArray(B2, plane.bytes, at + 2 * i).reinterpretAsShorts();
            ((FloatVector) two.and((short) 0xff).convertShape(VectorOperators.S2F, F, 0))
                    .sub(128f)
                    .intoArray(even, i);
            ((FloatVector) two.lanewise(VectorOperators.LSHR, 8).convertShape(VectorOperators.S2F, F, 0))
                    .sub(128f)
                    .intoArray(odd, i);
        }
        for (int x = 2 * whole; x < plane.width; x++) {
            (x % 2 == 0 ? even : odd)[x / 2] = plane.sample(x, y) - 128f;
        }
    }

    @Override
    public void vifRow(float[][] ref, float[][] dist, float[] taps, int width) {
        if (width < LANES) {
            super.vifRow(ref, dist, taps, width);
            return;
        }
        momentRow(ref, dist, taps, width, filtered);
        openProducts(width);
        int whole = whole(width);
        information(filtered, whole);
        if (whole < width) {
            informationRow(whole, width);
        }
        closeProducts();
    }

    @Override
    public void momentRow(float[][] ref, float[][] dist, float[] taps, int width, float[][] moments) {
        if (width < LANES || !moments(ref, dist, taps, width)) {
            super.momentRow(ref, dist, taps, width, moments);
            return;
        }
        for (int map = 0; map < 5; map++) {
            reflect(padded[map], width, taps.length - 1);
            horizontal(padded[map], taps, width, moments[map]);
        }
    }

    /**
     * The five moment maps filtered vertically into {@link #padded}; false for a window that is not written out. Written out,
     * and in several small methods, because the compiler puts vectors on the heap where a method has too many operations or
     * carries vectors from one round of a loop to the next.
     */
    private boolean moments(float[][] ref, float[][] dist, float[] taps, int width) {
        switch (taps.length) {
            case 9 -> {
                firstMeans4(ref, taps, 1, width, padded[0], padded[2]);
                firstMeans4(dist, taps, 1, width, padded[1], padded[3]);
                firstProducts4(ref, dist, taps, 1, width, padded[4]);
                moreMeans4(ref, taps, 5, width, padded[0], padded[2]);
                moreMeans4(dist, taps, 5, width, padded[1], padded[3]);
                moreProducts4(ref, dist, taps, 5, width, padded[4]);
            }
            case 5 -> {
                firstMeans4(ref, taps, 1, width, padded[0], padded[2]);
                firstMeans4(dist, taps, 1, width, padded[1], padded[3]);
                firstProducts4(ref, dist, taps, 1, width, padded[4]);
            }
            case 3 -> {
                firstMeans2(ref, taps, 1, width, padded[0], padded[2]);
                firstMeans2(dist, taps, 1, width, padded[1], padded[3]);
                firstProducts2(ref, dist, taps, 1, width, padded[4]);
            }
            case 2 -> {
                firstMeans1(ref, taps, 1, width, padded[0], padded[2]);
                firstMeans1(dist, taps, 1, width, padded[1], padded[3]);
                firstProducts1(ref, dist, taps, 1, width, padded[4]);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void firstMeans4(float[][] rows, float[] taps, int k, int width, float[] mean, float[] square) {
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
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector x = FloatVector.fromArray(F, r, j);
            FloatVector m = x.mul(c);
            FloatVector s = x.mul(x).mul(c);
            FloatVector x0 = FloatVector.fromArray(F, a0, j);
            FloatVector y0 = FloatVector.fromArray(F, b0, j);
            m = m.add(x0.add(y0).mul(c0));
            s = s.add(x0.mul(x0).add(y0.mul(y0)).mul(c0));
            FloatVector x1 = FloatVector.fromArray(F, a1, j);
            FloatVector y1 = FloatVector.fromArray(F, b1, j);
            m = m.add(x1.add(y1).mul(c1));
            s = s.add(x1.mul(x1).add(y1.mul(y1)).mul(c1));
            FloatVector x2 = FloatVector.fromArray(F, a2, j);
            FloatVector y2 = FloatVector.fromArray(F, b2, j);
            m = m.add(x2.add(y2).mul(c2));
            s = s.add(x2.mul(x2).add(y2.mul(y2)).mul(c2));
            FloatVector x3 = FloatVector.fromArray(F, a3, j);
            FloatVector y3 = FloatVector.fromArray(F, b3, j);
            m = m.add(x3.add(y3).mul(c3));
            s = s.add(x3.mul(x3).add(y3.mul(y3)).mul(c3));
            m.intoArray(mean, PAD + j);
            s.intoArray(square, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            mean[PAD + j] = c * r[j];
            square[PAD + j] = c * (r[j] * r[j]);
            mean[PAD + j] += c0 * (a0[j] + b0[j]);
            square[PAD + j] += c0 * (a0[j] * a0[j] + b0[j] * b0[j]);
            mean[PAD + j] += c1 * (a1[j] + b1[j]);
            square[PAD + j] += c1 * (a1[j] * a1[j] + b1[j] * b1[j]);
            mean[PAD + j] += c2 * (a2[j] + b2[j]);
            square[PAD + j] += c2 * (a2[j] * a2[j] + b2[j] * b2[j]);
            mean[PAD + j] += c3 * (a3[j] + b3[j]);
            square[PAD + j] += c3 * (a3[j] * a3[j] + b3[j] * b3[j]);
        }
    }

    private static void moreMeans4(float[][] rows, float[] taps, int k, int width, float[] mean, float[] square) {
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
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector m = FloatVector.fromArray(F, mean, PAD + j);
            FloatVector s = FloatVector.fromArray(F, square, PAD + j);
            FloatVector x0 = FloatVector.fromArray(F, a0, j);
            FloatVector y0 = FloatVector.fromArray(F, b0, j);
            m = m.add(x0.add(y0).mul(c0));
            s = s.add(x0.mul(x0).add(y0.mul(y0)).mul(c0));
            FloatVector x1 = FloatVector.fromArray(F, a1, j);
            FloatVector y1 = FloatVector.fromArray(F, b1, j);
            m = m.add(x1.add(y1).mul(c1));
            s = s.add(x1.mul(x1).add(y1.mul(y1)).mul(c1));
            FloatVector x2 = FloatVector.fromArray(F, a2, j);
            FloatVector y2 = FloatVector.fromArray(F, b2, j);
            m = m.add(x2.add(y2).mul(c2));
            s = s.add(x2.mul(x2).add(y2.mul(y2)).mul(c2));
            FloatVector x3 = FloatVector.fromArray(F, a3, j);
            FloatVector y3 = FloatVector.fromArray(F, b3, j);
            m = m.add(x3.add(y3).mul(c3));
            s = s.add(x3.mul(x3).add(y3.mul(y3)).mul(c3));
            m.intoArray(mean, PAD + j);
            s.intoArray(square, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            mean[PAD + j] += c0 * (a0[j] + b0[j]);
            square[PAD + j] += c0 * (a0[j] * a0[j] + b0[j] * b0[j]);
            mean[PAD + j] += c1 * (a1[j] + b1[j]);
            square[PAD + j] += c1 * (a1[j] * a1[j] + b1[j] * b1[j]);
            mean[PAD + j] += c2 * (a2[j] + b2[j]);
            square[PAD + j] += c2 * (a2[j] * a2[j] + b2[j] * b2[j]);
            mean[PAD + j] += c3 * (a3[j] + b3[j]);
            square[PAD + j] += c3 * (a3[j] * a3[j] + b3[j] * b3[j]);
        }
    }

    private static void firstMeans2(float[][] rows, float[] taps, int k, int width, float[] mean, float[] square) {
        int mid = taps.length - 1;
        float[] r = rows[mid];
        float c = taps[0];
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        float[] a1 = rows[mid - k - 1];
        float[] b1 = rows[mid + k + 1];
        float c1 = taps[k + 1];
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector x = FloatVector.fromArray(F, r, j);
            FloatVector m = x.mul(c);
            FloatVector s = x.mul(x).mul(c);
            FloatVector x0 = FloatVector.fromArray(F, a0, j);
            FloatVector y0 = FloatVector.fromArray(F, b0, j);
            m = m.add(x0.add(y0).mul(c0));
            s = s.add(x0.mul(x0).add(y0.mul(y0)).mul(c0));
            FloatVector x1 = FloatVector.fromArray(F, a1, j);
            FloatVector y1 = FloatVector.fromArray(F, b1, j);
            m = m.add(x1.add(y1).mul(c1));
            s = s.add(x1.mul(x1).add(y1.mul(y1)).mul(c1));
            m.intoArray(mean, PAD + j);
            s.intoArray(square, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            mean[PAD + j] = c * r[j];
            square[PAD + j] = c * (r[j] * r[j]);
            mean[PAD + j] += c0 * (a0[j] + b0[j]);
            square[PAD + j] += c0 * (a0[j] * a0[j] + b0[j] * b0[j]);
            mean[PAD + j] += c1 * (a1[j] + b1[j]);
            square[PAD + j] += c1 * (a1[j] * a1[j] + b1[j] * b1[j]);
        }
    }

    private static void firstMeans1(float[][] rows, float[] taps, int k, int width, float[] mean, float[] square) {
        int mid = taps.length - 1;
        float[] r = rows[mid];
        float c = taps[0];
        float[] a0 = rows[mid - k];
        float[] b0 = rows[mid + k];
        float c0 = taps[k];
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector x = FloatVector.fromArray(F, r, j);
            FloatVector m = x.mul(c);
            FloatVector s = x.mul(x).mul(c);
            FloatVector x0 = FloatVector.fromArray(F, a0, j);
            FloatVector y0 = FloatVector.fromArray(F, b0, j);
            m = m.add(x0.add(y0).mul(c0));
            s = s.add(x0.mul(x0).add(y0.mul(y0)).mul(c0));
            m.intoArray(mean, PAD + j);
            s.intoArray(square, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            mean[PAD + j] = c * r[j];
            square[PAD + j] = c * (r[j] * r[j]);
            mean[PAD + j] += c0 * (a0[j] + b0[j]);
            square[PAD + j] += c0 * (a0[j] * a0[j] + b0[j] * b0[j]);
        }
    }

    private static void firstProducts4(float[][] ref, float[][] dist, float[] taps, int k, int width, float[] product) {
        int mid = taps.length - 1;
        float[] r = ref[mid];
        float[] d = dist[mid];
        float c = taps[0];
        float[] a0 = ref[mid - k];
        float[] b0 = ref[mid + k];
        float[] e0 = dist[mid - k];
        float[] g0 = dist[mid + k];
        float c0 = taps[k];
        float[] a1 = ref[mid - k - 1];
        float[] b1 = ref[mid + k + 1];
        float[] e1 = dist[mid - k - 1];
        float[] g1 = dist[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = ref[mid - k - 2];
        float[] b2 = ref[mid + k + 2];
        float[] e2 = dist[mid - k - 2];
        float[] g2 = dist[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = ref[mid - k - 3];
        float[] b3 = ref[mid + k + 3];
        float[] e3 = dist[mid - k - 3];
        float[] g3 = dist[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector sum = FloatVector.fromArray(F, r, j)
                    .mul(FloatVector.fromArray(F, d, j))
                    .mul(c);
            sum = sum.add(FloatVector.fromArray(F, a0, j)
                    .mul(FloatVector.fromArray(F, e0, j))
                    .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, g0, j)))
                    .mul(c0));
            sum = sum.add(FloatVector.fromArray(F, a1, j)
                    .mul(FloatVector.fromArray(F, e1, j))
                    .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, g1, j)))
                    .mul(c1));
            sum = sum.add(FloatVector.fromArray(F, a2, j)
                    .mul(FloatVector.fromArray(F, e2, j))
                    .add(FloatVector.fromArray(F, b2, j).mul(FloatVector.fromArray(F, g2, j)))
                    .mul(c2));
            sum = sum.add(FloatVector.fromArray(F, a3, j)
                    .mul(FloatVector.fromArray(F, e3, j))
                    .add(FloatVector.fromArray(F, b3, j).mul(FloatVector.fromArray(F, g3, j)))
                    .mul(c3));
            sum.intoArray(product, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            product[PAD + j] = c * (r[j] * d[j]);
            product[PAD + j] += c0 * (a0[j] * e0[j] + b0[j] * g0[j]);
            product[PAD + j] += c1 * (a1[j] * e1[j] + b1[j] * g1[j]);
            product[PAD + j] += c2 * (a2[j] * e2[j] + b2[j] * g2[j]);
            product[PAD + j] += c3 * (a3[j] * e3[j] + b3[j] * g3[j]);
        }
    }

    private static void moreProducts4(float[][] ref, float[][] dist, float[] taps, int k, int width, float[] product) {
        int mid = taps.length - 1;
        float[] a0 = ref[mid - k];
        float[] b0 = ref[mid + k];
        float[] e0 = dist[mid - k];
        float[] g0 = dist[mid + k];
        float c0 = taps[k];
        float[] a1 = ref[mid - k - 1];
        float[] b1 = ref[mid + k + 1];
        float[] e1 = dist[mid - k - 1];
        float[] g1 = dist[mid + k + 1];
        float c1 = taps[k + 1];
        float[] a2 = ref[mid - k - 2];
        float[] b2 = ref[mid + k + 2];
        float[] e2 = dist[mid - k - 2];
        float[] g2 = dist[mid + k + 2];
        float c2 = taps[k + 2];
        float[] a3 = ref[mid - k - 3];
        float[] b3 = ref[mid + k + 3];
        float[] e3 = dist[mid - k - 3];
        float[] g3 = dist[mid + k + 3];
        float c3 = taps[k + 3];
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector sum = FloatVector.fromArray(F, product, PAD + j);
            sum = sum.add(FloatVector.fromArray(F, a0, j)
                    .mul(FloatVector.fromArray(F, e0, j))
                    .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, g0, j)))
                    .mul(c0));
            sum = sum.add(FloatVector.fromArray(F, a1, j)
                    .mul(FloatVector.fromArray(F, e1, j))
                    .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, g1, j)))
                    .mul(c1));
            sum = sum.add(FloatVector.fromArray(F, a2, j)
                    .mul(FloatVector.fromArray(F, e2, j))
                    .add(FloatVector.fromArray(F, b2, j).mul(FloatVector.fromArray(F, g2, j)))
                    .mul(c2));
            sum = sum.add(FloatVector.fromArray(F, a3, j)
                    .mul(FloatVector.fromArray(F, e3, j))
                    .add(FloatVector.fromArray(F, b3, j).mul(FloatVector.fromArray(F, g3, j)))
                    .mul(c3));
            sum.intoArray(product, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            product[PAD + j] += c0 * (a0[j] * e0[j] + b0[j] * g0[j]);
            product[PAD + j] += c1 * (a1[j] * e1[j] + b1[j] * g1[j]);
            product[PAD + j] += c2 * (a2[j] * e2[j] + b2[j] * g2[j]);
            product[PAD + j] += c3 * (a3[j] * e3[j] + b3[j] * g3[j]);
        }
    }

    private static void firstProducts2(float[][] ref, float[][] dist, float[] taps, int k, int width, float[] product) {
        int mid = taps.length - 1;
        float[] r = ref[mid];
        float[] d = dist[mid];
        float c = taps[0];
        float[] a0 = ref[mid - k];
        float[] b0 = ref[mid + k];
        float[] e0 = dist[mid - k];
        float[] g0 = dist[mid + k];
        float c0 = taps[k];
        float[] a1 = ref[mid - k - 1];
        float[] b1 = ref[mid + k + 1];
        float[] e1 = dist[mid - k - 1];
        float[] g1 = dist[mid + k + 1];
        float c1 = taps[k + 1];
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector sum = FloatVector.fromArray(F, r, j)
                    .mul(FloatVector.fromArray(F, d, j))
                    .mul(c);
            sum = sum.add(FloatVector.fromArray(F, a0, j)
                    .mul(FloatVector.fromArray(F, e0, j))
                    .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, g0, j)))
                    .mul(c0));
            sum = sum.add(FloatVector.fromArray(F, a1, j)
                    .mul(FloatVector.fromArray(F, e1, j))
                    .add(FloatVector.fromArray(F, b1, j).mul(FloatVector.fromArray(F, g1, j)))
                    .mul(c1));
            sum.intoArray(product, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            product[PAD + j] = c * (r[j] * d[j]);
            product[PAD + j] += c0 * (a0[j] * e0[j] + b0[j] * g0[j]);
            product[PAD + j] += c1 * (a1[j] * e1[j] + b1[j] * g1[j]);
        }
    }

    private static void firstProducts1(float[][] ref, float[][] dist, float[] taps, int k, int width, float[] product) {
        int mid = taps.length - 1;
        float[] r = ref[mid];
        float[] d = dist[mid];
        float c = taps[0];
        float[] a0 = ref[mid - k];
        float[] b0 = ref[mid + k];
        float[] e0 = dist[mid - k];
        float[] g0 = dist[mid + k];
        float c0 = taps[k];
        int whole = whole(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector sum = FloatVector.fromArray(F, r, j)
                    .mul(FloatVector.fromArray(F, d, j))
                    .mul(c);
            sum = sum.add(FloatVector.fromArray(F, a0, j)
                    .mul(FloatVector.fromArray(F, e0, j))
                    .add(FloatVector.fromArray(F, b0, j).mul(FloatVector.fromArray(F, g0, j)))
                    .mul(c0));
            sum.intoArray(product, PAD + j);
        }
        for (int j = whole; j < width; j++) {
            product[PAD + j] = c * (r[j] * d[j]);
            product[PAD + j] += c0 * (a0[j] * e0[j] + b0[j] * g0[j]);
        }
    }

    private static void reflect(float[] row, int width, int reach) {
        for (int k = 1; k <= reach; k++) {
            row[PAD - k] = row[PAD + Edge.reflect(-k, width)];
            row[PAD + width - 1 + k] = row[PAD + Edge.reflect(width - 1 + k, width)];
        }
    }

    /** Symmetric filter along a padded row, for the windows that {@link #moments} has. */
    private static void horizontal(float[] row, float[] taps, int width, float[] out) {
        switch (taps.length) {
            case 9 -> horizontal8(row, taps, width, out);
            case 5 -> horizontal4(row, taps, width, out);
            case 3 -> horizontal2(row, taps, width, out);
            default -> horizontal1(row, taps, width, out);
        }
    }

    private static void horizontal8(float[] row, float[] taps, int width, float[] out) {
        FloatVector c0 = FloatVector.broadcast(F, taps[0]);
        FloatVector c1 = FloatVector.broadcast(F, taps[1]);
        FloatVector c2 = FloatVector.broadcast(F, taps[2]);
        FloatVector c3 = FloatVector.broadcast(F, taps[3]);
        FloatVector c4 = FloatVector.broadcast(F, taps[4]);
        FloatVector c5 = FloatVector.broadcast(F, taps[5]);
        FloatVector c6 = FloatVector.broadcast(F, taps[6]);
        FloatVector c7 = FloatVector.broadcast(F, taps[7]);
        FloatVector c8 = FloatVector.broadcast(F, taps[8]);
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
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
        FloatVector c0 = FloatVector.broadcast(F, taps[0]);
        FloatVector c1 = FloatVector.broadcast(F, taps[1]);
        FloatVector c2 = FloatVector.broadcast(F, taps[2]);
        FloatVector c3 = FloatVector.broadcast(F, taps[3]);
        FloatVector c4 = FloatVector.broadcast(F, taps[4]);
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
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
        FloatVector c0 = FloatVector.broadcast(F, taps[0]);
        FloatVector c1 = FloatVector.broadcast(F, taps[1]);
        FloatVector c2 = FloatVector.broadcast(F, taps[2]);
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
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

    private static void horizontal1(float[] row, float[] taps, int width, float[] out) {
        FloatVector c0 = FloatVector.broadcast(F, taps[0]);
        FloatVector c1 = FloatVector.broadcast(F, taps[1]);
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
            int j = Math.min(at, last);
            int p = PAD + j;
            FloatVector.fromArray(F, row, p)
                    .mul(c0)
                    .add(FloatVector.fromArray(F, row, p - 1)
                            .add(FloatVector.fromArray(F, row, p + 1))
                            .mul(c1))
                    .intoArray(out, j);
        }
    }

    private void information(float[][] maps, int to) {
        variances(maps[0], maps[1], maps[2], maps[3], maps[4], to);
        gains(maps[0], maps[1], maps[2], maps[3], maps[4], to);
        factors(maps[1], maps[4], num, numNoGain, to);
        lowAndDenominator(maps[0], maps[2], maps[3], to);
    }

    private static void variances(float[] a, float[] b, float[] rr, float[] dd, float[] rd, int to) {
        for (int j = 0; j < to; j += LANES) {
            FloatVector m1 = FloatVector.fromArray(F, a, j);
            FloatVector m2 = FloatVector.fromArray(F, b, j);
            FloatVector.fromArray(F, rr, j).sub(m1.mul(m1)).intoArray(rr, j);
            FloatVector.fromArray(F, dd, j).sub(m2.mul(m2)).max(0f).intoArray(dd, j);
            FloatVector.fromArray(F, rd, j).sub(m1.mul(m2)).max(0f).intoArray(rd, j);
        }
    }

    /** From variances s1, s2 and covariance s12 to {@code low}, gain, and, in place of s12, what is carried at unit gain. */
    private static void gains(float[] low, float[] gain, float[] s1, float[] s2, float[] s12, int to) {
        for (int j = 0; j < to; j += LANES) {
            FloatVector variance = FloatVector.fromArray(F, s1, j);
            FloatVector covariance = FloatVector.fromArray(F, s12, j);
            FloatVector flat = variance.neg()
                    .add(VifSums.NOISE)
                    .mul(InformationLoops.STEP)
                    .max(0f)
                    .min(1f);
            FloatVector safe = variance.max(VifSums.NOISE);
            FloatVector g = covariance.div(safe);
            FloatVector v = FloatVector.fromArray(F, s2, j)
                    .sub(g.mul(covariance))
                    .max(0f)
                    .add(VifSums.NOISE);
            flat.neg().add(1f).mul(safe).div(v).intoArray(s12, j);
            flat.intoArray(low, j);
            g.intoArray(gain, j);
            safe.intoArray(s1, j);
        }
    }

    private static void factors(float[] gain, float[] carried, float[] num, float[] numNoGain, int to) {
        for (int j = 0; j < to; j += LANES) {
            FloatVector g = FloatVector.fromArray(F, gain, j);
            FloatVector c = FloatVector.fromArray(F, carried, j);
            FloatVector limited = g.min(VifSums.GAIN_LIMIT);
            FloatVector unit = g.min(1f);
            FloatVector.fromArray(F, num, j)
                    .mul(limited.mul(limited).mul(c).add(1f))
                    .intoArray(num, j);
            FloatVector.fromArray(F, numNoGain, j)
                    .mul(unit.mul(unit).mul(c).add(1f))
                    .intoArray(numNoGain, j);
        }
    }

    private void lowAndDenominator(float[] low, float[] safe, float[] s2, int to) {
        float[] product = den;
        float[] count = lowCount;
        float[] variance = lowVariance;
        for (int j = 0; j < to; j += LANES) {
            FloatVector flat = FloatVector.fromArray(F, low, j);
            FloatVector.fromArray(F, product, j)
                    .mul(FloatVector.fromArray(F, safe, j).mul(0.5f).add(1f))
                    .intoArray(product, j);
            FloatVector.fromArray(F, count, j).add(flat).intoArray(count, j);
            FloatVector.fromArray(F, variance, j)
                    .add(flat.mul(FloatVector.fromArray(F, s2, j)))
                    .intoArray(variance, j);
        }
    }

    @Override
    public void blurRow(float[][] rows, float[] taps, int width, float[] out) {
        if (width < LANES || taps.length > 5 || taps.length == 4) {
            super.blurRow(rows, taps, width, out);
            return;
        }
        float[] row = padded[0];
        switch (taps.length) {
            case 5 -> vertical4(rows, taps, width, row);
            case 3 -> vertical2(rows, taps, width, row);
            default -> vertical1(rows, taps, width, row);
        }
        reflect(row, width, taps.length - 1);
        horizontal(row, taps, width, out);
    }

    private static void vertical4(float[][] rows, float[] taps, int width, float[] out) {
        float[] r = rows[4];
        FloatVector c0 = FloatVector.broadcast(F, taps[0]);
        float[] a1 = rows[3];
        float[] b1 = rows[5];
        FloatVector c1 = FloatVector.broadcast(F, taps[1]);
        float[] a2 = rows[2];
        float[] b2 = rows[6];
        FloatVector c2 = FloatVector.broadcast(F, taps[2]);
        float[] a3 = rows[1];
        float[] b3 = rows[7];
        FloatVector c3 = FloatVector.broadcast(F, taps[3]);
        float[] a4 = rows[0];
        float[] b4 = rows[8];
        FloatVector c4 = FloatVector.broadcast(F, taps[4]);
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
            int j = Math.min(at, last);
            FloatVector.fromArray(F, r, j)
                    .mul(c0)
                    .add(FloatVector.fromArray(F, a1, j)
                            .add(FloatVector.fromArray(F, b1, j))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .add(FloatVector.fromArray(F, b2, j))
                            .mul(c2))
                    .add(FloatVector.fromArray(F, a3, j)
                            .add(FloatVector.fromArray(F, b3, j))
                            .mul(c3))
                    .add(FloatVector.fromArray(F, a4, j)
                            .add(FloatVector.fromArray(F, b4, j))
                            .mul(c4))
                    .intoArray(out, PAD + j);
        }
    }

    private static void vertical2(float[][] rows, float[] taps, int width, float[] out) {
        float[] r = rows[2];
        FloatVector c0 = FloatVector.broadcast(F, taps[0]);
        float[] a1 = rows[1];
        float[] b1 = rows[3];
        FloatVector c1 = FloatVector.broadcast(F, taps[1]);
        float[] a2 = rows[0];
        float[] b2 = rows[4];
        FloatVector c2 = FloatVector.broadcast(F, taps[2]);
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
            int j = Math.min(at, last);
            FloatVector.fromArray(F, r, j)
                    .mul(c0)
                    .add(FloatVector.fromArray(F, a1, j)
                            .add(FloatVector.fromArray(F, b1, j))
                            .mul(c1))
                    .add(FloatVector.fromArray(F, a2, j)
                            .add(FloatVector.fromArray(F, b2, j))
                            .mul(c2))
                    .intoArray(out, PAD + j);
        }
    }

    private static void vertical1(float[][] rows, float[] taps, int width, float[] out) {
        float[] r = rows[1];
        FloatVector c0 = FloatVector.broadcast(F, taps[0]);
        float[] a1 = rows[0];
        float[] b1 = rows[2];
        FloatVector c1 = FloatVector.broadcast(F, taps[1]);
        int last = width - LANES;
        for (int at = 0; at < width; at += LANES) {
            int j = Math.min(at, last);
            FloatVector.fromArray(F, r, j)
                    .mul(c0)
                    .add(FloatVector.fromArray(F, a1, j)
                            .add(FloatVector.fromArray(F, b1, j))
                            .mul(c1))
                    .intoArray(out, PAD + j);
        }
    }

    @Override
    public void wavelet(float[][] in, int n, float[] low, float[] high) {
        float[] a = in[0];
        float[] b = in[1];
        float[] c = in[2];
        float[] d = in[3];
        int whole = whole(n);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector p = FloatVector.fromArray(F, a, j);
            FloatVector q = FloatVector.fromArray(F, b, j);
            FloatVector r = FloatVector.fromArray(F, c, j);
            FloatVector s = FloatVector.fromArray(F, d, j);
            p.mul(FilterLoops.W0)
                    .add(q.mul(FilterLoops.W1))
                    .add(r.mul(FilterLoops.W2))
                    .add(s.mul(FilterLoops.W3))
                    .intoArray(low, j);
            p.mul(FilterLoops.W3)
                    .sub(q.mul(FilterLoops.W2))
                    .add(r.mul(FilterLoops.W1))
                    .sub(s.mul(FilterLoops.W0))
                    .intoArray(high, j);
        }
        FilterLoops.wavelet(a, b, c, d, low, high, whole, n);
    }

    @Override
    public void decouple(AdmRow row, float gainLimit, int from, int to) {
        int end = from + whole(to - from);
        float[] oh = row.ref[AdmRow.H];
        float[] ov = row.ref[AdmRow.V];
        float[] od = row.ref[AdmRow.D];
        float[] th = row.dist[AdmRow.H];
        float[] tv = row.dist[AdmRow.V];
        float[] td = row.dist[AdmRow.D];
        boolean limited = gainLimit <= 1f;
        for (int j = from; j < end; j += LANES) {
            FloatVector h = FloatVector.fromArray(F, oh, j);
            FloatVector v = FloatVector.fromArray(F, ov, j);
            FloatVector d = FloatVector.fromArray(F, od, j);
            FloatVector p = FloatVector.fromArray(F, th, j);
            FloatVector q = FloatVector.fromArray(F, tv, j);
            FloatVector r = FloatVector.fromArray(F, td, j);
            if (!limited) {
                FloatVector dot = h.mul(p).add(v.mul(q));
                FloatVector oo = h.mul(h).add(v.mul(v));
                FloatVector tt = p.mul(p).add(q.mul(q));
                FloatVector outside = oo.mul(tt).mul(AdmRow.COS_SQUARED).sub(dot.mul(dot.abs()));
                FloatVector apart = outside.mul(InformationLoops.STEP).max(0f).min(1f);
                FloatVector gain = apart.mul(gainLimit - 1f).neg().add(gainLimit);
                h = gain.mul(h);
                v = gain.mul(v);
                d = gain.mul(d);
            }
            FloatVector xh = p.min(h.max(0f)).max(h.min(0f));
            FloatVector xv = q.min(v.max(0f)).max(v.min(0f));
            FloatVector xd = r.min(d.max(0f)).max(d.min(0f));
            p.sub(xh)
                    .abs()
                    .mul(row.weightHv)
                    .add(q.sub(xv).abs().mul(row.weightHv))
                    .add(r.sub(xd).abs().mul(row.weightD))
                    .intoArray(row.added, j);
            xh.abs().mul(row.weightHv).intoArray(row.restored[AdmRow.H], j);
            xv.abs().mul(row.weightHv).intoArray(row.restored[AdmRow.V], j);
            xd.abs().mul(row.weightD).intoArray(row.restored[AdmRow.D], j);
        }
        super.decouple(row, gainLimit, end, to);
    }

    @Override
    public void addMaskedCubes(AdmRow row, int from, int to) {
        int n = row.columns;
        if (n < LANES) {
            super.addMaskedCubes(row, from, to);
            return;
        }
        float[] sum = padded[0];
        int last = n - LANES;
        for (int at = 0; at < n; at += LANES) {
            int j = Math.min(at, last);
            FloatVector.fromArray(F, row.above, j)
                    .add(FloatVector.fromArray(F, row.here, j))
                    .add(FloatVector.fromArray(F, row.below, j))
                    .intoArray(sum, PAD + j);
        }
        sum[PAD - 1] = sum[PAD + 1];
        sum[PAD + n] = sum[PAD + n - 1];
        int end = from + whole(to - from);
        float[] xh = row.restored[AdmRow.H];
        float[] xv = row.restored[AdmRow.V];
        float[] xd = row.restored[AdmRow.D];
        float[] ch = row.restoredCubes[AdmRow.H];
        float[] cv = row.restoredCubes[AdmRow.V];
        float[] cd = row.restoredCubes[AdmRow.D];
        for (int j = from; j < end; j += LANES) {
            FloatVector threshold = FloatVector.fromArray(F, sum, PAD + j - 1)
                    .add(FloatVector.fromArray(F, sum, PAD + j))
                    .add(FloatVector.fromArray(F, sum, PAD + j + 1))
                    .add(FloatVector.fromArray(F, row.here, j))
                    .mul(DetailLoops.THIRTIETH);
            FloatVector h = FloatVector.fromArray(F, xh, j).sub(threshold).max(0f);
            FloatVector v = FloatVector.fromArray(F, xv, j).sub(threshold).max(0f);
            FloatVector d = FloatVector.fromArray(F, xd, j).sub(threshold).max(0f);
            FloatVector.fromArray(F, ch, j).add(h.mul(h).mul(h)).intoArray(ch, j);
            FloatVector.fromArray(F, cv, j).add(v.mul(v).mul(v)).intoArray(cv, j);
            FloatVector.fromArray(F, cd, j).add(d.mul(d).mul(d)).intoArray(cd, j);
        }
        for (int j = end; j < to; j++) {
            float threshold =
                    (((sum[PAD + j - 1] + sum[PAD + j]) + sum[PAD + j + 1]) + row.here[j]) * DetailLoops.THIRTIETH;
            for (int band = 0; band < 3; band++) {
                float c = Math.max(row.restored[band][j] - threshold, 0f);
                row.restoredCubes[band][j] += c * c * c;
            }
        }
    }

    @Override
    public void ssimBlocks(SamplePlane ref, SamplePlane dist, int y, int blocks, int[][] sums) {
        if (blocks < LANES) {
            super.ssimBlocks(ref, dist, y, blocks, sums);
            return;
        }
        int last = blocks - LANES;
        for (int at = 0; at < blocks; at += LANES) {
            int i = Math.min(at, last);
            IntVector s1 = IntVector.zero(I);
            IntVector s2 = s1;
            IntVector ss = s1;
            IntVector s12 = s1;
            for (int r = 0; r < 4; r++) {
                int from = (y + r) * ref.width + 4 * i;
                IntVector a = ByteVector.fromArray(BI, ref.bytes, from).reinterpretAsInts();
                IntVector b = ByteVector.fromArray(BI, dist.bytes, from).reinterpretAsInts();
                for (int shift = 0; shift < 32; shift += 8) {
                    IntVector p = a.lanewise(VectorOperators.LSHR, shift).and(0xff);
                    IntVector q = b.lanewise(VectorOperators.LSHR, shift).and(0xff);
                    s1 = s1.add(p);
                    s2 = s2.add(q);
                    ss = ss.add(p.mul(p)).add(q.mul(q));
                    s12 = s12.add(p.mul(q));
                }
            }
            s1.intoArray(sums[0], i);
            s2.intoArray(sums[1], i);
            ss.intoArray(sums[2], i);
            s12.intoArray(sums[3], i);
        }
    }
}
