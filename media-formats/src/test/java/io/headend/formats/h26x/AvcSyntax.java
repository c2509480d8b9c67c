package io.headend.formats.h26x;

import java.util.List;
import java.util.Random;

/**
 * AVC parameter sets and slices with every syntax element that 7.3 of H.264 allows, chosen at random: what no encoder at hand
 * writes, such as fields, slice groups, memory management, long-term references.
 */
final class AvcSyntax {

    private final Random random;
    private final boolean planes;
    private final boolean fields;
    private final boolean chroma;
    private final int frameNumBits;
    private final int orderType;
    private final int orderBits;
    private final boolean deltaAlwaysZero;
    private final boolean cabac;
    private final boolean bottom;
    private final int groups;
    private final int mapType;
    private final boolean weighted;
    private final int weightedBi;
    private final boolean deblocking;
    private final boolean redundant;
    private final int changeRate;
    private final int refs0;
    private final int refs1;
    private final int width = 1 + 7;
    private final int height = 1 + 5;

    AvcSyntax(long seed) {
        random = new Random(seed);
        int format = random.nextInt(4);
        planes = format == 3 && coin();
        chroma = format != 0 && !planes;
        fields = coin();
        frameNumBits = 4 + random.nextInt(13);
        orderType = random.nextInt(3);
        orderBits = 4 + random.nextInt(13);
        deltaAlwaysZero = coin();
        cabac = coin();
        bottom = coin();
        groups = 1 + random.nextInt(4) * random.nextInt(2);
        mapType = random.nextInt(7);
        weighted = coin();
        weightedBi = random.nextInt(3);
        deblocking = coin();
        redundant = coin();
        changeRate = 1 + random.nextInt(60);
        refs0 = 1 + random.nextInt(4);
        refs1 = 1 + random.nextInt(4);
        this.format = format;
    }

    private final int format;

    private boolean coin() {
        return random.nextBoolean();
    }

    private int se() {
        return random.nextInt(9) - 4;
    }

    BitWriter sps() {
        BitWriter out = new BitWriter().u(8, 0x67).u(8, 100).u(8, 0).u(8, 30).ue(3);
        out.ue(format);
        if (format == 3) {
            out.flag(planes);
        }
        out.ue(2).ue(0).flag(false);
        boolean lists = coin();
        out.flag(lists);
        for (int i = 0; lists && i < (format == 3 ? 12 : 8); i++) {
            boolean present = coin();
            out.flag(present);
            if (present) {
                int stop = random.nextInt(i < 6 ? 17 : 65);
                for (int j = 0; j < Math.min(stop, i < 6 ? 16 : 64); j++) {
                    out.se(1);
                }
                if (stop < (i < 6 ? 16 : 64)) {
                    out.se(-8 - stop);
                }
            }
        }
        out.ue(frameNumBits - 4).ue(orderType);
        if (orderType == 0) {
            out.ue(orderBits - 4);
        } else if (orderType == 1) {
            out.flag(deltaAlwaysZero).se(se()).se(se());
            int cycle = random.nextInt(4);
            out.ue(cycle);
            for (int i = 0; i < cycle; i++) {
                out.se(se());
            }
        }
        out.ue(4).flag(false).ue(width - 1).ue(height - 1).flag(!fields);
        if (fields) {
            out.flag(coin());
        }
        out.flag(true).flag(true).ue(1).ue(1).ue(0).ue(1);
        return out.flag(false).align();
    }

    int expectedWidth() {
        return width * 16 - 2 * (planes || format == 0 || format == 3 ? 1 : 2);
    }

    int expectedHeight() {
        int unit = (!planes && format == 1 ? 2 : 1) * (fields ? 2 : 1);
        return height * (fields ? 32 : 16) - unit;
    }

    BitWriter pps() {
        BitWriter out =
                new BitWriter().u(8, 0x68).ue(9).ue(3).flag(cabac).flag(bottom).ue(groups - 1);
        if (groups > 1) {
            out.ue(mapType);
            if (mapType == 0) {
                for (int i = 0; i < groups; i++) {
                    out.ue(2);
                }
            } else if (mapType == 2) {
                for (int i = 0; i < groups - 1; i++) {
                    out.ue(1).ue(5);
                }
            } else if (mapType >= 3 && mapType <= 5) {
                out.flag(coin()).ue(changeRate - 1);
            } else if (mapType == 6) {
                out.ue(width * height - 1);
                for (int i = 0; i < width * height; i++) {
                    out.u(groups > 2 ? 2 : 1, 0);
                }
            }
        }
        out.ue(refs0 - 1)
                .ue(refs1 - 1)
                .flag(weighted)
                .u(2, weightedBi)
                .se(se())
                .se(se())
                .se(se());
        return out.flag(deblocking).flag(coin()).flag(redundant).align();
    }

    /** A slice header, without alignment. */
    BitWriter slice() {
        boolean idr = random.nextInt(4) == 0;
        int reference = idr ? 1 : random.nextInt(2);
        int type = idr ? List.of(2, 4, 7, 9).get(random.nextInt(4)) : random.nextInt(10);
        BitWriter out = new BitWriter().u(1, 0).u(2, reference).u(5, idr ? 5 : 1);
        out.ue(random.nextInt(3)).ue(type).ue(9);
        if (planes) {
            out.u(2, 1);
        }
        out.u(frameNumBits, 1);
        boolean field = fields && coin();
        if (fields) {
            out.flag(field);
            if (field) {
                out.flag(coin());
            }
        }
        if (idr) {
            out.ue(random.nextInt(70_000));
        }
        if (orderType == 0) {
            out.u(orderBits, 0);
            if (bottom && !field) {
                out.se(se());
            }
        }
        if (orderType == 1 && !deltaAlwaysZero) {
            out.se(se());
            if (bottom && !field) {
                out.se(se());
            }
        }
        if (redundant) {
            out.ue(0);
        }
        predict(out, type % 5);
        if (reference == 1) {
            mark(out, idr);
        }
        if (cabac && type % 5 != 2 && type % 5 != 4) {
            out.ue(2);
        }
        out.se(se());
        if (type % 5 == 3) {
            out.flag(coin()).se(se());
        } else if (type % 5 == 4) {
            out.se(se());
        }
        if (deblocking) {
            int idc = random.nextInt(3);
            out.ue(idc);
            if (idc != 1) {
                out.se(se()).se(se());
            }
        }
        if (groups > 1 && mapType >= 3 && mapType <= 5) {
            int bits = (int) Math.ceil(Math.log((double) width * height / changeRate + 1) / Math.log(2));
            out.u(bits, 0);
        }
        return out;
    }

    private void predict(BitWriter out, int type) {
        boolean bi = type == 1;
        if (bi) {
            out.flag(coin());
        }
        if (type == 2 || type == 4) {
            return;
        }
        int l0 = refs0;
        int l1 = refs1;
        boolean override = coin();
        out.flag(override);
        if (override) {
            l0 = 1 + random.nextInt(32);
            out.ue(l0 - 1);
            if (bi) {
                l1 = 1 + random.nextInt(32);
                out.ue(l1 - 1);
            }
        }
        for (int list = bi ? 2 : 1; list > 0; list--) {
            boolean modified = coin();
            out.flag(modified);
            for (int i = random.nextInt(4); modified && i > 0; i--) {
                out.ue(random.nextInt(3)).ue(random.nextInt(100));
            }
            if (modified) {
                out.ue(3);
            }
        }
        if (bi ? weightedBi == 1 : weighted) {
            out.ue(5);
            if (chroma) {
                out.ue(6);
            }
            for (int i = bi ? l0 + l1 : l0; i > 0; i--) {
                weight(out, 2);
                if (chroma) {
                    weight(out, 4);
                }
            }
        }
    }

    private void weight(BitWriter out, int codes) {
        boolean present = coin();
        out.flag(present);
        for (int i = 0; present && i < codes; i++) {
            out.se(random.nextInt(255) - 127);
        }
    }

    private void mark(BitWriter out, boolean idr) {
        if (idr) {
            out.flag(coin()).flag(coin());
            return;
        }
        boolean adaptive = coin();
        out.flag(adaptive);
        if (!adaptive) {
            return;
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            int operation = 1 + random.nextInt(6);
            out.ue(operation);
            switch (operation) {
                case 1, 2, 4, 6 -> out.ue(random.nextInt(40));
                case 3 -> out.ue(random.nextInt(40)).ue(random.nextInt(40));
                default -> {}
            }
        }
        out.ue(0);
    }
}
