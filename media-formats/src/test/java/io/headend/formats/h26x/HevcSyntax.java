package io.headend.formats.h26x;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * HEVC parameter sets and slice segments with the syntax elements that 7.3 of H.265 allows, chosen at random: what no encoder at
 * hand writes, such as dependent segments, long-term references, list modification, extensions.
 */
final class HevcSyntax {

    private final Random random;
    private final int format;
    private final boolean planes;
    private final int orderBits;
    private final boolean sao;
    private final boolean longTerm;
    private final List<Boolean> longTermUsed = new ArrayList<>();
    private final boolean temporalMvp;
    private final List<int[]> setUse = new ArrayList<>();
    private final boolean dependent;
    private final boolean outputFlag;
    private final int extraBits;
    private final boolean cabacInit;
    private final int refs0;
    private final int refs1;
    private final boolean chromaOffsets;
    private final boolean weighted;
    private final boolean weightedBi;
    private final boolean tiles;
    private final boolean wavefront;
    private final boolean acrossSlices;
    private final boolean override;
    private final boolean disabled;
    private final boolean lists;
    private final boolean headerExtension;
    private final boolean range;
    private final boolean offsetList;

    HevcSyntax(long seed) {
        random = new Random(seed);
        format = random.nextInt(4);
        planes = format == 3 && coin();
        orderBits = 4 + random.nextInt(13);
        sao = coin();
        longTerm = coin();
        temporalMvp = coin();
        dependent = coin();
        outputFlag = coin();
        extraBits = random.nextInt(3);
        cabacInit = coin();
        refs0 = 1 + random.nextInt(3);
        refs1 = 1 + random.nextInt(3);
        chromaOffsets = coin();
        weighted = coin();
        weightedBi = coin();
        tiles = coin();
        wavefront = coin();
        acrossSlices = coin();
        override = coin();
        disabled = coin();
        lists = coin();
        headerExtension = coin();
        range = coin();
        offsetList = range && coin();
    }

    private boolean coin() {
        return random.nextBoolean();
    }

    private int se() {
        return random.nextInt(9) - 4;
    }

    private boolean chroma() {
        return format != 0 && !planes;
    }

    /** 200x120 in blocks of 16: 13 * 8 = 104 coding tree blocks. */
    BitWriter sps() {
        BitWriter out = new BitWriter().u(16, 0x4201).u(4, 0).u(3, 1).u(1, 1);
        out.u(8, 0x24)
                .u(32, 0x08000000)
                .u(32, 0x90000000L)
                .u(16, 0)
                .u(8, 90)
                .u(2, 3)
                .u(14, 0);
        out.u(32, 0).u(32, 0).u(24, 0).u(8, 60);
        out.ue(2).ue(format);
        if (format == 3) {
            out.flag(planes);
        }
        out.ue(200).ue(120).flag(true).ue(1).ue(0).ue(2).ue(0);
        out.ue(2).ue(0).ue(orderBits - 4).flag(false).ue(1).ue(0).ue(0);
        out.ue(0)
                .ue(1)
                .ue(0)
                .ue(2)
                .ue(1)
                .ue(1)
                .flag(true)
                .flag(false)
                .flag(coin())
                .flag(sao);
        boolean pcm = coin();
        out.flag(pcm);
        if (pcm) {
            out.u(8, 0x77).ue(0).ue(1).flag(true);
        }
        sets(out);
        out.flag(longTerm);
        if (longTerm) {
            int count = random.nextInt(5);
            out.ue(count);
            for (int i = 0; i < count; i++) {
                longTermUsed.add(coin());
                out.u(orderBits, i).flag(longTermUsed.get(i));
            }
        }
        return out.flag(temporalMvp).flag(true).flag(false).flag(false).align();
    }

    /** Up to four sets; a later one may be predicted from the one before. */
    private void sets(BitWriter out) {
        int count = random.nextInt(5);
        out.ue(count);
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.flag(false);
            }
            setUse.add(explicit(out));
        }
    }

    /** Gives count of pictures and count of used ones. */
    private int[] explicit(BitWriter out) {
        int negative = random.nextInt(4);
        int positive = random.nextInt(4);
        int used = 0;
        out.ue(negative).ue(positive);
        for (int i = 0; i < negative + positive; i++) {
            boolean use = coin();
            used += use ? 1 : 0;
            out.ue(random.nextInt(3)).flag(use);
        }
        return new int[] {negative + positive, used};
    }

    BitWriter pps() {
        BitWriter out = new BitWriter()
                .u(16, 0x4401)
                .ue(7)
                .ue(2)
                .flag(dependent)
                .flag(outputFlag)
                .u(3, extraBits);
        out.flag(coin()).flag(cabacInit).ue(refs0 - 1).ue(refs1 - 1).se(se()).flag(coin());
        boolean skip = coin();
        boolean delta = coin();
        out.flag(skip).flag(delta);
        if (delta) {
            out.ue(1);
        }
        out.se(se())
                .se(se())
                .flag(chromaOffsets)
                .flag(weighted)
                .flag(weightedBi)
                .flag(coin());
        out.flag(tiles).flag(wavefront);
        if (tiles) {
            boolean uniform = coin();
            out.ue(1).ue(2).flag(uniform);
            if (!uniform) {
                out.ue(5).ue(1).ue(2);
            }
            out.flag(coin());
        }
        out.flag(acrossSlices).flag(true).flag(override).flag(disabled);
        if (!disabled) {
            out.se(se()).se(se());
        }
        boolean scaling = coin();
        out.flag(scaling);
        for (int size = 0; scaling && size < 4; size++) {
            for (int matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1) {
                boolean explicit = coin();
                out.flag(explicit);
                if (!explicit) {
                    out.ue(0);
                    continue;
                }
                if (size > 1) {
                    out.se(3);
                }
                for (int i = 0; i < (size == 0 ? 16 : 64); i++) {
                    out.se(se());
                }
            }
        }
        out.flag(lists).ue(0).flag(headerExtension).flag(range);
        if (range) {
            out.u(8, 0x80);
            if (skip) {
                out.ue(1);
            }
            out.flag(false).flag(offsetList);
            if (offsetList) {
                out.ue(0).ue(1).se(1).se(2).se(3).se(4);
            }
            out.ue(0).ue(0);
        }
        return out.align();
    }

    /** A slice segment header with its alignment. */
    BitWriter slice() {
        boolean idr = random.nextInt(4) == 0;
        boolean cra = !idr && random.nextInt(4) == 0;
        BitWriter out =
                new BitWriter().u(1, 0).u(6, idr ? 19 : cra ? 21 : 1).u(6, 0).u(3, 1);
        boolean first = coin();
        out.flag(first);
        if (idr || cra) {
            out.flag(coin());
        }
        out.ue(7);
        boolean inherits = false;
        if (!first) {
            if (dependent) {
                inherits = coin();
                out.flag(inherits);
            }
            out.u(7, 42);
        }
        if (!inherits) {
            independent(out, idr, idr || cra ? 2 : random.nextInt(3));
        }
        if (tiles || wavefront) {
            int points = random.nextInt(6);
            out.ue(points);
            if (points > 0) {
                int size = 1 + random.nextInt(32);
                out.ue(size - 1);
                for (int i = 0; i < points; i++) {
                    out.u(size, 0);
                }
            }
        }
        if (headerExtension) {
            int bytes = random.nextInt(6);
            out.ue(bytes).u(8 * bytes, 0);
        }
        return out.align();
    }

    private void independent(BitWriter out, boolean idr, int type) {
        out.u(extraBits, 0).ue(type);
        if (outputFlag) {
            out.flag(coin());
        }
        if (planes) {
            out.u(2, 1);
        }
        int total = 0;
        boolean mvp = false;
        if (!idr) {
            out.u(orderBits, 3);
            total = shortTerm(out) + (longTerm ? longTerm(out) : 0);
            if (temporalMvp) {
                mvp = coin();
                out.flag(mvp);
            }
        }
        boolean offsets = false;
        if (sao) {
            boolean luma = coin();
            boolean both = chroma() && coin();
            out.flag(luma);
            if (chroma()) {
                out.flag(both);
            }
            offsets = luma || both;
        }
        if (type != 2) {
            predict(out, type == 0, total, mvp);
        }
        out.se(se());
        if (chromaOffsets) {
            out.se(se()).se(se());
        }
        if (offsetList) {
            out.flag(coin());
        }
        boolean off = disabled;
        if (override) {
            boolean own = coin();
            out.flag(own);
            if (own) {
                off = coin();
                out.flag(off);
                if (!off) {
                    out.se(se()).se(se());
                }
            }
        }
        if (acrossSlices && (offsets || !off)) {
            out.flag(coin());
        }
    }

    private int shortTerm(BitWriter out) {
        int count = setUse.size();
        boolean listed = count > 0 && coin();
        out.flag(listed);
        if (listed) {
            int index = random.nextInt(count);
            out.u(log2(count), index);
            return setUse.get(index)[1];
        }
        if (count > 0) {
            out.flag(false);
        }
        return explicit(out)[1];
    }

    private int longTerm(BitWriter out) {
        int listed = longTermUsed.size();
        int fromSps = listed > 0 ? random.nextInt(3) : 0;
        int own = random.nextInt(3);
        if (listed > 0) {
            out.ue(fromSps);
        }
        out.ue(own);
        int used = 0;
        for (int i = 0; i < fromSps + own; i++) {
            boolean use;
            if (i < fromSps) {
                int index = random.nextInt(listed);
                out.u(log2(listed), index);
                use = longTermUsed.get(index);
            } else {
                use = coin();
                out.u(orderBits, 1).flag(use);
            }
            used += use ? 1 : 0;
            boolean msb = coin();
            out.flag(msb);
            if (msb) {
                out.ue(5);
            }
        }
        return used;
    }

    private void predict(BitWriter out, boolean bi, int total, boolean mvp) {
        int l0 = refs0;
        int l1 = refs1;
        boolean own = coin();
        out.flag(own);
        if (own) {
            l0 = 1 + random.nextInt(15);
            out.ue(l0 - 1);
            if (bi) {
                l1 = 1 + random.nextInt(15);
                out.ue(l1 - 1);
            }
        }
        if (lists && total > 1) {
            modify(out, l0, total);
            if (bi) {
                modify(out, l1, total);
            }
        }
        if (bi) {
            out.flag(coin());
        }
        if (cabacInit) {
            out.flag(coin());
        }
        if (mvp) {
            boolean fromL0 = true;
            if (bi) {
                fromL0 = coin();
                out.flag(fromL0);
            }
            if ((fromL0 && l0 > 1) || (!fromL0 && l1 > 1)) {
                out.ue(0);
            }
        }
        if (bi ? weightedBi : weighted) {
            out.ue(6);
            if (chroma()) {
                out.se(1);
            }
            weights(out, l0);
            if (bi) {
                weights(out, l1);
            }
        }
        out.ue(2);
    }

    private void modify(BitWriter out, int count, int total) {
        boolean flag = coin();
        out.flag(flag);
        for (int i = 0; flag && i < count; i++) {
            out.u(log2(total), 0);
        }
    }

    private void weights(BitWriter out, int count) {
        boolean[] luma = new boolean[count];
        boolean[] both = new boolean[count];
        for (int i = 0; i < count; i++) {
            luma[i] = coin();
            out.flag(luma[i]);
        }
        for (int i = 0; chroma() && i < count; i++) {
            both[i] = coin();
            out.flag(both[i]);
        }
        for (int i = 0; i < count; i++) {
            if (luma[i]) {
                out.se(se()).se(se());
            }
            for (int j = 0; both[i] && j < 2; j++) {
                out.se(se()).se(100);
            }
        }
    }

    private static int log2(int values) {
        int bits = 0;
        while (1 << bits < values) {
            bits++;
        }
        return bits;
    }
}
