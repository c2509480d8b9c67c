package io.headend.transcode.quality;

/**
 * The six features of VMAF v0.6.1 for one frame, as they enter the regression. They are not clipped: a sharpened picture
 * has values above 1.
 *
 * @param adm2 detail loss measure
 * @param motion2 the lesser of the motion from the frame before and to the frame after, at least 0
 * @param vif0 visual information fidelity at full size
 * @param vif1 at half size
 * @param vif2 at a quarter of the size
 * @param vif3 at an eighth of the size
 */
public record VmafFeatures(double adm2, double motion2, double vif0, double vif1, double vif2, double vif3) {

    static final int COUNT = 6;

    double[] toArray() {
        return new double[] {adm2, motion2, vif0, vif1, vif2, vif3};
    }
}
