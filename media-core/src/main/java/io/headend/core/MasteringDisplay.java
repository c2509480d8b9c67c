package io.headend.core;

/**
 * The display on which high dynamic range pictures were graded: SMPTE ST 2086, coded as in ITU-T H.265 clause D.3.28 and the
 * {@code mdcv} box.
 *
 * @param maxLuminance in 0.0001 cd/m², 32 bits without sign
 * @param minLuminance in 0.0001 cd/m², 32 bits without sign
 */
public record MasteringDisplay(
        Chromaticity red,
        Chromaticity green,
        Chromaticity blue,
        Chromaticity whitePoint,
        long maxLuminance,
        long minLuminance) {

    /** Steps of luminance in one cd/m². */
    public static final int STEPS = 10_000;

    public MasteringDisplay {
        if (minLuminance < 0 || maxLuminance < 0 || minLuminance > 0xffff_ffffL || maxLuminance > 0xffff_ffffL) {
            throw new IllegalArgumentException(
                    "luminance " + minLuminance + " to " + maxLuminance + " is outside 0..2^32-1");
        }
    }
}
