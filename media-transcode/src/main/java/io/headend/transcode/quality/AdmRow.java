package io.headend.transcode.quality;

/**
 * The rows that the detail loss measure works on at one wavelet level: the three detail bands of the reference and of the
 * distorted picture, what remains of them, and column sums.
 *
 * <p>With o a reference and t a distorted coefficient, the restored part is {@code x = clamp(t, 0, g * o)}, where g is the
 * gain limit if the two pictures' (horizontal, vertical) vectors enclose less than one degree, else 1; the additive part
 * is {@code t - x} and masks the restored part of its neighbours.
 */
final class AdmRow {

    static final int H = 0;
    static final int V = 1;
    static final int D = 2;

    /** cos(1 degree) squared. */
    static final float COS_SQUARED = (float) Math.pow(Math.cos(Math.PI / 180), 2);

    /** Contrast weights of this level: of the horizontal and vertical bands, and of the diagonal one. */
    float weightHv;

    float weightD;

    /** Input: detail bands. */
    final float[][] ref;

    final float[][] dist;

    /** Output of {@code decouple}: weighted magnitudes of the restored part by band, and of the added part over all. */
    float[][] restored;

    float[] added;

    /** Input of {@code addMaskedCubes}: added part of the row above, of this one, of the row below; scratch for shifts. */
    float[] above;

    float[] here;
    float[] below;
    final float[][] shifted;

    /** Column sums of cubes. */
    final float[][] refCubes;

    float[][] restoredCubes;

    /** Number of columns of a band row. */
    int columns;

    AdmRow(int width) {
        ref = new float[3][width];
        dist = new float[3][width];
        restored = new float[3][width];
        refCubes = new float[3][width];
        restoredCubes = new float[3][width];
        shifted = new float[3][width];
        added = new float[width];
        above = added;
        here = added;
        below = added;
    }
}
