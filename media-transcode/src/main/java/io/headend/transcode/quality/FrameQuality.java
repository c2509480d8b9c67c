package io.headend.transcode.quality;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a meter found for one pair of frames. Immutable. */
public final class FrameQuality {

    private final long index;
    private final long pts;
    private final boolean gopStart;
    private final @Nullable VmafFeatures features;
    private final @Nullable VmafFeatures gainLimitedFeatures;
    private final Map<Metric, Double> scores;

    FrameQuality(
            long index,
            long pts,
            boolean gopStart,
            @Nullable VmafFeatures features,
            @Nullable VmafFeatures gainLimitedFeatures,
            Map<Metric, Double> scores) {
        this.index = index;
        this.pts = pts;
        this.gopStart = gopStart;
        this.features = features;
        this.gainLimitedFeatures = gainLimitedFeatures;
        this.scores = Collections.unmodifiableMap(scores);
    }

    /** Number of the pair as pushed, from 0; with sub-sampling not every number occurs. */
    public long index() {
        return index;
    }

    /** The time that was pushed with the pair. */
    public long pts() {
        return pts;
    }

    /** Whether the pair was pushed as the first of a group of pictures. */
    public boolean isGopStart() {
        return gopStart;
    }

    /** The features behind the VMAF scores; {@code null} if no metric needed them. */
    public @Nullable VmafFeatures features() {
        return features;
    }

    /** The features with enhancement gain limited to 1, behind NEG scores; {@code null} if no metric needed them. */
    public @Nullable VmafFeatures gainLimitedFeatures() {
        return gainLimitedFeatures;
    }

    /** The metrics that were measured. */
    public Set<Metric> metrics() {
        return scores.keySet();
    }

    /**
     * The score of one metric.
     *
     * @throws IllegalArgumentException if it was not measured
     */
    public double score(Metric metric) {
        Double score = scores.get(metric);
        if (score == null) {
            throw new IllegalArgumentException(metric.key() + " was not measured");
        }
        return score;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("frame ").append(index);
        for (Metric metric : metrics()) {
            out.append(' ').append(metric.key()).append('=').append(score(metric));
        }
        return out.toString();
    }
}
