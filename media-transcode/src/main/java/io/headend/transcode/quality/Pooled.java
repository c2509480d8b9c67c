package io.headend.transcode.quality;

import java.util.Arrays;
import java.util.Collection;

/**
 * Many frames' scores as a few numbers.
 *
 * @param mean arithmetic mean, the clip score of libvmaf's tool
 * @param harmonicMean {@code n / sum(1 / (score + 1)) - 1}, libvmaf's definition; bad frames weigh more
 * @param min the worst frame
 * @param p5 the score that 5 % of the frames do not reach (linear between neighbours in rank)
 * @param p10 the score that 10 % of the frames do not reach
 * @param frames how many frames went in, at least 1
 */
public record Pooled(double mean, double harmonicMean, double min, double p5, double p10, int frames) {

    /** Pools the scores of one metric; there must be at least one frame. */
    public static Pooled of(Collection<FrameQuality> frames, Metric metric) {
        return of(frames.stream().mapToDouble(frame -> frame.score(metric)).toArray());
    }

    /** Pools numbers, such as the means of groups of pictures; there must be at least one. */
    public static Pooled of(double[] scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException("there is nothing to pool");
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double sum = 0;
        double inverse = 0;
        for (double score : sorted) {
            sum += score;
            inverse += 1 / (score + 1);
        }
        int n = sorted.length;
        return new Pooled(sum / n, n / inverse - 1, sorted[0], percentile(sorted, 0.05), percentile(sorted, 0.10), n);
    }

    private static double percentile(double[] sorted, double share) {
        double rank = share * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
