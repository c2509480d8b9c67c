package io.headend.formats.h26x;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ShortTermRefPicSetTest {

    private record Picture(int delta, boolean used) {}

    /** A predicted set is what equations 7-61 and 7-62 of H.265, followed literally, give. */
    @Property(tries = 2000)
    void predictsLikeTheSpecification(@ForAll long seed) {
        Random random = new Random(seed);
        BitWriter out = new BitWriter();
        List<Picture> negative = new ArrayList<>();
        List<Picture> positive = new ArrayList<>();
        int s0 = random.nextInt(4);
        int s1 = random.nextInt(4);
        out.ue(s0).ue(s1);
        explicit(out, random, s0, -1, negative);
        explicit(out, random, s1, 1, positive);

        boolean sign = random.nextBoolean();
        int magnitude = 1 + random.nextInt(6);
        int deltaRps = sign ? -magnitude : magnitude;
        out.flag(true).flag(sign).ue(magnitude - 1);
        int candidates = s0 + s1 + 1;
        boolean[] used = new boolean[candidates];
        boolean[] use = new boolean[candidates];
        for (int j = 0; j < candidates; j++) {
            used[j] = random.nextBoolean();
            use[j] = used[j];
            out.flag(used[j]);
            if (!used[j]) {
                use[j] = random.nextBoolean();
                out.flag(use[j]);
            }
        }

        List<Picture> expected = new ArrayList<>();
        for (int j = s1 - 1; j >= 0; j--) {
            add(expected, positive.get(j).delta() + deltaRps, true, use[s0 + j], used[s0 + j]);
        }
        add(expected, deltaRps, true, use[candidates - 1], used[candidates - 1]);
        for (int j = 0; j < s0; j++) {
            add(expected, negative.get(j).delta() + deltaRps, true, use[j], used[j]);
        }
        for (int j = s0 - 1; j >= 0; j--) {
            add(expected, negative.get(j).delta() + deltaRps, false, use[j], used[j]);
        }
        add(expected, deltaRps, false, use[candidates - 1], used[candidates - 1]);
        for (int j = 0; j < s1; j++) {
            add(expected, positive.get(j).delta() + deltaRps, false, use[s0 + j], used[s0 + j]);
        }

        BitReader in = new BitReader(out.align().nal());
        ShortTermRefPicSet base = ShortTermRefPicSet.read(in, List.of(), false);
        assertThat(base.size()).isEqualTo(s0 + s1);
        ShortTermRefPicSet predicted = ShortTermRefPicSet.read(in, List.of(base), false);
        assertThat(predicted.deltas())
                .containsExactly(expected.stream().mapToInt(Picture::delta).toArray());
        assertThat(predicted.usedCount())
                .isEqualTo((int) expected.stream().filter(Picture::used).count());
    }

    private static void explicit(BitWriter out, Random random, int count, int direction, List<Picture> pictures) {
        int poc = 0;
        for (int i = 0; i < count; i++) {
            int step = 1 + random.nextInt(3);
            poc += direction * step;
            pictures.add(new Picture(poc, random.nextBoolean()));
            out.ue(step - 1).flag(pictures.get(i).used());
        }
    }

    private static void add(List<Picture> out, int delta, boolean negative, boolean use, boolean used) {
        if (use && (negative ? delta < 0 : delta > 0)) {
            out.add(new Picture(delta, used));
        }
    }
}
