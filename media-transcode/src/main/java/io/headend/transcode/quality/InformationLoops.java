package io.headend.transcode.quality;

/** The information terms of VIF over rows, without branches and in small loops, because HotSpot does not vectorise a large one. */
final class InformationLoops {

    /** Turns the least positive difference into something above 1. */
    static final float STEP = 1e30f;

    private InformationLoops() {}

    static void subtractProduct(float[] out, float[] a, float[] b, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] -= a[j] * b[j];
        }
    }

    static void subtractProductAtLeastZero(float[] out, float[] a, float[] b, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = Math.max(out[j] - a[j] * b[j], 0f);
        }
    }

    /** Sets {@code low}; raises {@code s1} to the noise variance at least. */
    static void lowVariance(float[] s1, float[] low, int from, int to) {
        for (int j = from; j < to; j++) {
            low[j] = Math.min(Math.max((VifSums.NOISE - s1[j]) * STEP, 0f), 1f);
            s1[j] = Math.max(s1[j], VifSums.NOISE);
        }
    }

    /** Replaces {@code v}, the noise, by the reference's signal-to-noise ratio at unit gain. */
    static void carried(float[] low, float[] s1, float[] v, int from, int to) {
        for (int j = from; j < to; j++) {
            v[j] = ((1f - low[j]) * s1[j]) / v[j];
        }
    }

    static void information(float[] gain, float[] carried, float limit, float[] product, int from, int to) {
        for (int j = from; j < to; j++) {
            float g = Math.min(gain[j], limit);
            product[j] *= 1f + g * g * carried[j];
        }
    }
}
