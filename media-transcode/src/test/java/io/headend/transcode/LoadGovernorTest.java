package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.SampleInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** One rendition of 25 frames per second that costs what the level says, on a clock that only the work moves. */
class LoadGovernorTest {

    private static final long FRAME = 40_000_000L;
    private static final long MS = 1_000_000L;
    private static final long GOP = 2_000 * MS;

    private final AtomicLong now = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final LoadGovernor governor =
            LoadGovernor.of(now::get, GOP + 500 * MS, List.of(ComputeLevel.values()), told::add);
    private final List<ComputeLevel> path = new ArrayList<>();
    private long frame;
    private long worst;

    /** Cost of a frame by level, of an unloaded machine. */
    private static final Map<ComputeLevel, Long> COST = new EnumMap<>(Map.of(
            ComputeLevel.FULL, 36 * MS,
            ComputeLevel.LESS_ANALYSIS, 32 * MS,
            ComputeLevel.NO_ANALYSIS, 28 * MS,
            ComputeLevel.FASTER_PRESET, 18 * MS,
            ComputeLevel.FASTEST_PRESET, 13 * MS,
            ComputeLevel.HALF_RATE, 8 * MS,
            ComputeLevel.QUARTER_RATE, 5 * MS));

    /** @param factor cost multiplied by this in percent, by frame */
    private void run(int frames, LongUnaryOperator factor) {
        ComputeLevel inForce = governor.level();
        for (int i = 0; i < frames; i++) {
            long start = frame * FRAME;
            now.accumulateAndGet(start + FRAME, Math::max);
            if (frame % 50 == 0 || !inForce.isAtLeast(ComputeLevel.FASTER_PRESET)) {
                inForce = governor.level();
            }
            long cost = governor.skips() ? 3 * MS : COST.get(inForce);
            now.addAndGet(cost * factor.applyAsLong(frame) / 100);
            governor.taken("v", start);
            worst = Math.max(worst, governor.figures().lagMillis());
            if (path.isEmpty() || path.get(path.size() - 1) != governor.level()) {
                path.add(governor.level());
            }
            frame++;
        }
    }

    @Test
    void aMachineThatKeepsUpGivesNothingUp() {
        run(5_000, n -> 100);
        assertThat(path).containsExactly(ComputeLevel.FULL);
        assertThat(governor.figures().worstLagMillis()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void underAThiefItDegradesInTheDeclaredOrderAndRecovers() {
        run(500, n -> 100);
        run(1_500, n -> 200);
        assertThat(worst).as("worst lag in ms").isLessThan(3_000);
        assertThat(governor.level().isAtLeast(ComputeLevel.FASTER_PRESET)).isTrue();
        assertThat(governor.figures().lagMillis()).isLessThan(500);
        assertThat(path)
                .as("downwards one step at a time")
                .startsWith(
                        ComputeLevel.FULL,
                        ComputeLevel.LESS_ANALYSIS,
                        ComputeLevel.NO_ANALYSIS,
                        ComputeLevel.FASTER_PRESET);
        run(2_500, n -> 100);
        assertThat(governor.level()).isEqualTo(ComputeLevel.FULL);
        assertThat(told.get(told.size() - 1)).contains("caught up");
        for (int i = 1; i < path.size(); i++) {
            assertThat(Math.abs(path.get(i).ordinal() - path.get(i - 1).ordinal()))
                    .isEqualTo(1);
        }
    }

    @Test
    void groupsThatBeginWithAHiccupAreNoReasonToStayBelow() {
        run(500, n -> 100);
        run(300, n -> 250);
        assertThat(governor.level()).isNotEqualTo(ComputeLevel.FULL);
        // The encoders of a group open together: 190 ms once in two seconds, made good at once.
        run(
                4_000,
                n -> n % 50 == 0 && governor.level() != ComputeLevel.FULL
                        ? 190 * MS * 100 / COST.get(governor.level())
                        : 100);
        assertThat(governor.level()).isEqualTo(ComputeLevel.FULL);
    }

    @Test
    void aThiefThatTakesNearlyAllIsSurvivedByShowingPicturesAgain() {
        run(500, n -> 100);
        run(2_000, n -> 1_000);
        assertThat(worst).isLessThan(3_000);
        assertThat(governor.level()).isEqualTo(ComputeLevel.QUARTER_RATE);
        run(6_000, n -> 100);
        assertThat(governor.level()).isEqualTo(ComputeLevel.FULL);
    }

    @Test
    void aWayBackThatDoesNotLastIsTriedLessAndLessOften() {
        run(500, n -> 100);
        // 18 ms fit into 40 at 200 %, 28 ms do not: level by level it comes back too far, again and again.
        run(15_000, n -> 200);
        long steps = governor.figures().steps();
        assertThat(steps).isLessThan(50);
        assertThat(worst).isLessThan(3_000);
    }

    @Test
    void whatAChannelIsAlwaysBehindIsNoLag() {
        now.set(0);
        for (int i = 0; i < 500; i++) {
            // Laid four seconds back, caught up as fast as the machine can.
            now.accumulateAndGet((frame - 100) * FRAME, Math::max);
            now.addAndGet(10 * MS);
            governor.taken("v", (frame - 100) * FRAME);
            frame++;
        }
        assertThat(governor.figures().worstLagMillis()).isZero();
        assertThat(governor.level()).isEqualTo(ComputeLevel.FULL);
    }

    @Test
    void aSourceThatComesInBurstsIsNoOverload() {
        for (int burst = 0; burst < 30; burst++) {
            now.accumulateAndGet((burst + 1) * 150 * FRAME, Math::max);
            long arrival = now.get();
            for (int i = 0; i < 150; i++) {
                governor.came(frame * FRAME, arrival);
                now.addAndGet(20 * MS);
                governor.taken("v", frame * FRAME);
                frame++;
            }
        }
        assertThat(governor.level()).isEqualTo(ComputeLevel.FULL);
        assertThat(governor.skips()).isFalse();
    }

    @Test
    void theCoverOfASilentSourceIsNoOverload() {
        run(500, n -> 100);
        now.addAndGet(3_200 * MS);
        // What is missing comes at once, from its first picture on.
        governor.covers(frame * FRAME);
        while ((frame + 1) * FRAME < now.get()) {
            now.addAndGet(10 * MS);
            governor.taken("v", frame * FRAME);
            assertThat(governor.skips()).isFalse();
            assertThat(governor.drops("v", frame * FRAME)).isFalse();
            frame++;
        }
        run(500, n -> 100);
        assertThat(path).containsExactly(ComputeLevel.FULL);
        assertThat(told).isEmpty();
    }

    /**
     * An encoder that holds forty pictures: each that goes in pushes one out, which costs what was asked for when it went in; and
     * another encoder means that all of them come out first.
     */
    private void runLookingAhead(int frames, LongUnaryOperator factor) {
        ComputeLevel preset = governor.level();
        for (int i = 0; i < frames; i++) {
            long start = frame * FRAME;
            now.accumulateAndGet(start + FRAME, Math::max);
            boolean key = frame % 50 == 0;
            if (key && !preset.equals(governor.level()) && governor.level().isAtLeast(ComputeLevel.FASTER_PRESET)) {
                preset = governor.level();
                while (!inside.isEmpty() && !governor.drops("v", start)) {
                    now.addAndGet(inside.remove() * factor.applyAsLong(frame) / 100);
                }
                inside.clear();
            }
            if (key || !governor.drops("v", start)) {
                inside.add(governor.skips() ? 3 * MS : COST.get(governor.level()));
                encoded++;
                if (inside.size() > 40) {
                    now.addAndGet(inside.remove() * factor.applyAsLong(frame) / 100);
                }
            }
            governor.taken("v", start);
            worst = Math.max(worst, governor.figures().lagMillis());
            frame++;
        }
    }

    private final Queue<Long> inside = new ArrayDeque<>();
    private int encoded;

    @Test
    void whatIsInsideAnEncoderCannotBringItThreeSecondsBehind() {
        runLookingAhead(500, n -> 100);
        assertThat(encoded).isEqualTo(500);
        runLookingAhead(1_500, n -> 500);
        assertThat(worst).as("worst lag in ms").isLessThan(3_000);
        assertThat(told).anyMatch(text -> text.contains("encodes only key pictures of v"));
        assertThat(encoded).as("most are left out, never key pictures").isBetween(40, 1_999);
        runLookingAhead(9_000, n -> 100);
        assertThat(governor.level()).isEqualTo(ComputeLevel.FULL);
        assertThat(governor.figures().lagMillis()).isLessThan(50);
    }

    @Property(tries = 200)
    void noThiefBringsItThreeSecondsBehind(@ForAll @Size(60) List<@LongRange(min = 50, max = 2_000) Long> factors) {
        runLookingAhead(500, n -> 100);
        long begin = frame;
        runLookingAhead(50 * factors.size(), n -> factors.get((int) ((n - begin) / 50)));
        // A single picture costs up to 720 ms here.
        assertThat(worst).as("worst lag in ms").isLessThan(3_000);
    }

    @Test
    void onlyTheRenditionThatIsLateLeavesPicturesOut() {
        governor.taken("a", 0);
        governor.taken("b", 0);
        now.set(2_500 * MS);
        governor.taken("b", 2_500 * MS);
        assertThat(governor.drops("a", 40 * MS)).isTrue();
        assertThat(governor.drops("b", 2_500 * MS)).isFalse();
        assertThat(governor.drops("a", 2_000 * MS)).as("until it has caught up").isTrue();
        assertThat(governor.drops("a", 2_300 * MS)).isFalse();
        assertThat(told).hasSize(1);
    }

    @Test
    void withoutAClockNothingIsMeasured() {
        assertThat(LoadGovernor.none().drops("v", 0)).isFalse();
        LoadGovernor none = LoadGovernor.none();
        none.came(0, SampleInfo.NO_ARRIVAL);
        none.taken("v", 0);
        assertThat(none.figures()).isEqualTo(LoadFigures.NONE);
        assertThat(none.level()).isEqualTo(ComputeLevel.FULL);
    }
}
