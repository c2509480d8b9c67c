package io.headend.packaging;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which slot each segment number is taken from: the preferred one if it has the segment complete by its deadline, else the
 * other one. All renditions of a number come from one slot, unless the initialisation segments of both are alike: then each
 * may fill what the other lacks. A slot that is better by {@value #BETTER} points twice running, or has what the preferred
 * one lacks, becomes the preferred one.
 *
 * <p>Knows nothing of bytes. <b>Threading:</b> one thread at a time.
 */
final class SlotChoice {

    static final int BETTER = 20;
    private static final int TWICE = 2;
    private static final int MAX_PENDING = 128;

    /**
     * @param number k
     * @param winners slot of each rendition; empty where the number is passed over
     */
    record Decision(long number, Map<String, IngestSlot> winners) {}

    private final Set<String> renditions;
    private final LongFunction<Instant> deadline;
    private final TreeMap<Long, Map<IngestSlot, Map<String, Integer>>> pending = new TreeMap<>();
    private final Map<IngestSlot, Map<String, Integer>> inits = new EnumMap<>(IngestSlot.class);
    private IngestSlot preferred = IngestSlot.A;
    private int better;
    private long decided = Long.MIN_VALUE;

    /**
     * @param deadline until when the preferred slot is waited for, by segment number
     */
    SlotChoice(Set<String> renditions, LongFunction<Instant> deadline) {
        this.renditions = Set.copyOf(renditions);
        this.deadline = deadline;
    }

    /** How long beyond its due time a segment of the preferred slot is waited for: half a segment, and a second at most. */
    static Duration grace(Duration segment) {
        Duration half = segment.dividedBy(2);
        return half.compareTo(Duration.ofSeconds(1)) < 0 ? half : Duration.ofSeconds(1);
    }

    IngestSlot preferred() {
        return preferred;
    }

    /** The last number that was decided, or {@link Long#MIN_VALUE}. */
    long decided() {
        return decided;
    }

    /** Until when the oldest undecided number is waited for, or {@code null} where there is none. */
    @Nullable
    Instant nextDeadline() {
        return pending.isEmpty() ? null : deadline.apply(pending.firstKey());
    }

    /** The bytes of a rendition's initialisation segment, by their hash. */
    void init(IngestSlot slot, String rendition, int hash) {
        inits.computeIfAbsent(slot, s -> new HashMap<>()).put(rendition, hash);
    }

    /** A slot has a segment of one rendition; ignored where its number is decided. */
    void complete(IngestSlot slot, String rendition, long number, int score) {
        if (number <= decided || !renditions.contains(rendition)) {
            return;
        }
        pending.computeIfAbsent(number, n -> new EnumMap<>(IngestSlot.class))
                .computeIfAbsent(slot, s -> new HashMap<>())
                .putIfAbsent(rendition, score);
    }

    /** What can be decided now, in ascending order. */
    List<Decision> decide(Instant now) {
        List<Decision> decisions = new ArrayList<>();
        while (!pending.isEmpty()) {
            Map.Entry<Long, Map<IngestSlot, Map<String, Integer>>> first = pending.firstEntry();
            long number = first.getKey();
            Map<IngestSlot, Map<String, Integer>> have = first.getValue();
            boolean late = !now.isBefore(deadline.apply(number)) || pending.size() > MAX_PENDING;
            Map<String, IngestSlot> winners = winners(have, late);
            if (winners.isEmpty() && !late) {
                return decisions;
            }
            if (winners.isEmpty() && pending.size() == 1 && !now.isAfter(deadline.apply(number + 1))) {
                // nothing comes behind it yet, so nothing is lost by waiting for the rest of it
                return decisions;
            }
            pending.remove(number);
            decided = number;
            decisions.add(new Decision(number, winners));
        }
        return decisions;
    }

    private Map<String, IngestSlot> winners(Map<IngestSlot, Map<String, Integer>> have, boolean late) {
        IngestSlot other = preferred.other();
        boolean mine = isComplete(have, preferred);
        boolean theirs = isComplete(have, other);
        if (mine) {
            better = theirs && score(have, other) >= score(have, preferred) + BETTER ? better + 1 : 0;
            if (better >= TWICE) {
                prefer(other);
            }
            return all(preferred);
        }
        if (!late) {
            return Map.of();
        }
        if (theirs) {
            prefer(other);
            return all(other);
        }
        return fill(have);
    }

    private Map<String, IngestSlot> fill(Map<IngestSlot, Map<String, Integer>> have) {
        Map<String, Integer> ours = inits.getOrDefault(IngestSlot.A, Map.of());
        if (!ours.equals(inits.getOrDefault(IngestSlot.B, Map.of())) || ours.size() < renditions.size()) {
            return Map.of();
        }
        Map<String, IngestSlot> winners = new LinkedHashMap<>();
        for (String rendition : renditions) {
            for (IngestSlot slot : List.of(preferred.other(), preferred)) {
                if (have.getOrDefault(slot, Map.of()).containsKey(rendition)) {
                    winners.put(rendition, slot);
                }
            }
        }
        return winners.size() == renditions.size() ? winners : Map.of();
    }

    private void prefer(IngestSlot slot) {
        preferred = slot;
        better = 0;
    }

    private boolean isComplete(Map<IngestSlot, Map<String, Integer>> have, IngestSlot slot) {
        return have.getOrDefault(slot, Map.of()).size() == renditions.size();
    }

    private static int score(Map<IngestSlot, Map<String, Integer>> have, IngestSlot slot) {
        return have.getOrDefault(slot, Map.of()).values().stream()
                .mapToInt(Integer::intValue)
                .min()
                .orElse(0);
    }

    private Map<String, IngestSlot> all(IngestSlot slot) {
        Map<String, IngestSlot> winners = new LinkedHashMap<>();
        renditions.forEach(rendition -> winners.put(rendition, slot));
        return winners;
    }
}
