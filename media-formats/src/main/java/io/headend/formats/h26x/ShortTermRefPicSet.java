package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.util.Arrays;
import java.util.List;

/** st_ref_pic_set() of H.265 7.3.7 with the derivation of 7.4.8. Immutable. */
final class ShortTermRefPicSet {

    private static final int MAX_PICTURES = 16;

    /** Picture order counts relative to the current picture, negative ones first, each side going away from 0. */
    private final int[] deltaPoc;

    /** used_by_curr_pic of each. */
    private final boolean[] used;

    private ShortTermRefPicSet(int[] deltaPoc, boolean[] used) {
        this.deltaPoc = deltaPoc;
        this.used = used;
    }

    int size() {
        return deltaPoc.length;
    }

    int[] deltas() {
        return deltaPoc.clone();
    }

    int usedCount() {
        int count = 0;
        for (boolean flag : used) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    /**
     * Reads one set.
     *
     * @param earlier the sets read before
     * @param inSlice whether it stands in a slice header, so that any earlier set may be the base
     */
    static ShortTermRefPicSet read(BitReader in, List<ShortTermRefPicSet> earlier, boolean inSlice) {
        if (!earlier.isEmpty() && in.flag()) {
            int back = inSlice ? 1 + in.ue(earlier.size() - 1, "delta_idx_minus1") : 1;
            return predicted(in, earlier.get(earlier.size() - back));
        }
        int negative = in.ue(MAX_PICTURES, "num_negative_pics");
        int positive = in.ue(MAX_PICTURES - negative, "num_positive_pics");
        int[] delta = new int[negative + positive];
        boolean[] used = new boolean[delta.length];
        int poc = 0;
        for (int i = 0; i < delta.length; i++) {
            poc = i == negative ? 0 : poc;
            int step = 1 + in.ue(32767, "delta_poc_minus1");
            poc += i < negative ? -step : step;
            delta[i] = poc;
            used[i] = in.flag();
        }
        return new ShortTermRefPicSet(delta, used);
    }

    private static ShortTermRefPicSet predicted(BitReader in, ShortTermRefPicSet base) {
        boolean negativeSign = in.flag();
        int magnitude = 1 + in.ue(32767, "abs_delta_rps_minus1");
        int deltaRps = negativeSign ? -magnitude : magnitude;
        int candidates = base.size() + 1;
        boolean[] usedByCurrent = new boolean[candidates];
        boolean[] useDelta = new boolean[candidates];
        for (int j = 0; j < candidates; j++) {
            usedByCurrent[j] = in.flag();
            useDelta[j] = usedByCurrent[j] || in.flag();
        }
        // Equations 7-61 and 7-62 visit the candidates in the order of their distance; sorting gives the same order.
        int[] delta = new int[candidates];
        boolean[] used = new boolean[candidates];
        int count = 0;
        for (int j = 0; j < candidates; j++) {
            int poc = (j < base.size() ? base.deltaPoc[j] : 0) + deltaRps;
            if (!useDelta[j] || poc == 0) {
                continue;
            }
            int at = count++;
            while (at > 0 && after(delta[at - 1], poc)) {
                delta[at] = delta[at - 1];
                used[at] = used[at - 1];
                at--;
            }
            delta[at] = poc;
            used[at] = usedByCurrent[j];
        }
        if (count > MAX_PICTURES) {
            throw MediaException.malformed(
                    "A reference picture set names more than 16 pictures; the stream is damaged.");
        }
        return new ShortTermRefPicSet(Arrays.copyOf(delta, count), Arrays.copyOf(used, count));
    }

    private static boolean after(int one, int other) {
        if (one < 0 != other < 0) {
            return one > 0;
        }
        return Math.abs(one) > Math.abs(other);
    }
}
