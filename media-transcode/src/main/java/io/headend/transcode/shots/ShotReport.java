package io.headend.transcode.shots;

import java.util.List;

/**
 * How a file was encoded.
 *
 * @param parts in order
 * @param vmaf mean over all pictures of the finished file, as measured
 * @param again parts that were encoded once more because the first encode missed the target or the buffer
 * @param late pictures that a decoder's buffer would not get in time; 0 where the stream conforms
 * @param cpuNanos processor time of encoders and meters, probes included, decoding of the source left out
 */
public record ShotReport(List<Part> parts, double vmaf, int again, long late, long cpuNanos) {

    public ShotReport {
        parts = List.copyOf(parts);
    }

    /**
     * A group of pictures.
     *
     * @param firstFrame number of its first picture
     * @param frames how many
     * @param shot number of the shot that it belongs to
     * @param factor constant rate factor
     * @param bytes of its samples
     * @param vmaf mean, as measured
     */
    public record Part(long firstFrame, int frames, int shot, double factor, long bytes, double vmaf) {}

    /** Bytes of all samples. */
    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** The worst part's mean. */
    public double worst() {
        return parts.stream().mapToDouble(Part::vmaf).min().orElse(Double.NaN);
    }

    public int shots() {
        return parts.get(parts.size() - 1).shot() + 1;
    }
}
