package io.headend.transcode.quality;

/**
 * What happens to a regression's result before it is a score: a parabola (where {@code enabled}), never below the result
 * itself where {@code neverBelow}, then clipping.
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record ScoreTransform(boolean enabled, double[] parabola, boolean neverBelow, double least, double most) {

    static final ScoreTransform NONE = new ScoreTransform(false, new double[] {0, 1, 0}, false, 0, 100);
    static final ScoreTransform PHONE =
            new ScoreTransform(true, new double[] {1.70674692, 1.72643844, -0.00705305}, true, 0, 100);

    double apply(double raw) {
        double score = raw;
        if (enabled) {
            score = parabola[0] + raw * (parabola[1] + raw * parabola[2]);
            score = neverBelow ? Math.max(score, raw) : score;
        }
        return Math.max(least, Math.min(most, score));
    }
}
