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

    private static final int PAD = VectorWindows.PAD;

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
            VectorWindows.horizontal(padded[map], taps, width, moments[map]);
        }
    }

    /** The five moment maps filtered vertically into {@link #padded}; false for a window that is not written out. */
    private boolean moments(float[][] ref, float[][] dist, float[] taps, int width) {
        switch (taps.length) {
            case 9 -> {
                VectorWindows.firstSums4(ref, taps, 1, width, padded[0]);
                VectorWindows.firstSums4(dist, taps, 1, width, padded[1]);
                VectorWindows.firstSquares4(ref, taps, 1, width, padded[2]);
                VectorWindows.firstSquares4(dist, taps, 1, width, padded[3]);
                VectorWindows.firstProducts4(ref, dist, taps, 1, width, padded[4]);
                VectorWindows.moreSums4(ref, taps, 5, width, padded[0]);
                VectorWindows.moreSums4(dist, taps, 5, width, padded[1]);
                VectorWindows.moreSquares4(ref, taps, 5, width, padded[2]);
                VectorWindows.moreSquares4(dist, taps, 5, width, padded[3]);
                VectorWindows.moreProducts4(ref, dist, taps, 5, width, padded[4]);
            }
            case 5 -> {
                VectorWindows.firstSums4(ref, taps, 1, width, padded[0]);
                VectorWindows.firstSums4(dist, taps, 1, width, padded[1]);
                VectorWindows.firstSquares4(ref, taps, 1, width, padded[2]);
                VectorWindows.firstSquares4(dist, taps, 1, width, padded[3]);
                VectorWindows.firstProducts4(ref, dist, taps, 1, width, padded[4]);
            }
            case 3 -> {
                VectorWindows.firstSums2(ref, taps, 1, width, padded[0]);
                VectorWindows.firstSums2(dist, taps, 1, width, padded[1]);
                VectorWindows.firstSquares2(ref, taps, 1, width, padded[2]);
                VectorWindows.firstSquares2(dist, taps, 1, width, padded[3]);
                VectorWindows.firstProducts2(ref, dist, taps, 1, width, padded[4]);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void reflect(float[] row, int width, int reach) {
        for (int k = 1; k <= reach; k++) {
            row[PAD - k] = row[PAD + Edge.reflect(-k, width)];
            row[PAD + width - 1 + k] = row[PAD + Edge.reflect(width - 1 + k, width)];
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
        if (width < LANES || (taps.length != 3 && taps.length != 5)) {
            super.blurRow(rows, taps, width, out);
            return;
        }
        float[] row = padded[0];
        if (taps.length == 5) {
            VectorWindows.firstSums4(rows, taps, 1, width, row);
        } else {
            VectorWindows.firstSums2(rows, taps, 1, width, row);
        }
        reflect(row, width, taps.length - 1);
        VectorWindows.horizontal(row, taps, width, out);
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
