package io.headend.transcode.quality;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a meter found on a clip.
 *
 * @param metrics the metrics measured
 * @param pushed pairs that were pushed
 * @param subsample every how many-th of them was measured, from the first on
 * @param frames the pairs measured, in order; at least one
 */
public record QualityReport(Set<Metric> metrics, long pushed, int subsample, List<FrameQuality> frames) {

    public QualityReport {
        metrics = Set.copyOf(metrics);
        frames = List.copyOf(frames);
    }

    /**
     * One group of pictures.
     *
     * @param firstIndex number of its first measured pair
     * @param frames measured pairs in it
     */
    public record Gop(long firstIndex, int frames, Map<Metric, Pooled> pooled) {

        public Gop {
            pooled = Map.copyOf(pooled);
        }
    }

    /** The part of the pictures that VMAF, float SSIM and PSNR look at; the other metrics' names say more. */
    public String region() {
        return "luma, whole picture";
    }

    public Pooled pooled(Metric metric) {
        return Pooled.of(frames, metric);
    }

    /** Scores by group of pictures, as marked when the pairs were pushed. */
    public List<Gop> gops() {
        List<Gop> out = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= frames.size(); i++) {
            if (i == frames.size() || frames.get(i).isGopStart()) {
                out.add(gop(frames.subList(from, i)));
                from = i;
            }
        }
        return List.copyOf(out);
    }

    private Gop gop(List<FrameQuality> part) {
        Map<Metric, Pooled> pooled = new EnumMap<>(Metric.class);
        for (Metric metric : metrics) {
            pooled.put(metric, Pooled.of(part, metric));
        }
        return new Gop(part.get(0).index(), part.size(), pooled);
    }
}
