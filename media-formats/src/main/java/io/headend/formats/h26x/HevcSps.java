package io.headend.formats.h26x;

import io.headend.core.ColorInfo;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HEVC sequence parameter set (H.265, 7.3.2.2 and Annex E). */
public final class HevcSps implements Sps {

    static final int NAL_TYPE = 33;

    private final int maxSubLayersMinus1;
    private final boolean temporalIdNesting;
    private final ProfileTierLevel profileTierLevel;
    private final int id;
    private final int chromaFormatIdc;
    private final boolean separateColourPlanes;
    private final PictureSize size;
    private final int bitDepthLuma;
    private final int bitDepthChroma;
    private final int log2MaxPicOrderCntLsb;
    private final int picSizeInCtbs;
    private final boolean sampleAdaptiveOffset;
    private final List<ShortTermRefPicSet> shortTermRefPicSets;
    private final boolean longTermRefPics;
    private final int longTermRefPicsUsed;
    private final int numLongTermRefPics;
    private final boolean temporalMvp;
    private final Vui vui;
    private final boolean currPicRef;
    private final int motionVectorResolutionControl;

    private HevcSps(BitReader in) {
        in.skip(4);
        maxSubLayersMinus1 = in.u(3);
        if (maxSubLayersMinus1 > 6) {
            throw MediaException.malformed("sps_max_sub_layers_minus1 is 7; the stream is damaged.");
        }
        temporalIdNesting = in.flag();
        profileTierLevel = ProfileTierLevel.read(in, maxSubLayersMinus1);
        id = in.ue(15, "sps_seq_parameter_set_id");
        chromaFormatIdc = in.ue(3, "chroma_format_idc");
        separateColourPlanes = chromaFormatIdc == 3 && in.flag();
        int codedWidth = in.ue(65_535, "pic_width_in_luma_samples");
        int codedHeight = in.ue(65_535, "pic_height_in_luma_samples");
        long width = codedWidth;
        long height = codedHeight;
        if (in.flag()) {
            width -= (chromaFormatIdc == 1 || chromaFormatIdc == 2 ? 2 : 1) * (in.ue() + in.ue());
            height -= (chromaFormatIdc == 1 ? 2 : 1) * (in.ue() + in.ue());
        }
        size = Vui.size(width, height);
        bitDepthLuma = 8 + in.ue(8, "bit_depth_luma_minus8");
        bitDepthChroma = 8 + in.ue(8, "bit_depth_chroma_minus8");
        log2MaxPicOrderCntLsb = 4 + in.ue(12, "log2_max_pic_order_cnt_lsb_minus4");
        for (int i = in.flag() ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) {
            in.ue();
            in.ue();
            in.ue();
        }
        int log2MinCb = 3 + in.ue(3, "log2_min_luma_coding_block_size_minus3");
        int log2Ctb = log2MinCb + in.ue(3, "log2_diff_max_min_luma_coding_block_size");
        picSizeInCtbs = ctbs(codedWidth, log2Ctb) * ctbs(codedHeight, log2Ctb);
        for (int i = 0; i < 4; i++) {
            in.ue(32, "a transform size");
        }
        boolean scalingLists = in.flag();
        if (scalingLists && in.flag()) {
            skipScalingListData(in);
        }
        in.skip(1);
        sampleAdaptiveOffset = in.flag();
        if (in.flag()) {
            in.skip(8);
            in.ue();
            in.ue();
            in.skip(1);
        }
        int sets = in.ue(64, "num_short_term_ref_pic_sets");
        List<ShortTermRefPicSet> read = new ArrayList<>();
        for (int i = 0; i < sets; i++) {
            read.add(ShortTermRefPicSet.read(in, read, false));
        }
        shortTermRefPicSets = List.copyOf(read);
        longTermRefPics = in.flag();
        numLongTermRefPics = longTermRefPics ? in.ue(32, "num_long_term_ref_pics_sps") : 0;
        int usedFlags = 0;
        for (int i = 0; i < numLongTermRefPics; i++) {
            in.skip(log2MaxPicOrderCntLsb);
            usedFlags |= in.u(1) << i;
        }
        longTermRefPicsUsed = usedFlags;
        temporalMvp = in.flag();
        in.skip(1);
        vui = in.flag() ? Vui.hevc(in, maxSubLayersMinus1) : Vui.NONE;
        int extensions = in.flag() ? in.u(8) : 0;
        boolean screenContent = (extensions & 0x10) != 0;
        if (screenContent) {
            in.skip((extensions & 0x80) != 0 ? 9 : 0);
            in.skip((extensions & 0x40) != 0 ? 1 : 0);
            if ((extensions & 0x20) != 0) {
                throw MediaException.unsupported("3D-HEVC together with screen content coding is not supported.");
            }
        }
        currPicRef = screenContent && in.flag();
        motionVectorResolutionControl = screenContent ? motionVectorResolution(in) : 0;
    }

    /**
     * Reads a whole NAL unit of type 33, header included, without start code or length.
     *
     * @throws MediaException MALFORMED, or UNSUPPORTED for pictures larger than {@link PictureSize#MAX} and for layers above
     *     the base layer
     */
    public static HevcSps parse(ByteBuffer nal) {
        BitReader in = new BitReader(nal);
        int header = in.u(16);
        if ((header >> 9 & 0x3F) != NAL_TYPE) {
            throw MediaException.malformed("The NAL unit is no HEVC sequence parameter set.");
        }
        if ((header >> 3 & 0x3F) != 0) {
            throw MediaException.unsupported("Only the base layer of a multi-layer HEVC stream is supported.");
        }
        return new HevcSps(in);
    }

    private static int ctbs(int samples, int log2Ctb) {
        return (samples + (1 << log2Ctb) - 1) >> log2Ctb;
    }

    /** scaling_list_data() of 7.3.4. */
    static void skipScalingListData(BitReader in) {
        for (int sizeId = 0; sizeId < 4; sizeId++) {
            for (int matrixId = 0; matrixId < 6; matrixId += sizeId == 3 ? 3 : 1) {
                if (!in.flag()) {
                    in.ue();
                    continue;
                }
                if (sizeId > 1) {
                    in.se();
                }
                for (int i = Math.min(64, 1 << (4 + (sizeId << 1))); i > 0; i--) {
                    in.se();
                }
            }
        }
    }

    /** The part of sps_scc_extension() up to motion_vector_resolution_control_idc. */
    private int motionVectorResolution(BitReader in) {
        if (in.flag()) {
            in.ue();
            in.ue();
            if (in.flag()) {
                int entries = 1 + in.ue(127, "sps_num_palette_predictor_initializers_minus1");
                in.skip(entries * bitDepthLuma);
                in.skip(chromaFormatIdc == 0 ? 0 : 2 * entries * bitDepthChroma);
            }
        }
        return in.u(2);
    }

    /** Profile, tier and level of the whole stream. */
    public ProfileTierLevel profileTierLevel() {
        return profileTierLevel;
    }

    /** Temporal sub-layers, 1 to 7. */
    public int temporalLayers() {
        return maxSubLayersMinus1 + 1;
    }

    /** sps_temporal_id_nesting_flag. */
    public boolean temporalIdNesting() {
        return temporalIdNesting;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public PictureSize size() {
        return size;
    }

    @Override
    public Rational sampleAspectRatio() {
        return vui.sampleAspectRatio();
    }

    @Override
    public @Nullable Rational frameRate() {
        return vui.tickRate();
    }

    @Override
    public ColorInfo color() {
        return vui.color();
    }

    @Override
    public int chromaFormatIdc() {
        return chromaFormatIdc;
    }

    @Override
    public int bitDepthLuma() {
        return bitDepthLuma;
    }

    @Override
    public int bitDepthChroma() {
        return bitDepthChroma;
    }

    /** min_spatial_segmentation_idc, 0 to 4095. */
    public int minSpatialSegmentation() {
        return vui.minSpatialSegmentation();
    }

    /** Bits of slice_pic_order_cnt_lsb, 4 to 16. */
    public int log2MaxPicOrderCntLsb() {
        return log2MaxPicOrderCntLsb;
    }

    boolean separateColourPlanes() {
        return separateColourPlanes;
    }

    int chromaArrayType() {
        return separateColourPlanes ? 0 : chromaFormatIdc;
    }

    int picSizeInCtbs() {
        return picSizeInCtbs;
    }

    boolean sampleAdaptiveOffset() {
        return sampleAdaptiveOffset;
    }

    List<ShortTermRefPicSet> shortTermRefPicSets() {
        return shortTermRefPicSets;
    }

    boolean longTermRefPics() {
        return longTermRefPics;
    }

    int numLongTermRefPics() {
        return numLongTermRefPics;
    }

    boolean longTermRefPicUsed(int index) {
        return (longTermRefPicsUsed >> index & 1) == 1;
    }

    boolean temporalMvp() {
        return temporalMvp;
    }

    boolean currPicRef() {
        return currPicRef;
    }

    int motionVectorResolutionControl() {
        return motionVectorResolutionControl;
    }

    @Override
    public String toString() {
        return "HevcSps[" + size + ", profile " + profileTierLevel.profileIdc() + ", level "
                + profileTierLevel.levelIdc() + "]";
    }
}
