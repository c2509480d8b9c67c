package io.headend.formats.h26x;

import io.headend.core.ColorInfo;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import org.jspecify.annotations.Nullable;

/**
 * Video usability information: H.264 Annex E, H.265 Annex E.
 *
 * @param tickRate time_scale / num_units_in_tick, or {@code null}
 * @param fixedRate fixed_frame_rate_flag (AVC only)
 * @param reorderFrames max_num_reorder_frames, or -1 (AVC only)
 * @param minSpatialSegmentation min_spatial_segmentation_idc (HEVC only)
 */
record Vui(
        Rational sampleAspectRatio,
        ColorInfo color,
        @Nullable Rational tickRate,
        boolean fixedRate,
        int reorderFrames,
        int minSpatialSegmentation) {

    static final Vui NONE = new Vui(Rational.ONE, ColorInfo.UNSPECIFIED, null, false, -1, 0);

    private static final int EXTENDED_SAR = 255;
    private static final int[][] SAR = {
        {1, 1}, {1, 1}, {12, 11}, {10, 11}, {16, 11}, {40, 33}, {24, 11}, {20, 11}, {32, 11}, {80, 33}, {18, 11},
        {15, 11}, {64, 33}, {160, 99}, {4, 3}, {3, 2}, {2, 1}
    };

    static Vui avc(BitReader in) {
        Rational sar = sampleAspectRatio(in);
        ColorInfo color = signal(in);
        Rational tickRate = null;
        boolean fixed = false;
        if (in.flag()) {
            tickRate = tickRate(in);
            fixed = in.flag();
        }
        boolean nalHrd = in.flag();
        if (nalHrd) {
            avcHrd(in);
        }
        boolean vclHrd = in.flag();
        if (vclHrd) {
            avcHrd(in);
        }
        if (nalHrd || vclHrd) {
            in.skip(1);
        }
        in.skip(1);
        int reorder = -1;
        if (in.flag()) {
            in.skip(1);
            for (int i = 0; i < 4; i++) {
                in.ue();
            }
            reorder = in.ue(16, "max_num_reorder_frames");
            in.ue();
        }
        return new Vui(sar, color, tickRate, fixed, reorder, 0);
    }

    static Vui hevc(BitReader in, int maxSubLayersMinus1) {
        Rational sar = sampleAspectRatio(in);
        ColorInfo color = signal(in);
        in.skip(3);
        if (in.flag()) {
            for (int i = 0; i < 4; i++) {
                in.ue();
            }
        }
        Rational tickRate = null;
        if (in.flag()) {
            tickRate = tickRate(in);
            if (in.flag()) {
                in.ue();
            }
            if (in.flag()) {
                HevcHrd.skip(in, maxSubLayersMinus1);
            }
        }
        int segmentation = 0;
        if (in.flag()) {
            in.skip(3);
            segmentation = in.ue(4095, "min_spatial_segmentation_idc");
            for (int i = 0; i < 4; i++) {
                in.ue();
            }
        }
        return new Vui(sar, color, tickRate, false, -1, segmentation);
    }

    private static Rational sampleAspectRatio(BitReader in) {
        if (!in.flag()) {
            return Rational.ONE;
        }
        int idc = in.u(8);
        if (idc == EXTENDED_SAR) {
            int width = in.u(16);
            int height = in.u(16);
            return width == 0 || height == 0 ? Rational.ONE : Rational.of(width, height);
        }
        return idc < SAR.length ? Rational.of(SAR[idc][0], SAR[idc][1]) : Rational.ONE;
    }

    /** overscan, video_signal_type and chroma_loc. */
    private static ColorInfo signal(BitReader in) {
        if (in.flag()) {
            in.skip(1);
        }
        ColorInfo color = ColorInfo.UNSPECIFIED;
        if (in.flag()) {
            in.skip(3);
            boolean fullRange = in.flag();
            color = in.flag() ? new ColorInfo(in.u(8), in.u(8), in.u(8), fullRange) : new ColorInfo(2, 2, 2, fullRange);
        }
        if (in.flag()) {
            in.ue();
            in.ue();
        }
        return color;
    }

    private static @Nullable Rational tickRate(BitReader in) {
        long unitsInTick = in.bits(32);
        long timeScale = in.bits(32);
        return ratio(timeScale, unitsInTick);
    }

    /** The ratio in lowest terms, or {@code null} where it is not a rate that fits. */
    static @Nullable Rational ratio(long num, long den) {
        if (num == 0 || den == 0) {
            return null;
        }
        long a = num;
        long b = den;
        while (b != 0) {
            long t = a % b;
            a = b;
            b = t;
        }
        return num / a > Integer.MAX_VALUE || den / a > Integer.MAX_VALUE
                ? null
                : Rational.of((int) (num / a), (int) (den / a));
    }

    private static void avcHrd(BitReader in) {
        int count = in.ue(31, "cpb_cnt_minus1") + 1;
        in.skip(8);
        for (int i = 0; i < count; i++) {
            in.ue();
            in.ue();
            in.skip(1);
        }
        in.skip(20);
    }

    static PictureSize size(long width, long height) {
        if (width < 1 || height < 1) {
            throw MediaException.malformed("The cropping margins leave nothing of the picture; the stream is damaged.");
        }
        if (width > PictureSize.MAX || height > PictureSize.MAX) {
            throw MediaException.unsupported("A picture of " + width + "x" + height + " is larger than "
                    + PictureSize.MAX + " in one direction; scale the source down.");
        }
        return new PictureSize((int) width, (int) height);
    }
}
