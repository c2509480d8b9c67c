package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.packaging.SlotChoice.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SlotChoiceTest {

    private static final Set<String> RENDITIONS = Set.of("v1", "v2", "a");

    private record Put(long at, IngestSlot slot, String rendition, long number) {}

    private static Instant deadline(long number) {
        return Instant.ofEpochMilli(2000 * (number + 1) + 1000);
    }

    private static SlotChoice choice() {
        return new SlotChoice(RENDITIONS, SlotChoiceTest::deadline);
    }

    private static Instant before(long number) {
        return deadline(number).minusMillis(1);
    }

    private static void put(SlotChoice choice, IngestSlot slot, long number, int score) {
        RENDITIONS.forEach(r -> choice.complete(slot, r, number, score));
    }

    /** 100,000 interleavings of two pipelines that lose, delay and reorder segments. */
    @Test
    void everyNumberHasOneWinnerAndConsistentRenditions() {
        Random random = new Random(7);
        for (int run = 0; run < 100_000; run++) {
            run(random);
        }
    }

    private static void run(Random random) {
        SlotChoice choice = choice();
        boolean alike = random.nextBoolean();
        for (IngestSlot slot : IngestSlot.values()) {
            RENDITIONS.forEach(r -> choice.init(slot, r, alike ? 1 : slot.ordinal()));
        }
        List<Put> puts = new ArrayList<>();
        Set<Put> had = new HashSet<>();
        int numbers = 4;
        for (IngestSlot slot : IngestSlot.values()) {
            for (long k = 0; k < numbers; k++) {
                for (String rendition : RENDITIONS) {
                    if (random.nextInt(8) > 0) {
                        puts.add(new Put(2000 * (k + 1) + random.nextInt(1800), slot, rendition, k));
                    }
                }
            }
        }
        Collections.shuffle(puts, random);
        puts.sort((x, y) -> Long.compare(x.at(), y.at()));
        Map<Long, Decision> decisions = new TreeMap<>();
        for (Put put : puts) {
            if (put.number() > choice.decided()) {
                had.add(new Put(0, put.slot(), put.rendition(), put.number()));
            }
            choice.complete(put.slot(), put.rendition(), put.number(), random.nextInt(101));
            add(decisions, choice.decide(Instant.ofEpochMilli(put.at())), put.at(), had);
        }
        add(decisions, choice.decide(deadline(numbers + 1)), Long.MAX_VALUE, had);
        for (Decision decision : decisions.values()) {
            if (!decision.winners().isEmpty()) {
                assertThat(decision.winners().keySet()).isEqualTo(RENDITIONS);
                assertThat(alike || Set.copyOf(decision.winners().values()).size() == 1)
                        .isTrue();
            }
        }
        for (long k = 0; k < numbers; k++) {
            for (IngestSlot slot : IngestSlot.values()) {
                long number = k;
                boolean whole = RENDITIONS.stream().allMatch(r -> had.contains(new Put(0, slot, r, number)));
                // what one slot had complete in time is never passed over
                assertThat(!whole || !decisions.get(k).winners().isEmpty()).isTrue();
            }
        }
    }

    private static void add(Map<Long, Decision> all, List<Decision> more, long at, Set<Put> had) {
        for (Decision decision : more) {
            assertThat(all.put(decision.number(), decision)).isNull();
            decision.winners()
                    .forEach((rendition, slot) -> assertThat(
                                    had.contains(new Put(0, slot, rendition, decision.number())))
                            .isTrue());
        }
    }

    @Test
    void thePreferredSlotIsWaitedForUntilTheDeadline() {
        SlotChoice choice = choice();
        put(choice, IngestSlot.B, 5, 100);
        assertThat(choice.decide(before(5))).isEmpty();
        assertThat(choice.decide(deadline(5)))
                .singleElement()
                .satisfies(d -> assertThat(d.winners()).containsEntry("a", IngestSlot.B));
        assertThat(choice.preferred()).isEqualTo(IngestSlot.B);
        put(choice, IngestSlot.B, 6, 100);
        assertThat(choice.decide(before(6))).hasSize(1);
        put(choice, IngestSlot.A, 6, 100);
        assertThat(choice.decide(deadline(6))).isEmpty();
    }

    @Test
    void aSlotThatIsBetterTwiceBecomesThePreferredOne() {
        SlotChoice choice = choice();
        for (long k = 0; k < 3; k++) {
            put(choice, IngestSlot.B, k, 100);
            put(choice, IngestSlot.A, k, k == 0 ? 81 : 80);
            choice.decide(before(k));
            assertThat(choice.preferred()).isEqualTo(k < 2 ? IngestSlot.A : IngestSlot.B);
        }
    }

    @Test
    void slotsFillEachOtherOnlyWithEqualInitialisation() {
        for (boolean alike : new boolean[] {true, false}) {
            SlotChoice choice = choice();
            Map<String, IngestSlot> source =
                    new HashMap<>(Map.of("v1", IngestSlot.A, "v2", IngestSlot.B, "a", IngestSlot.A));
            RENDITIONS.forEach(r -> {
                choice.init(IngestSlot.A, r, 1);
                choice.init(IngestSlot.B, r, alike ? 1 : 2);
            });
            source.forEach((r, slot) -> choice.complete(slot, r, 3, 100));
            put(choice, IngestSlot.A, 4, 100);
            assertThat(choice.decide(before(3))).isEmpty();
            List<Decision> decisions = choice.decide(deadline(3));
            assertThat(decisions.get(0)).isEqualTo(new Decision(3, alike ? source : Map.of()));
            assertThat(decisions.get(1).winners()).containsEntry("v2", IngestSlot.A);
        }
    }
}
