package io.headend.core;

import org.jspecify.annotations.Nullable;

/**
 * Colour description by the code points of ITU-T H.273, where 2 is "unspecified", with the static metadata of HDR10.
 *
 * @param primaries ColourPrimaries
 * @param transfer TransferCharacteristics
 * @param matrix MatrixCoefficients
 * @param fullRange VideoFullRangeFlag
 * @param masteringDisplay the display of the grading, or {@code null} where unknown
 * @param contentLight how bright the content gets, or {@code null} where unknown
 */
public record ColorInfo(
        int primaries,
        int transfer,
        int matrix,
        boolean fullRange,
        @Nullable MasteringDisplay masteringDisplay,
        @Nullable ContentLightLevel contentLight) {

    /** TransferCharacteristics of SMPTE ST 2084 (PQ), the curve of HDR10. */
    public static final int TRANSFER_PQ = 16;

    /** TransferCharacteristics of hybrid log-gamma, ARIB STD-B67. */
    public static final int TRANSFER_HLG = 18;

    public static final ColorInfo UNSPECIFIED = new ColorInfo(2, 2, 2, false);
    public static final ColorInfo BT709 = new ColorInfo(1, 1, 1, false);
    /** BT.2020 colours on the PQ curve, without metadata. */
    public static final ColorInfo BT2020_PQ = new ColorInfo(9, TRANSFER_PQ, 9, false);
    /** BT.2020 colours on the HLG curve. */
    public static final ColorInfo BT2020_HLG = new ColorInfo(9, TRANSFER_HLG, 9, false);

    public ColorInfo {
        if ((primaries | transfer | matrix) < 0 || (primaries | transfer | matrix) > 255) {
            throw new IllegalArgumentException("H.273 code points are 0..255");
        }
    }

    /** Without static metadata. */
    public ColorInfo(int primaries, int transfer, int matrix, boolean fullRange) {
        this(primaries, transfer, matrix, fullRange, null, null);
    }

    /** Whether the transfer characteristics are those of high dynamic range: PQ or HLG. */
    public boolean isHighDynamicRange() {
        return transfer == TRANSFER_PQ || transfer == TRANSFER_HLG;
    }

    public ColorInfo withStaticMetadata(@Nullable MasteringDisplay display, @Nullable ContentLightLevel light) {
        return new ColorInfo(primaries, transfer, matrix, fullRange, display, light);
    }

    public ColorInfo withFullRange(boolean newFullRange) {
        return new ColorInfo(primaries, transfer, matrix, newFullRange, masteringDisplay, contentLight);
    }
}
