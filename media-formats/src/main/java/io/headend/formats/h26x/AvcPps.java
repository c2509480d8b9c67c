package io.headend.formats.h26x;

import java.nio.ByteBuffer;

/** An AVC picture parameter set (H.264, 7.3.2.2), as far as slice headers depend on it. */
final class AvcPps {

    static final int NAL_TYPE = 8;

    final int id;
    final int spsId;
    final boolean cabac;
    final boolean bottomFieldPicOrder;
    final int numSliceGroups;
    final int sliceGroupMapType;
    final long sliceGroupChangeRate;
    final int numRefIdxL0;
    final int numRefIdxL1;
    final boolean weightedPred;
    final int weightedBipredIdc;
    final boolean deblockingControl;
    final boolean redundantPicCnt;

    private AvcPps(BitReader in) {
        in.skip(8);
        id = in.ue(255, "pic_parameter_set_id");
        spsId = in.ue(31, "seq_parameter_set_id");
        cabac = in.flag();
        bottomFieldPicOrder = in.flag();
        numSliceGroups = 1 + in.ue(7, "num_slice_groups_minus1");
        sliceGroupMapType = numSliceGroups > 1 ? in.ue(6, "slice_group_map_type") : 0;
        sliceGroupChangeRate = numSliceGroups > 1 ? sliceGroups(in) : 1;
        numRefIdxL0 = 1 + in.ue(31, "num_ref_idx_l0_default_active_minus1");
        numRefIdxL1 = 1 + in.ue(31, "num_ref_idx_l1_default_active_minus1");
        weightedPred = in.flag();
        weightedBipredIdc = in.u(2);
        in.se();
        in.se();
        in.se();
        deblockingControl = in.flag();
        in.skip(1);
        redundantPicCnt = in.flag();
    }

    static AvcPps parse(ByteBuffer nal) {
        return new AvcPps(new BitReader(nal));
    }

    /** Reads the map of slice groups; gives SliceGroupChangeRate, or 1 where there is none. */
    private long sliceGroups(BitReader in) {
        switch (sliceGroupMapType) {
            case 0 -> {
                for (int i = 0; i < numSliceGroups; i++) {
                    in.ue();
                }
            }
            case 2 -> {
                for (int i = 0; i < numSliceGroups - 1; i++) {
                    in.ue();
                    in.ue();
                }
            }
            case 3, 4, 5 -> {
                in.skip(1);
                return 1 + in.ue();
            }
            case 6 -> {
                int idBits = 32 - Integer.numberOfLeadingZeros(numSliceGroups - 1);
                for (long left = 1 + in.ue(); left > 0; left--) {
                    in.skip(idBits);
                }
            }
            default -> {
                // Type 1, dispersed, has no parameters.
            }
        }
        return 1;
    }
}
