package io.headend.transcode.tsc;

/**
 * What a coarse encode of a few pictures found.
 *
 * @param detailBits bits per sample of the first picture
 * @param motionBits bits per sample of the others, in the mean; 0 if there were none
 * @param vmaf {@code NaN} if not measured
 * @param ssim of luma, {@code NaN} if not measured
 */
public record ProbeResult(double detailBits, double motionBits, double vmaf, double ssim) {

    public boolean hasScores() {
        return !Double.isNaN(vmaf);
    }

    public double ssimDb() {
        return QualityCurve.decibels(ssim);
    }
}
