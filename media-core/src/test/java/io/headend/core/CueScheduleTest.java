package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CueScheduleTest {

    /** The rule as it is written down: go through the splices, move the nearest boundary of each that stands alone. */
    static Map<Long, Long> oracle(TreeSet<Long> splices, long length, long from, long to) {
        List<Long> sorted = new ArrayList<>(splices);
        Map<Long, Long> moved = new TreeMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            long splice = sorted.get(i);
            if (i > 0 && splice - sorted.get(i - 1) < 2 * length) {
                continue;
            }
            moved.putIfAbsent(Math.floorDiv(splice + length / 2, length), splice);
        }
        Map<Long, Long> boundaries = new TreeMap<>();
        for (long k = Math.floorDiv(from, length); k <= Math.floorDiv(to, length); k++) {
            boundaries.put(k, moved.getOrDefault(k, k * length));
        }
        return boundaries;
    }

    private static TreeSet<Long> splices(Random random, long base, long span, int count) {
        TreeSet<Long> splices = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            splices.add(base + (long) (random.nextDouble() * span));
        }
        return splices;
    }

    @Property(tries = 1000)
    void boundariesAreThoseOfTheOracleAndSegmentsLastHalfToOneAndAHalf(
            @ForAll long seed,
            @ForAll @IntRange(min = 10, max = 120) int length,
            @ForAll @IntRange(max = 14) int count) {
        Random random = new Random(seed);
        long base = random.nextInt(1_000_000_000);
        TreeSet<Long> splices = splices(random, base, 60L * length, count);
        Map<Long, Long> expected = oracle(splices, length, base - 2L * length, base + 62L * length);
        long before = Long.MIN_VALUE;
        for (Map.Entry<Long, Long> boundary : expected.entrySet()) {
            assertThat(CueSchedule.boundary(splices, length, boundary.getKey())).isEqualTo(boundary.getValue());
            if (before != Long.MIN_VALUE) {
                assertThat(2 * (boundary.getValue() - before)).isBetween(length - 2L, 3L * length + 2);
            }
            before = boundary.getValue();
        }
    }

    /** 1,000 splices and more, a pipeline that begins anywhere: what both decide is the same from 3d after the later start on. */
    @Property(tries = 1000)
    void aPipelineThatBeginsLaterDecidesAlike(
            @ForAll long seed,
            @ForAll @IntRange(min = 10, max = 60) int length,
            @ForAll @IntRange(max = 14) int count) {
        Random random = new Random(seed);
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), length, 1);
        long base = 1_000_000 + random.nextInt(1_000_000);
        TreeSet<Long> splices = splices(random, base, 40L * length, count);
        long late = base + random.nextInt(40 * length);
        Map<Long, Long> first = run(grid, splices, base - 3L * length, base + 44L * length);
        Map<Long, Long> second = run(grid, splices, late, base + 44L * length);
        Map<Long, Long> expected = oracle(splices, length, base - length, base + 42L * length);
        expected.forEach((k, start) -> {
            assertThat(first.getOrDefault(k, k * length)).as("boundary %d", k).isEqualTo(start);
            if (k * length >= late + 3L * length) {
                assertThat(second.getOrDefault(k, k * length)).isEqualTo(start);
            }
        });
    }

    /** Splices are announced 2d before they happen, and only those that happen after the start are heard of. */
    static Map<Long, Long> run(EpochGrid grid, TreeSet<Long> splices, long from, long to) {
        CueSchedule schedule = new CueSchedule(grid);
        Map<Long, Long> moved = new TreeMap<>();
        long length = grid.segmentFrames();
        for (long frame = from; frame < to; frame++) {
            for (long splice : frame == from
                    ? splices.subSet(from, from + 2 * length + 1)
                    : splices.subSet(frame + 2 * length, frame + 2 * length + 1)) {
                schedule.add(grid.startOfFrame(splice));
            }
            for (SegmentBoundary boundary : schedule.decide(frame)) {
                moved.put(boundary.number(), grid.frameAt(boundary.start()));
                assertThat(grid.frameAt(boundary.start())).isGreaterThanOrEqualTo(frame);
            }
        }
        return moved;
    }

    @Test
    void aSpliceOffTheGridHappensAtTheNextFrame() {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        CueSchedule schedule = new CueSchedule(grid);
        schedule.add(Timestamp.of(1_204_001, Timebase.MICROS));
        assertThat(schedule.decide(-100)).isEmpty();
        assertThat(schedule.decide(0)).singleElement().satisfies(b -> {
            assertThat(b.number()).isEqualTo(1);
            assertThat(grid.frameAt(b.start())).isEqualTo(31);
        });
        assertThat(schedule.decide(1)).isEmpty();
    }
}
