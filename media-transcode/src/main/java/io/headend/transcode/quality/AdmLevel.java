package io.headend.transcode.quality;

import java.util.Arrays;

/** One wavelet level of the detail loss measure, worked through row by row. */
final class AdmLevel {

    /** Watson's basis function amplitudes, and the model's constants (display: 1080 rows seen from three heights). */
    private static final double[] AMPLITUDE_HV = {.67234, .41317, .22727, .11792};

    private static final double[] AMPLITUDE_D = {.72709, .49428, .28688, .15214};
    private static final double SAMPLES_PER_DEGREE = 3.0 * 1080 * Math.PI / 180;
    private static final double DIAGONAL = 0.534;

    private static final int SLOTS = 3;

    private final Kernels kernels;
    private final int inWidth;
    private final int inHeight;
    private final int bandWidth;
    private final int bandHeight;
    private final int left;
    private final int top;
    private final AdmRow row;
    private final Bands refBands;
    private final Bands distBands;
    private final Restored withGain;
    private final Restored noGain;
    private double reference;

    AdmLevel(int level, int width, int height, Kernels kernels) {
        this.kernels = kernels;
        inWidth = width;
        inHeight = height;
        bandWidth = (width + 1) / 2;
        bandHeight = (height + 1) / 2;
        left = (int) (0.1 * bandWidth - 0.5);
        top = (int) (0.1 * bandHeight - 0.5);
        row = new AdmRow(bandWidth);
        row.columns = bandWidth;
        row.weightHv = (float) weight(AMPLITUDE_HV[level], 1.0, level);
        row.weightD = (float) weight(AMPLITUDE_D[level], DIAGONAL, level);
        refBands = new Bands();
        distBands = new Bands();
        withGain = new Restored();
        noGain = new Restored();
    }

    private static double weight(double amplitude, double orientation, int level) {
        double y = Math.log10(Math.scalb(0.401 * orientation, level + 1) / SAMPLES_PER_DEGREE);
        return amplitude / (2 * 0.495 * Math.pow(10, 0.466 * y * y));
    }

    void measure(WaveletRows ref, WaveletRows dist, boolean gain, boolean limited) {
        reference = 0;
        withGain.clear();
        noGain.clear();
        double[] refSums = new double[SLOTS];
        for (int y = 0; y < bandHeight; y++) {
            boolean needed = y >= top - 1 && y <= bandHeight - top;
            refBands.transform(ref, y, needed, row.ref);
            distBands.transform(dist, y, needed, row.dist);
            if (!needed) {
                continue;
            }
            if (inRegion(y)) {
                kernels.addReferenceCubes(row, left, bandWidth - left);
                if ((y + 1) % Kernels.FOLD_ROWS == 0) {
                    fold(row.refCubes, refSums);
                }
            }
            if (gain) {
                withGain.add(y, VifSums.GAIN_LIMIT);
            }
            if (limited) {
                noGain.add(y, 1f);
            }
        }
        fold(row.refCubes, refSums);
        reference = cubeRoots(refSums);
    }

    private boolean inRegion(int y) {
        return y >= top && y < bandHeight - top;
    }

    private void fold(float[][] columns, double[] sums) {
        for (int band = 0; band < 3; band++) {
            sums[band] += PlainKernels.takeSum(columns[band], bandWidth);
        }
    }

    private static double cubeRoots(double[] sums) {
        return Math.cbrt(sums[0]) + Math.cbrt(sums[1]) + Math.cbrt(sums[2]);
    }

    double area() {
        return (double) (bandWidth - 2 * left) * (bandHeight - 2 * top);
    }

    double reference() {
        return reference;
    }

    double restored() {
        return cubeRoots(withGain.sums);
    }

    double restoredNoGain() {
        return cubeRoots(noGain.sums);
    }

    WaveletRows refApproximation() {
        return refBands.approximation;
    }

    WaveletRows distApproximation() {
        return distBands.approximation;
    }

    /** What is left of the reference, held for three rows because the masking window looks one row ahead. */
    private final class Restored {

        private final float[][][] restored = new float[SLOTS][3][bandWidth];
        private final float[][] added = new float[SLOTS][bandWidth];
        private final float[][] cubes = new float[3][bandWidth];
        private final double[] sums = new double[3];

        void clear() {
            Arrays.fill(sums, 0);
        }

        void add(int y, float gainLimit) {
            row.restored = restored[y % SLOTS];
            row.added = added[y % SLOTS];
            row.restoredCubes = cubes;
            kernels.decouple(row, gainLimit, Math.max(0, left - 1), Math.min(bandWidth, bandWidth - left + 1));
            if (y > 0 && inRegion(y - 1)) {
                mask(y - 1);
            }
            if (y == bandHeight - 1) {
                if (inRegion(y)) {
                    mask(y);
                }
                fold(cubes, sums);
            } else if (y == bandHeight - top) {
                fold(cubes, sums);
            }
        }

        private void mask(int y) {
            row.restored = restored[y % SLOTS];
            row.here = added[y % SLOTS];
            row.above = added[(y > 0 ? y - 1 : Math.min(1, bandHeight - 1)) % SLOTS];
            row.below = added[Math.min(y + 1, bandHeight - 1) % SLOTS];
            kernels.addMaskedCubes(row, left, bandWidth - left);
            if ((y + 1) % Kernels.FOLD_ROWS == 0) {
                fold(cubes, sums);
            }
        }
    }

    /** The wavelet transform of one picture at this level. */
    private final class Bands {

        private final float[][] window = new float[4][];
        private final float[] lowEven = new float[bandWidth];
        private final float[] lowOdd = new float[bandWidth];
        private final float[] highEven = new float[bandWidth];
        private final float[] highOdd = new float[bandWidth];
        private final float[] before = new float[bandWidth];
        private final float[] after = new float[bandWidth];
        private final float[] low = new float[bandWidth];
        private final WaveletRows.Stored approximation = new WaveletRows.Stored(
                new float[bandHeight][(bandWidth + 1) / 2], new float[bandHeight][(bandWidth + 1) / 2]);

        void transform(WaveletRows rows, int y, boolean details, float[][] out) {
            for (int k = 0; k < 4; k++) {
                window[k] = rows.even(Edge.wavelet(2 * y - 1 + k, inHeight));
            }
            kernels.wavelet(window, bandWidth, lowEven, highEven);
            for (int k = 0; k < 4; k++) {
                window[k] = rows.odd(Edge.wavelet(2 * y - 1 + k, inHeight));
            }
            kernels.wavelet(window, inWidth / 2, lowOdd, highOdd);
            horizontal(lowEven, lowOdd, low, out[AdmRow.V]);
            kernels.split(low, bandWidth, approximation.even(y), approximation.odd(y));
            if (details) {
                horizontal(highEven, highOdd, out[AdmRow.H], out[AdmRow.D]);
            }
        }

        private void horizontal(float[] even, float[] odd, float[] lowOut, float[] highOut) {
            int last = bandWidth - 1;
            boolean whole = inWidth % 2 == 0;
            System.arraycopy(odd, 0, before, 1, last);
            before[0] = inWidth > 1 ? odd[0] : even[0];
            System.arraycopy(even, 1, after, 0, last);
            if (whole) {
                after[last] = odd[last];
            } else {
                after[last] = last > 0 ? odd[last - 1] : even[0];
                odd[last] = even[last];
            }
            window[0] = before;
            window[1] = even;
            window[2] = odd;
            window[3] = after;
            kernels.wavelet(window, bandWidth, lowOut, highOut);
        }
    }
}
