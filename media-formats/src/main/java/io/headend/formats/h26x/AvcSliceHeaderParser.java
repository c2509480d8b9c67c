package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** slice_header() of H.264, 7.3.3. */
final class AvcSliceHeaderParser implements SliceHeaderParser {

    private static final int IDR = 5;
    private static final int AUXILIARY = 19;
    private static final int P = 0;
    private static final int B = 1;
    private static final int I = 2;
    private static final int SP = 3;
    private static final int SI = 4;

    private final @Nullable AvcSps[] spsById = new AvcSps[32];
    private final @Nullable AvcPps[] ppsById = new AvcPps[256];

    @Override
    public @Nullable SliceHeader parse(ByteBuffer nal) {
        if (!nal.hasRemaining()) {
            throw MediaException.malformed("A NAL unit is empty; the sample is damaged.");
        }
        int type = nal.get(nal.position()) & 0x1F;
        switch (type) {
            case 1, IDR, AUXILIARY -> {
                return header(nal);
            }
            case 2, 3, 4 ->
                throw MediaException.unsupported(
                        "AVC data partitioning (Extended profile) is not supported; transcode the source.");
            case AvcSps.NAL_TYPE -> {
                AvcSps sps = AvcSps.parse(nal);
                spsById[sps.id()] = sps;
            }
            case AvcPps.NAL_TYPE -> {
                AvcPps pps = AvcPps.parse(nal);
                ppsById[pps.id] = pps;
            }
            default -> {
                // Nothing that a slice header depends on.
            }
        }
        return null;
    }

    private SliceHeader header(ByteBuffer nal) {
        BitReader in = new BitReader(nal);
        int nalHeader = in.u(8);
        boolean reference = (nalHeader & 0x60) != 0;
        boolean idr = (nalHeader & 0x1F) == IDR;
        boolean first = in.ue() == 0;
        int type = in.ue(9, "slice_type") % 5;
        int ppsId = in.ue(255, "pic_parameter_set_id");
        AvcPps pps = ppsById[ppsId];
        AvcSps sps = pps == null ? null : spsById[pps.spsId];
        if (pps == null || sps == null) {
            throw MediaException.malformed("A slice refers to AVC picture parameter set " + ppsId
                    + ", which has not come with its sequence parameter set; start at a key frame.");
        }
        boolean field = picture(in, sps, idr);
        orderCount(in, sps, pps, field);
        if (pps.redundantPicCnt) {
            in.ue();
        }
        if (type == B) {
            in.skip(1);
        }
        references(in, sps, pps, type);
        if (reference) {
            marking(in, idr);
        }
        if (pps.cabac && type != I && type != SI) {
            in.ue();
        }
        in.se();
        if (type == SP || type == SI) {
            in.skip(type == SP ? 1 : 0);
            in.se();
        }
        if (pps.deblockingControl && in.ue() != 1) {
            in.se();
            in.se();
        }
        if (pps.numSliceGroups > 1 && pps.sliceGroupMapType >= 3 && pps.sliceGroupMapType <= 5) {
            in.skip(changeCycleBits(sps.picSizeInMapUnits(), pps.sliceGroupChangeRate));
        }
        return new SliceHeader(in.consumedBytes(), type(type), first, ppsId);
    }

    /** Up to idr_pic_id; gives field_pic_flag. */
    private static boolean picture(BitReader in, AvcSps sps, boolean idr) {
        if (sps.separateColourPlanes()) {
            in.skip(2);
        }
        in.skip(sps.log2MaxFrameNum());
        boolean field = !sps.frameMbsOnly() && in.flag();
        if (field) {
            in.skip(1);
        }
        if (idr) {
            in.ue();
        }
        return field;
    }

    private static void orderCount(BitReader in, AvcSps sps, AvcPps pps, boolean field) {
        boolean bottom = pps.bottomFieldPicOrder && !field;
        if (sps.picOrderCntType() == 0) {
            in.skip(sps.log2MaxPicOrderCntLsb());
            if (bottom) {
                in.se();
            }
        } else if (sps.picOrderCntType() == 1 && !sps.deltaPicOrderAlwaysZero()) {
            in.se();
            if (bottom) {
                in.se();
            }
        }
    }

    /** From num_ref_idx_active_override_flag to pred_weight_table(). */
    private static void references(BitReader in, AvcSps sps, AvcPps pps, int type) {
        if (type == I || type == SI) {
            return;
        }
        int l0 = pps.numRefIdxL0;
        int l1 = pps.numRefIdxL1;
        if (in.flag()) {
            l0 = 1 + in.ue(31, "num_ref_idx_l0_active_minus1");
            l1 = type == B ? 1 + in.ue(31, "num_ref_idx_l1_active_minus1") : l1;
        }
        modification(in);
        if (type == B) {
            modification(in);
        }
        if (type == B ? pps.weightedBipredIdc == 1 : pps.weightedPred) {
            boolean chroma = sps.chromaArrayType() != 0;
            in.ue();
            if (chroma) {
                in.ue();
            }
            weights(in, l0, chroma);
            weights(in, type == B ? l1 : 0, chroma);
        }
    }

    private static void modification(BitReader in) {
        if (in.flag()) {
            while (in.ue(3, "modification_of_pic_nums_idc") != 3) {
                in.ue();
            }
        }
    }

    private static void weights(BitReader in, int count, boolean chroma) {
        for (int i = 0; i < count; i++) {
            if (in.flag()) {
                in.se();
                in.se();
            }
            if (chroma && in.flag()) {
                for (int j = 0; j < 4; j++) {
                    in.se();
                }
            }
        }
    }

    /** dec_ref_pic_marking() of 7.3.3.3. */
    private static void marking(BitReader in, boolean idr) {
        if (idr) {
            in.skip(2);
            return;
        }
        if (!in.flag()) {
            return;
        }
        for (int operation; (operation = in.ue(6, "memory_management_control_operation")) != 0; ) {
            if (operation != 5) {
                in.ue();
            }
            if (operation == 3) {
                in.ue();
            }
        }
    }

    /** Ceil(Log2(PicSizeInMapUnits / SliceGroupChangeRate + 1)) with an exact division. */
    static int changeCycleBits(int mapUnits, long changeRate) {
        int bits = 0;
        while (((1L << bits) - 1) * changeRate < mapUnits) {
            bits++;
        }
        return bits;
    }

    private static SliceHeader.Type type(int sliceType) {
        return switch (sliceType) {
            case P, SP -> SliceHeader.Type.P;
            case B -> SliceHeader.Type.B;
            default -> SliceHeader.Type.I;
        };
    }
}
