package io.headend.formats.h26x;

/** hrd_parameters() of H.265 E.2.2, read only to come behind it. */
final class HevcHrd {

    private HevcHrd() {}

    static void skip(BitReader in, int maxSubLayersMinus1) {
        boolean nal = in.flag();
        boolean vcl = in.flag();
        boolean subPicture = false;
        if (nal || vcl) {
            subPicture = in.flag();
            if (subPicture) {
                in.skip(8 + 5 + 1 + 5);
            }
            in.skip(8);
            if (subPicture) {
                in.skip(4);
            }
            in.skip(15);
        }
        for (int layer = 0; layer <= maxSubLayersMinus1; layer++) {
            boolean fixedGeneral = in.flag();
            boolean fixedWithin = fixedGeneral || in.flag();
            boolean lowDelay = false;
            if (fixedWithin) {
                in.ue(2047, "elemental_duration_in_tc_minus1");
            } else {
                lowDelay = in.flag();
            }
            int count = lowDelay ? 1 : in.ue(31, "cpb_cnt_minus1") + 1;
            for (int hrd = (nal ? 1 : 0) + (vcl ? 1 : 0); hrd > 0; hrd--) {
                subLayer(in, count, subPicture);
            }
        }
    }

    private static void subLayer(BitReader in, int count, boolean subPicture) {
        for (int i = 0; i < count; i++) {
            in.ue();
            in.ue();
            if (subPicture) {
                in.ue();
                in.ue();
            }
            in.skip(1);
        }
    }
}
