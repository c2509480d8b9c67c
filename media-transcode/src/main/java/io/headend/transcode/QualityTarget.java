package io.headend.transcode;

/**
 * A band of quality for every group of pictures. A group that would fall below a floor gets more bits, one that exceeds both
 * ceilings gets fewer; within the band the base quality stands.
 *
 * @param vmafFloor 0 to 100, 0 for none
 * @param vmafCeiling 0 to 100, not below the floor; 100 for none
 * @param ssimFloor SSIM of luma, 0 to 1, 0 for none
 * @param ssimCeiling 0 to 1, not below the floor; 1 for none
 * @param pooling how the sampled pictures of a group become the one number that is held against the band
 */
public record QualityTarget(
        double vmafFloor, double vmafCeiling, double ssimFloor, double ssimCeiling, Pooling pooling) {

    /** How scores of many pictures become one. */
    public enum Pooling {
        MEAN,
        /** The score that a tenth of the pictures do not reach. */
        P10,
        MIN
    }

    /** No floor and no ceiling. */
    public static final QualityTarget NONE = new QualityTarget(0, 100, 0, 1, Pooling.MEAN);

    public QualityTarget {
        requireBand("VMAF", vmafFloor, vmafCeiling, 100);
        requireBand("SSIM", ssimFloor, ssimCeiling, 1);
    }

    /** A band of VMAF alone. */
    public static QualityTarget vmaf(double floor, double ceiling) {
        return new QualityTarget(floor, ceiling, 0, 1, Pooling.MEAN);
    }

    /** With a band of SSIM as well. */
    public QualityTarget withSsim(double floor, double ceiling) {
        return new QualityTarget(vmafFloor, vmafCeiling, floor, ceiling, pooling);
    }

    public QualityTarget withPooling(Pooling newPooling) {
        return new QualityTarget(vmafFloor, vmafCeiling, ssimFloor, ssimCeiling, newPooling);
    }

    /** Whether there is anything to hold. */
    public boolean isBounded() {
        return vmafFloor > 0 || vmafCeiling < 100 || ssimFloor > 0 || ssimCeiling < 1;
    }

    private static void requireBand(String metric, double floor, double ceiling, double most) {
        if (!(floor >= 0 && floor <= ceiling && ceiling <= most)) {
            throw new IllegalArgumentException(metric + " band " + floor + " to " + ceiling
                    + " is not a floor and a ceiling within 0.." + (int) most);
        }
    }
}
