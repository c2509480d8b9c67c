package io.headend.transcode.tsc;

import io.headend.transcode.PictureScores;

/**
 * Expected quality of a group of pictures by quantiser offset. What is missing of VMAF grows by a factor with each step, SSIM in
 * decibels falls by a constant.
 *
 * @param loss natural logarithm of what VMAF lacks to {@link #BEST}, at offset 0
 * @param lossSlope its growth per step, above 0
 * @param db SSIM in decibels at offset 0
 * @param dbSlope its loss per step, above 0
 */
record QualityCurve(double loss, double lossSlope, double db, double dbSlope) {

    // Above 100, so that the logarithm of a perfect score is finite and its error small.
    private static final double BEST = 102;

    static double loss(double vmaf) {
        return Math.log(BEST - Math.max(0, Math.min(100, vmaf)));
    }

    private static double vmaf(double loss) {
        return Math.max(0, Math.min(100, BEST - Math.exp(loss)));
    }

    static double decibels(double ssim) {
        return -10 * Math.log10(Math.max(1e-6, 1 - ssim));
    }

    static double ratio(double decibels) {
        return 1 - Math.pow(10, -decibels / 10);
    }

    PictureScores at(double offset) {
        return new PictureScores(vmaf(loss + lossSlope * offset), ratio(db - dbSlope * offset));
    }

    /** The offset with this VMAF. */
    double offsetForVmaf(double vmaf) {
        return (loss(vmaf) - loss) / lossSlope;
    }

    /** The offset with this SSIM in decibels. */
    double offsetForDecibels(double decibels) {
        return (db - decibels) / dbSlope;
    }

    QualityCurve moved(double byLoss, double byDb) {
        return new QualityCurve(loss + byLoss, lossSlope, db + byDb, dbSlope);
    }
}
