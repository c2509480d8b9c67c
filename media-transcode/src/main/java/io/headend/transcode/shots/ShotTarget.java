package io.headend.transcode.shots;

/**
 * What a file is to look like, as VMAF at the size at which it is scored.
 *
 * @param mean over all pictures, above 0 to 100
 * @param floor that the mean of no part of a shot falls below, 0 for none
 */
public record ShotTarget(double mean, double floor) {

    public ShotTarget {
        if (!(mean > 0 && mean <= 100 && floor >= 0 && floor <= 100)) {
            throw new IllegalArgumentException("VMAF " + mean + " with floor " + floor + " is outside 0..100");
        }
    }

    /** A mean with no floor. */
    public static ShotTarget mean(double vmaf) {
        return new ShotTarget(vmaf, 0);
    }
}
