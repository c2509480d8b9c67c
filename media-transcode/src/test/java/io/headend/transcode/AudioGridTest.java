package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class AudioGridTest {

    private static final long EPOCH = 1_700_000_000L * 48_000 + 777;

    private static AudioGrid grid(long firstSample) {
        return new AudioGrid(1024, 48_000, firstSample);
    }

    @Test
    void beginsAtTheNextMultipleOfTheFrameSize() {
        assertThat(grid(0).next()).isZero();
        assertThat(grid(1).next()).isEqualTo(1024);
        assertThat(grid(1024).next()).isEqualTo(1024);
        assertThat(grid(-1).next()).isZero();
        assertThat(grid(EPOCH).next() % 1024).isZero();
        assertThat(grid(EPOCH).next() - EPOCH).isBetween(0L, 1023L);
    }

    @Test
    void whatLiesBeforeTheFirstFrameIsCutToTheSample() {
        AudioGrid grid = grid(100);
        assertThat(grid.place(100, 900)).isEqualTo(new AudioGrid.Placement(0, 900, 0, 0));
        assertThat(grid.place(1000, 1024)).isEqualTo(new AudioGrid.Placement(0, 24, 1000, 0));
        assertThat(grid.place(2024, 1024)).isEqualTo(new AudioGrid.Placement(0, 0, 1024, 0));
        assertThat(grid.next()).isEqualTo(3048);
    }

    @Test
    void soundThatStartsLateIsLedInBySilenceToTheSample() {
        AudioGrid grid = grid(0);
        assertThat(grid.place(7, 1024)).isEqualTo(new AudioGrid.Placement(7, 0, 1024, 0));
        assertThat(grid.next()).isEqualTo(1031);
    }

    @Test
    void jitterOfMillisecondsMovesNothing() {
        AudioGrid grid = grid(0);
        grid.place(0, 1024);
        long[] jitter = {24, -24, 48, -48, 0, 12};
        for (int i = 0; i < jitter.length; i++) {
            assertThat(grid.place(1024L * (i + 1) + jitter[i], 1024)).isEqualTo(new AudioGrid.Placement(0, 0, 1024, 0));
        }
        assertThat(grid.next()).isEqualTo(7 * 1024);
    }

    @Test
    void aHoleIsFilledAndAnOverlapIsCut() {
        AudioGrid grid = grid(0);
        grid.place(0, 1024);
        assertThat(grid.place(1024 + 4800, 1024)).isEqualTo(new AudioGrid.Placement(4800, 0, 1024, 0));
        assertThat(grid.place(2048, 1024)).isEqualTo(new AudioGrid.Placement(0, 1024, 0, 0));
        assertThat(grid.place(3072, 5000)).isEqualTo(new AudioGrid.Placement(0, 3776, 1224, 0));
        assertThat(grid.next()).isEqualTo(3072 + 5000);
    }

    @Test
    void fillingGoesUpToTheEnd() {
        AudioGrid grid = grid(0);
        assertThat(grid.fillTo(48_000)).isEqualTo(48_000);
        assertThat(grid.fillTo(48_000 + 100)).isZero();
        assertThat(grid.fillTo(1000)).isZero();
    }

    @Test
    void driftOfTheSourceIsTakenOutSlowly() {
        // The source's samples are 50 in a million too few: without correction 2.4 samples a second.
        for (int sign : new int[] {1, -1}) {
            AudioGrid grid = grid(0);
            long corrections = 0;
            long worst = 0;
            int blocks = 48_000 * 600 / 1024;
            for (int i = 0; i < blocks; i++) {
                long start = 1024L * i + sign * Math.round(1024.0 * i * 50e-6);
                worst = Math.max(worst, Math.abs(start - grid.next()));
                AudioGrid.Placement placement = grid.place(start, 1024);
                assertThat(placement.silence()).isZero();
                assertThat(placement.skip()).isZero();
                corrections += placement.correction();
            }
            assertThat(worst).isLessThan(48_000 / 200);
            assertThat(corrections * sign).isBetween(48 * 20L, 48 * 30L);
        }
    }

    @Provide
    Arbitrary<List<Tuple.Tuple2<Integer, Integer>>> blocks() {
        Arbitrary<Integer> steps = Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.integers().between(-60, 60)),
                Tuple.of(1, Arbitraries.integers().between(-60_000, 200_000)));
        Arbitrary<Integer> counts = Arbitraries.of(1, 128, 960, 1024, 1536, 2048);
        return net.jqwik.api.Combinators.combine(steps, counts)
                .as(Tuple::of)
                .list()
                .ofMinSize(1)
                .ofMaxSize(200);
    }

    @Property(tries = 300)
    void samplesRunWithoutHoleOrOverlap(@ForAll("blocks") List<Tuple.Tuple2<Integer, Integer>> blocks) {
        AudioGrid grid = grid(EPOCH);
        long written = grid.next();
        long clock = EPOCH;
        for (Tuple.Tuple2<Integer, Integer> block : blocks) {
            clock += block.get1();
            int count = block.get2();
            AudioGrid.Placement placement = grid.place(clock, count);
            assertThat(placement.silence()).isNotNegative();
            assertThat(placement.skip() + placement.take()).isEqualTo(count);
            assertThat(placement.skip()).isBetween(0, count);
            written += placement.silence() + placement.take() + placement.correction();
            assertThat(grid.next()).isEqualTo(written);
            clock += count;
            if (placement.take() > 0) {
                assertThat(Math.abs(clock - written)).isLessThanOrEqualTo(1920 + 1);
            }
        }
    }

    @Property(tries = 200)
    void whoJoinsLaterHasTheSameSamplesAtTheSamePlace(@ForAll("offsets") int offset) {
        AudioGrid late = grid(EPOCH + offset);
        long first = late.next();
        for (int i = 0; i < 8; i++) {
            long start = EPOCH + offset + 1024L * i;
            AudioGrid.Placement placement = late.place(start, 1024);
            // Sample s of the source is sample s of the result.
            assertThat(late.next()).isEqualTo(start + 1024 > first ? start + 1024 : first);
            assertThat(placement.silence()).isZero();
        }
        assertThat(first % 1024).isZero();
    }

    @Provide
    Arbitrary<Integer> offsets() {
        return Arbitraries.integers().between(0, 1_000_000);
    }
}
