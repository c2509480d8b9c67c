package io.headend.core;

/**
 * Colour description by the code points of ITU-T H.273; 2 is "unspecified".
 *
 * @param primaries ColourPrimaries
 * @param transfer TransferCharacteristics
 * @param matrix MatrixCoefficients
 * @param fullRange VideoFullRangeFlag
 */
public record ColorInfo(int primaries, int transfer, int matrix, boolean fullRange) {

    public static final ColorInfo UNSPECIFIED = new ColorInfo(2, 2, 2, false);
    public static final ColorInfo BT709 = new ColorInfo(1, 1, 1, false);

    public ColorInfo {
        if ((primaries | transfer | matrix) < 0 || (primaries | transfer | matrix) > 255) {
            throw new IllegalArgumentException("H.273 code points are 0..255");
        }
    }
}
