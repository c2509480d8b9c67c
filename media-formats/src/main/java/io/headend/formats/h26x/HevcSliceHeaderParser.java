package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** slice_segment_header() of H.265, 7.3.6. */
final class HevcSliceHeaderParser implements SliceHeaderParser {

    private static final int FIRST_IRAP = 16;
    private static final int LAST_IRAP = 23;
    private static final int IDR_W_RADL = 19;
    private static final int IDR_N_LP = 20;
    private static final int LAST_SLICE = 21;
    private static final int LAST_TRAILING = 9;
    private static final int B = 0;
    private static final int P = 1;
    private static final int I = 2;

    private final @Nullable HevcSps[] spsById = new HevcSps[16];
    private final @Nullable HevcPps[] ppsById = new HevcPps[64];

    @Override
    public @Nullable SliceHeader parse(ByteBuffer nal) {
        if (nal.remaining() < 2) {
            throw MediaException.malformed("An HEVC NAL unit has less than 2 bytes; the sample is damaged.");
        }
        int head = nal.getShort(nal.position()) & 0xFFFF;
        int type = head >> 9 & 0x3F;
        if ((head >> 3 & 0x3F) != 0) {
            return null;
        }
        if (type <= LAST_TRAILING || (type >= FIRST_IRAP && type <= LAST_SLICE)) {
            return header(nal, type);
        }
        if (type == HevcSps.NAL_TYPE) {
            HevcSps sps = HevcSps.parse(nal);
            spsById[sps.id()] = sps;
        } else if (type == HevcPps.NAL_TYPE) {
            HevcPps pps = HevcPps.parse(nal);
            ppsById[pps.id] = pps;
        }
        return null;
    }

    private SliceHeader header(ByteBuffer nal, int nalType) {
        BitReader in = new BitReader(nal);
        in.skip(16);
        boolean first = in.flag();
        if (nalType >= FIRST_IRAP && nalType <= LAST_IRAP) {
            in.skip(1);
        }
        int ppsId = in.ue(63, "slice_pic_parameter_set_id");
        HevcPps pps = ppsById[ppsId];
        HevcSps sps = pps == null ? null : spsById[pps.spsId];
        if (pps == null || sps == null) {
            throw MediaException.malformed("A slice refers to HEVC picture parameter set " + ppsId
                    + ", which has not come with its sequence parameter set; start at a key frame.");
        }
        boolean dependent = false;
        if (!first) {
            dependent = pps.dependentSliceSegments && in.flag();
            in.skip(bitsFor(sps.picSizeInCtbs()));
        }
        SliceHeader.Type type = dependent
                ? SliceHeader.Type.DEPENDENT
                : independent(in, sps, pps, nalType == IDR_W_RADL || nalType == IDR_N_LP);
        if (pps.entryPoints) {
            entryPoints(in);
        }
        if (pps.sliceHeaderExtension) {
            in.skip(8 * in.ue(256, "slice_segment_header_extension_length"));
        }
        // byte_alignment() is a one bit and zeros up to the end of its byte.
        in.skip(1);
        return new SliceHeader(in.consumedBytes(), type, first, ppsId);
    }

    /** What a dependent slice segment takes over from the one before it. */
    private static SliceHeader.Type independent(BitReader in, HevcSps sps, HevcPps pps, boolean idr) {
        in.skip(pps.extraSliceHeaderBits);
        int type = in.ue(I, "slice_type");
        if (pps.outputFlag) {
            in.skip(1);
        }
        if (sps.separateColourPlanes()) {
            in.skip(2);
        }
        int references = pps.currPicRef ? 1 : 0;
        boolean temporalMvp = false;
        if (!idr) {
            in.skip(sps.log2MaxPicOrderCntLsb());
            references += shortTerm(in, sps);
            references += sps.longTermRefPics() ? longTerm(in, sps) : 0;
            temporalMvp = sps.temporalMvp() && in.flag();
        }
        boolean chroma = sps.chromaArrayType() != 0;
        boolean offsets = false;
        if (sps.sampleAdaptiveOffset()) {
            offsets = in.flag();
            offsets |= chroma && in.flag();
        }
        if (type != I) {
            prediction(in, sps, pps, type == B, references, temporalMvp);
        }
        in.se();
        if (pps.sliceChromaQpOffsets) {
            in.se();
            in.se();
        }
        for (int i = pps.sliceActQpOffsets ? 3 : 0; i > 0; i--) {
            in.se();
        }
        if (pps.chromaQpOffsetList) {
            in.skip(1);
        }
        filters(in, pps, offsets);
        return type == B ? SliceHeader.Type.B : type == P ? SliceHeader.Type.P : SliceHeader.Type.I;
    }

    /** The short-term reference picture set; gives how many of its pictures the current one may use. */
    private static int shortTerm(BitReader in, HevcSps sps) {
        List<ShortTermRefPicSet> sets = sps.shortTermRefPicSets();
        if (!in.flag()) {
            return ShortTermRefPicSet.read(in, sets, true).usedCount();
        }
        int index = in.u(bitsFor(sets.size()));
        if (index >= sets.size()) {
            throw MediaException.malformed("A slice refers to reference picture set " + index + " of " + sets.size()
                    + "; the stream is damaged.");
        }
        return sets.get(index).usedCount();
    }

    private static int longTerm(BitReader in, HevcSps sps) {
        int listed = sps.numLongTermRefPics();
        int fromSps = listed > 0 ? in.ue(32, "num_long_term_sps") : 0;
        int own = in.ue(32, "num_long_term_pics");
        int used = 0;
        for (int i = 0; i < fromSps + own; i++) {
            if (i < fromSps) {
                int index = in.u(bitsFor(listed));
                used += sps.longTermRefPicUsed(index) ? 1 : 0;
            } else {
                in.skip(sps.log2MaxPicOrderCntLsb());
                used += in.u(1);
            }
            if (in.flag()) {
                in.ue();
            }
        }
        return used;
    }

    /** From num_ref_idx_active_override_flag to use_integer_mv_flag. */
    private static void prediction(
            BitReader in, HevcSps sps, HevcPps pps, boolean bi, int references, boolean temporalMvp) {
        int l0 = pps.numRefIdxL0;
        int l1 = bi ? pps.numRefIdxL1 : 0;
        if (in.flag()) {
            l0 = 1 + in.ue(14, "num_ref_idx_l0_active_minus1");
            l1 = bi ? 1 + in.ue(14, "num_ref_idx_l1_active_minus1") : 0;
        }
        if (pps.listsModification && references > 1) {
            modification(in, l0, references);
            if (bi) {
                modification(in, l1, references);
            }
        }
        if (bi) {
            in.skip(1);
        }
        if (pps.cabacInit) {
            in.skip(1);
        }
        if (temporalMvp) {
            boolean fromL0 = !bi || in.flag();
            if ((fromL0 ? l0 : l1) > 1) {
                in.ue();
            }
        }
        if (bi ? pps.weightedBipred : pps.weightedPred) {
            if (pps.currPicRef) {
                throw MediaException.unsupported(
                        "Weighted prediction together with current picture referencing is not supported.");
            }
            boolean chroma = sps.chromaArrayType() != 0;
            in.ue();
            if (chroma) {
                in.se();
            }
            weights(in, l0, chroma);
            weights(in, l1, chroma);
        }
        in.ue();
        if (sps.motionVectorResolutionControl() == 2) {
            in.skip(1);
        }
    }

    private static void modification(BitReader in, int count, int references) {
        if (in.flag()) {
            in.skip(count * bitsFor(references));
        }
    }

    private static void weights(BitReader in, int count, boolean chroma) {
        int luma = in.u(count);
        int both = chroma ? in.u(count) : 0;
        for (int i = count - 1; i >= 0; i--) {
            int codes = (luma >> i & 1) * 2 + (both >> i & 1) * 4;
            for (int j = 0; j < codes; j++) {
                in.se();
            }
        }
    }

    private static void filters(BitReader in, HevcPps pps, boolean offsets) {
        boolean disabled = pps.deblockingDisabled;
        if (pps.deblockingOverride && in.flag()) {
            disabled = in.flag();
            if (!disabled) {
                in.se();
                in.se();
            }
        }
        if (pps.loopFilterAcrossSlices && (offsets || !disabled)) {
            in.skip(1);
        }
    }

    private static void entryPoints(BitReader in) {
        long count = in.ue();
        if (count > 0) {
            int size = 1 + in.ue(31, "offset_len_minus1");
            for (long i = 0; i < count; i++) {
                in.skip(size);
            }
        }
    }

    /** Ceil(Log2(values)). */
    private static int bitsFor(int values) {
        return values <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(values - 1);
    }
}
