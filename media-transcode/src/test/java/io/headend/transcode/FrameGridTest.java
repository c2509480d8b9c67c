package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FrameGridTest {

    private static final EpochGrid PAL = new EpochGrid(Rational.of(25, 1), 50, 1);

    /** Runs pictures (identified by index) through a grid and says which picture every frame got. */
    private static List<Integer> fill(FrameGrid frames, List<Timestamp> pictures) {
        List<Integer> shown = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < pictures.size(); i++) {
            FrameGrid.Placement placement = frames.place(pictures.get(i));
            for (long r = 0; r < placement.repeats(); r++) {
                shown.add(last);
            }
            if (placement.shown()) {
                shown.add(i);
                last = i;
            }
        }
        return shown;
    }

    private static List<Timestamp> millis(long... times) {
        List<Timestamp> result = new ArrayList<>();
        for (long time : times) {
            result.add(Timestamp.of(time, Timebase.MILLIS));
        }
        return result;
    }

    @Test
    void constantRateGivesOnePictureEach() {
        FrameGrid frames = new FrameGrid(PAL);
        assertThat(fill(frames, millis(0, 40, 80, 120))).containsExactly(0, 1, 2, 3);
        assertThat(frames.next()).isEqualTo(4);
    }

    @Test
    void aHoleIsFilledWithThePictureBeforeIt() {
        assertThat(fill(new FrameGrid(PAL), millis(0, 40, 160, 200))).containsExactly(0, 1, 1, 1, 2, 3);
    }

    @Test
    void theSecondPictureOfAFrameAndALatePictureAreDropped() {
        assertThat(fill(new FrameGrid(PAL), millis(0, 40, 40, 41, 10, 80))).containsExactly(0, 1, 5);
    }

    @Test
    void twiceTheRateShowsEverySecondPicture() {
        FrameGrid frames = new FrameGrid(PAL);
        assertThat(fill(frames, millis(0, 20, 40, 60, 80, 100))).hasSize(4).startsWith(0, 1);
        assertThat(frames.next()).isEqualTo(4);
    }

    @Test
    void fillingRepeatsUpToTheEndAndNothingBeforeTheStart() {
        FrameGrid frames = new FrameGrid(PAL);
        assertThat(frames.fillTo(Timestamp.of(400, Timebase.MILLIS))).isZero();
        frames.place(Timestamp.of(0, Timebase.MILLIS));
        assertThat(frames.fillTo(Timestamp.of(400, Timebase.MILLIS))).isEqualTo(9);
        assertThat(frames.fillTo(Timestamp.of(200, Timebase.MILLIS))).isZero();
        assertThat(frames.nextStart()).isEqualByComparingTo(Timestamp.of(400, Timebase.MILLIS));
    }

    @Provide
    Arbitrary<List<Long>> steps() {
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, Arbitraries.longs().between(30, 45)),
                        net.jqwik.api.Tuple.of(2, Arbitraries.longs().between(0, 5)),
                        net.jqwik.api.Tuple.of(2, Arbitraries.longs().between(-500, -1)),
                        net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(100, 3000)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(200);
    }

    @Property(tries = 300)
    void everyFrameNumberGetsExactlyOnePicture(
            @ForAll("steps") List<Long> steps, @ForAll("rates") Rational rate, @ForAll("epochs") long epoch) {
        EpochGrid grid = new EpochGrid(rate, 50, 1);
        FrameGrid frames = new FrameGrid(grid);
        List<Timestamp> pictures = new ArrayList<>();
        long time = epoch;
        long newest = Long.MIN_VALUE;
        for (long step : steps) {
            time += step;
            newest = Math.max(newest, time);
            pictures.add(Timestamp.of(time, Timebase.MILLIS));
        }
        List<Integer> shown = fill(frames, pictures);
        long first = grid.nearestFrame(pictures.get(0));
        assertThat(frames.next()).isEqualTo(first + shown.size());
        assertThat(frames.next())
                .isEqualTo(Math.max(first, grid.nearestFrame(Timestamp.of(newest, Timebase.MILLIS))) + 1);
        // A frame never shows a picture from after it, beyond the rounding, and never goes back.
        long half = 500L * rate.den() / rate.num() + 1;
        int before = 0;
        for (int i = 0; i < shown.size(); i++) {
            assertThat(shown.get(i)).isGreaterThanOrEqualTo(before);
            before = shown.get(i);
            long start = grid.startOfFrame(first + i).ticksIn(Timebase.MILLIS, RoundingMode.HALF_UP);
            assertThat(pictures.get(before).ticks()).isLessThanOrEqualTo(start + half);
        }
    }

    @Property(tries = 200)
    void whoJoinsLaterShowsTheSamePictures(
            @ForAll("steps") List<Long> steps, @ForAll("rates") Rational rate, @ForAll("joins") int join) {
        EpochGrid grid = new EpochGrid(rate, 50, 1);
        List<Timestamp> pictures = new ArrayList<>();
        long time = 1_700_000_000_000L;
        for (long step : steps) {
            time += Math.abs(step);
            pictures.add(Timestamp.of(time, Timebase.MILLIS));
        }
        int from = join % pictures.size();
        List<Integer> a = fill(new FrameGrid(grid), pictures);
        List<Integer> b = fill(new FrameGrid(grid), pictures.subList(from, pictures.size()));
        // The first picture of b may have lost its frame to an earlier one in a.
        int overlap = b.size() - 1;
        assertThat(a.subList(a.size() - overlap, a.size()).stream()
                        .filter(i -> i > from)
                        .toList())
                .isEqualTo(b.subList(1, b.size()).stream()
                        .map(i -> i + from)
                        .filter(i -> i > from)
                        .toList());
    }

    @Provide
    Arbitrary<Rational> rates() {
        return Arbitraries.of(
                Rational.of(25, 1), Rational.of(30_000, 1001), Rational.of(30, 1), Rational.of(60_000, 1001));
    }

    @Provide
    Arbitrary<Long> epochs() {
        return Arbitraries.longs().between(-10_000, 1_900_000_000_000L);
    }

    @Provide
    Arbitrary<Integer> joins() {
        return Arbitraries.integers().between(0, 199);
    }
}
