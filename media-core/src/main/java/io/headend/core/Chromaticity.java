package io.headend.core;

/**
 * A point of the CIE 1931 diagram in steps of 0.00002, as ITU-T H.265 clause D.3.28 and ISO/IEC 14496-12 clause 12.1.6 code it.
 *
 * @param x 0 to 50000
 * @param y 0 to 50000
 */
public record Chromaticity(int x, int y) {

    public static final int STEPS = 50_000;

    public Chromaticity {
        if (x < 0 || y < 0 || x > STEPS || y > STEPS) {
            throw new IllegalArgumentException("chromaticity " + x + "," + y + " is outside 0.." + STEPS);
        }
    }
}
