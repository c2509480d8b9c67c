package io.headend.transcode.tsc;

import io.headend.transcode.ContentClass;
import io.headend.transcode.PictureScores;
import io.headend.transcode.QualityTarget;
import org.jspecify.annotations.Nullable;

/**
 * From the expected quality of a group of pictures to its quantiser offset. Finer where a floor would be missed, by the metric
 * that needs it more; coarser only where both ceilings are passed. No expectation, no offset. Pure.
 */
final class OffsetPolicy {

    static final double MOST = 6;
    static final double SLEW_FINER = -4;
    static final double SLEW_COARSER = 2;

    // A group aims a little inside the band, because an expectation errs by about one VMAF.
    private static final double VMAF_MARGIN = 0.5;
    private static final double SSIM_DB_MARGIN = 0.1;

    private final QualityTarget target;

    OffsetPolicy(QualityTarget target) {
        this.target = target;
    }

    /**
     * @param expected quality at offset 0
     * @param vmafSlope VMAF lost by one quantiser step, above 0
     * @param ssimSlope SSIM in dB lost by one quantiser step, above 0
     * @param before offset of the group before; {@code NaN} where the scene is new, which frees the step
     */
    double offset(
            @Nullable PictureScores expected, double vmafSlope, double ssimSlope, ContentClass content, double before) {
        if (expected == null || !target.isBounded()) {
            return 0;
        }
        double wanted = wanted(expected, vmafSlope, ssimSlope, content);
        if (content == ContentClass.DARK) {
            wanted = Math.min(0, wanted);
        }
        if (!Double.isNaN(before)) {
            wanted = Math.max(before + SLEW_FINER, Math.min(before + SLEW_COARSER, wanted));
        }
        return Math.max(-MOST, Math.min(MOST, wanted));
    }

    private double wanted(PictureScores expected, double vmafSlope, double ssimSlope, ContentClass content) {
        double ssim = decibels(expected.ssim());
        double finer = 0;
        if (target.vmafFloor() > 0) {
            finer = Math.min(finer, (expected.vmaf() - target.vmafFloor() - VMAF_MARGIN) / vmafSlope);
        }
        // Unpredictable detail would take any number of bits for an SSIM that nobody sees.
        if (target.ssimFloor() > 0 && content != ContentClass.RESTLESS) {
            finer = Math.min(finer, (ssim - decibels(target.ssimFloor()) - SSIM_DB_MARGIN) / ssimSlope);
        }
        if (finer < 0) {
            return finer;
        }
        double coarser = Double.POSITIVE_INFINITY;
        if (target.vmafCeiling() < 100) {
            coarser = Math.min(coarser, (expected.vmaf() - target.vmafCeiling() + VMAF_MARGIN) / vmafSlope);
        }
        if (target.ssimCeiling() < 1) {
            coarser = Math.min(coarser, (ssim - decibels(target.ssimCeiling()) + SSIM_DB_MARGIN) / ssimSlope);
        }
        return Double.isInfinite(coarser) ? 0 : Math.max(0, coarser);
    }

    static double decibels(double ssim) {
        return -10 * Math.log10(Math.max(1e-6, 1 - ssim));
    }

    static double ratio(double decibels) {
        return 1 - Math.pow(10, -decibels / 10);
    }
}
