package io.headend.formats.h26x;

import io.headend.core.ColorInfo;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An AVC sequence parameter set (H.264, 7.3.2.1.1 and Annex E). */
public final class AvcSps implements Sps {

    static final int NAL_TYPE = 7;

    private final int profileIdc;
    private final int constraintFlags;
    private final int levelIdc;
    private final int id;
    private final int chromaFormatIdc;
    private final boolean separateColourPlanes;
    private final int bitDepthLuma;
    private final int bitDepthChroma;
    private final int log2MaxFrameNum;
    private final int picOrderCntType;
    private final int log2MaxPicOrderCntLsb;
    private final boolean deltaPicOrderAlwaysZero;
    private final int maxNumRefFrames;
    private final boolean frameMbsOnly;
    private final int picSizeInMapUnits;
    private final PictureSize size;
    private final Vui vui;

    private AvcSps(BitReader in) {
        profileIdc = in.u(8);
        constraintFlags = in.u(8);
        levelIdc = in.u(8);
        id = in.ue(31, "seq_parameter_set_id");
        if (hasChromaInformation(profileIdc)) {
            chromaFormatIdc = in.ue(3, "chroma_format_idc");
            separateColourPlanes = chromaFormatIdc == 3 && in.flag();
            bitDepthLuma = 8 + in.ue(6, "bit_depth_luma_minus8");
            bitDepthChroma = 8 + in.ue(6, "bit_depth_chroma_minus8");
            in.skip(1);
            if (in.flag()) {
                scalingLists(in, chromaFormatIdc == 3 ? 12 : 8);
            }
        } else {
            chromaFormatIdc = 1;
            separateColourPlanes = false;
            bitDepthLuma = 8;
            bitDepthChroma = 8;
        }
        log2MaxFrameNum = 4 + in.ue(12, "log2_max_frame_num_minus4");
        picOrderCntType = in.ue(2, "pic_order_cnt_type");
        log2MaxPicOrderCntLsb = picOrderCntType == 0 ? 4 + in.ue(12, "log2_max_pic_order_cnt_lsb_minus4") : 0;
        deltaPicOrderAlwaysZero = picOrderCntType == 1 && in.flag();
        if (picOrderCntType == 1) {
            in.se();
            in.se();
            for (int i = in.ue(255, "num_ref_frames_in_pic_order_cnt_cycle"); i > 0; i--) {
                in.se();
            }
        }
        maxNumRefFrames = in.ue(16, "max_num_ref_frames");
        in.skip(1);
        int widthInMbs = 1 + in.ue(4095, "pic_width_in_mbs_minus1");
        int heightInMapUnits = 1 + in.ue(4095, "pic_height_in_map_units_minus1");
        picSizeInMapUnits = widthInMbs * heightInMapUnits;
        frameMbsOnly = in.flag();
        if (!frameMbsOnly) {
            in.skip(1);
        }
        in.skip(1);
        long width = widthInMbs * 16L;
        long height = heightInMapUnits * (frameMbsOnly ? 16L : 32L);
        if (in.flag()) {
            int chromaArrayType = separateColourPlanes ? 0 : chromaFormatIdc;
            int unitX = chromaArrayType == 1 || chromaArrayType == 2 ? 2 : 1;
            int unitY = (chromaArrayType == 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
            width -= unitX * (in.ue() + in.ue());
            height -= unitY * (in.ue() + in.ue());
        }
        size = Vui.size(width, height);
        vui = in.flag() ? Vui.avc(in) : Vui.NONE;
    }

    /**
     * Reads a whole NAL unit of type 7, header included, without start code or length.
     *
     * @throws MediaException MALFORMED, or UNSUPPORTED for pictures larger than {@link PictureSize#MAX}
     */
    public static AvcSps parse(ByteBuffer nal) {
        BitReader in = new BitReader(nal);
        if ((in.u(8) & 0x1F) != NAL_TYPE) {
            throw MediaException.malformed("The NAL unit is no AVC sequence parameter set.");
        }
        return new AvcSps(in);
    }

    /** Profiles whose parameter set tells chroma format and bit depth. */
    private static boolean hasChromaInformation(int profileIdc) {
        return switch (profileIdc) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    static void scalingLists(BitReader in, int count) {
        for (int list = 0; list < count; list++) {
            if (in.flag()) {
                scalingList(in, list < 6 ? 16 : 64);
            }
        }
    }

    private static void scalingList(BitReader in, int size) {
        long last = 8;
        for (int i = 0; i < size; i++) {
            last = last + in.se() & 0xFF;
            if (last == 0) {
                return;
            }
        }
    }

    /** profile_idc, such as 77 (Main) or 100 (High). */
    public int profileIdc() {
        return profileIdc;
    }

    /** The byte between profile and level: constraint_set0_flag in the top bit, and so on. */
    public int constraintFlags() {
        return constraintFlags;
    }

    /** level_idc: ten times the level number. */
    public int levelIdc() {
        return levelIdc;
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
        Rational ticks = vui.tickRate();
        return ticks == null ? null : Vui.ratio(ticks.num(), 2L * ticks.den());
    }

    /** fixed_frame_rate_flag: whether {@link #frameRate()} holds for every picture. */
    public boolean fixedFrameRate() {
        return vui.fixedRate();
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

    /** Bits of frame_num, 4 to 16. */
    public int log2MaxFrameNum() {
        return log2MaxFrameNum;
    }

    /** pic_order_cnt_type, 0 to 2. */
    public int picOrderCntType() {
        return picOrderCntType;
    }

    /** Bits of pic_order_cnt_lsb, 4 to 16; 0 where {@link #picOrderCntType()} is not 0. */
    public int log2MaxPicOrderCntLsb() {
        return log2MaxPicOrderCntLsb;
    }

    /** max_num_ref_frames, 0 to 16. */
    public int maxNumRefFrames() {
        return maxNumRefFrames;
    }

    /** max_num_reorder_frames, or -1 where unspecified. */
    public int maxNumReorderFrames() {
        return vui.reorderFrames();
    }

    /** frame_mbs_only_flag: whether no picture is coded as fields. */
    public boolean frameMbsOnly() {
        return frameMbsOnly;
    }

    boolean deltaPicOrderAlwaysZero() {
        return deltaPicOrderAlwaysZero;
    }

    boolean separateColourPlanes() {
        return separateColourPlanes;
    }

    /** ChromaArrayType of 7.4.2.1.1. */
    int chromaArrayType() {
        return separateColourPlanes ? 0 : chromaFormatIdc;
    }

    /** PicSizeInMapUnits of 7.4.2.1.1. */
    int picSizeInMapUnits() {
        return picSizeInMapUnits;
    }

    @Override
    public String toString() {
        return "AvcSps[" + size + ", profile " + profileIdc + ", level " + levelIdc + "]";
    }
}
