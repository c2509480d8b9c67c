package io.headend.transcode.compare;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Bjøntegaard's rate difference: how many more bits one curve needs than another for the same quality, averaged over the
 * qualities that both reach.
 *
 * @param percent -10 where a tenth of the bits is saved; {@code NaN} where refused
 * @param overlap range of quality that both curves have, divided by the range that either has
 * @param refusal why there is no number, or {@code null}
 */
public record BdRate(
        double percent, double overlap, @Nullable String refusal) {

    /** Least overlap for which a number is given. */
    public static final double LEAST_OVERLAP = 0.3;

    private static final int LEAST_POINTS = 3;

    /** Of {@code test} against {@code anchor}. */
    public static BdRate of(RdCurve anchor, RdCurve test) {
        int points = Math.min(anchor.points().size(), test.points().size());
        if (points < LEAST_POINTS) {
            return refused(
                    Double.NaN,
                    "only " + points + " points on which quality rises with rate; it takes " + LEAST_POINTS);
        }
        double low = Math.max(anchor.lowest(), test.lowest());
        double high = Math.min(anchor.highest(), test.highest());
        double all = Math.max(anchor.highest(), test.highest()) - Math.min(anchor.lowest(), test.lowest());
        double overlap = Math.max(0, high - low) / all;
        if (overlap < LEAST_OVERLAP) {
            return refused(
                    overlap,
                    String.format(
                            Locale.ROOT,
                            "the curves have %.0f %% of their range of quality in common; it takes %.0f %%",
                            100 * overlap,
                            100 * LEAST_OVERLAP));
        }
        double difference = (test.integral(low, high) - anchor.integral(low, high)) / (high - low);
        return new BdRate(100 * Math.expm1(difference), overlap, null);
    }

    static BdRate refused(double overlap, String reason) {
        return new BdRate(Double.NaN, overlap, reason);
    }

    public boolean isRefused() {
        return refusal != null;
    }
}
