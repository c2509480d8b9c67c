package io.headend.transcode.compare;

import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Pooled;
import io.headend.transcode.quality.QualityReport;

/**
 * One encode of one clip and what the meters say of it.
 *
 * @param clip name of the clip
 * @param control name of the contender
 * @param label what it was asked for, such as {@code crf 23}
 * @param rate bit/s over the length of the clip
 * @param quality VMAF, VMAF NEG, SSIM of luma and PSNR of luma; its groups are stretches of the comparison's GOP length from
 *     the first picture on, wherever the encode has its own
 */
public record Trial(String clip, String control, String label, double rate, Encoded encoded, QualityReport quality) {

    /** Mean over the pictures. */
    public double mean(Metric metric) {
        return quality.pooled(metric).mean();
    }

    /** The number that stands on the axis of a rate-distortion curve: the mean, for SSIM in decibels. */
    public double onCurve(Metric metric) {
        double mean = mean(metric);
        return metric == Metric.SSIM ? -10 * Math.log10(Math.max(1e-10, 1 - mean)) : mean;
    }

    /** Means of the groups of pictures as a few numbers. */
    public Pooled gops(Metric metric) {
        return Pooled.of(quality.gops().stream()
                .mapToDouble(gop -> {
                    Pooled pooled = gop.pooled().get(metric);
                    return pooled == null ? Double.NaN : pooled.mean();
                })
                .toArray());
    }
}
