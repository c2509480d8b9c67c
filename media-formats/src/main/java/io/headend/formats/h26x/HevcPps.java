package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/** An HEVC picture parameter set (H.265, 7.3.2.3), as far as slice segment headers depend on it. */
final class HevcPps {

    static final int NAL_TYPE = 34;
    private static final int PICTURE_CTBS = 8191;

    final int id;
    final int spsId;
    final boolean dependentSliceSegments;
    final boolean outputFlag;
    final int extraSliceHeaderBits;
    final boolean cabacInit;
    final int numRefIdxL0;
    final int numRefIdxL1;
    final boolean sliceChromaQpOffsets;
    final boolean weightedPred;
    final boolean weightedBipred;
    final boolean entryPoints;
    final boolean loopFilterAcrossSlices;
    final boolean deblockingOverride;
    final boolean deblockingDisabled;
    final boolean listsModification;
    final boolean sliceHeaderExtension;
    final boolean chromaQpOffsetList;
    final boolean currPicRef;
    final boolean sliceActQpOffsets;

    private HevcPps(BitReader in) {
        in.skip(16);
        id = in.ue(63, "pps_pic_parameter_set_id");
        spsId = in.ue(15, "pps_seq_parameter_set_id");
        dependentSliceSegments = in.flag();
        outputFlag = in.flag();
        extraSliceHeaderBits = in.u(3);
        in.skip(1);
        cabacInit = in.flag();
        numRefIdxL0 = 1 + in.ue(14, "num_ref_idx_l0_default_active_minus1");
        numRefIdxL1 = 1 + in.ue(14, "num_ref_idx_l1_default_active_minus1");
        in.se();
        in.skip(1);
        boolean transformSkip = in.flag();
        if (in.flag()) {
            in.ue();
        }
        in.se();
        in.se();
        sliceChromaQpOffsets = in.flag();
        weightedPred = in.flag();
        weightedBipred = in.flag();
        in.skip(1);
        boolean tiles = in.flag();
        entryPoints = in.flag() || tiles;
        if (tiles) {
            tiles(in);
        }
        loopFilterAcrossSlices = in.flag();
        boolean deblockingControl = in.flag();
        deblockingOverride = deblockingControl && in.flag();
        deblockingDisabled = deblockingControl && in.flag();
        if (deblockingControl && !deblockingDisabled) {
            in.se();
            in.se();
        }
        if (in.flag()) {
            HevcSps.skipScalingListData(in);
        }
        listsModification = in.flag();
        in.ue();
        sliceHeaderExtension = in.flag();
        int extensions = in.flag() ? in.u(8) : 0;
        boolean screenContent = (extensions & 0x10) != 0;
        if (screenContent && (extensions & 0x60) != 0) {
            throw MediaException.unsupported("Screen content coding in a multi-layer HEVC stream is not supported.");
        }
        chromaQpOffsetList = (extensions & 0x80) != 0 && rangeExtension(in, transformSkip);
        currPicRef = screenContent && in.flag();
        boolean colourTransform = screenContent && in.flag();
        sliceActQpOffsets = colourTransform && in.flag();
    }

    static HevcPps parse(ByteBuffer nal) {
        return new HevcPps(new BitReader(nal));
    }

    private static void tiles(BitReader in) {
        int columns = in.ue(PICTURE_CTBS, "num_tile_columns_minus1");
        int rows = in.ue(PICTURE_CTBS, "num_tile_rows_minus1");
        if (!in.flag()) {
            for (int i = columns + rows; i > 0; i--) {
                in.ue();
            }
        }
        in.skip(1);
    }

    /** pps_range_extension(); gives chroma_qp_offset_list_enabled_flag. */
    private static boolean rangeExtension(BitReader in, boolean transformSkip) {
        if (transformSkip) {
            in.ue();
        }
        in.skip(1);
        boolean list = in.flag();
        if (list) {
            in.ue();
            for (int i = in.ue(5, "chroma_qp_offset_list_len_minus1"); i >= 0; i--) {
                in.se();
                in.se();
            }
        }
        in.ue();
        in.ue();
        return list;
    }
}
