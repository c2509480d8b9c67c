package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SegmenterTest {

    /** What came out, by segment number. */
    private static final class Cuts implements Segmenter.Output {
        final TreeMap<Long, List<Long>> complete = new TreeMap<>();
        final List<Long> drifts = new ArrayList<>();
        final Map<Long, Long> ends = new TreeMap<>();
        final List<Segmenter.Reason> dropped = new ArrayList<>();
        private List<Long> open = new ArrayList<>();
        private long number;

        @Override
        public void boundary(long boundary) {}

        @Override
        public void begin(long segment, long start, long boundary, long drift) {
            number = segment;
            open = new ArrayList<>();
            drifts.add(drift);
        }

        @Override
        public void sample(Sample sample) {
            open.add(sample.pts());
            sample.close();
        }

        @Override
        public void end(long end) {
            complete.put(number, open);
            ends.put(number, end);
        }

        @Override
        public void abandon() {}

        @Override
        public void drop(Sample sample, Segmenter.Reason reason) {
            dropped.add(reason);
            sample.close();
        }
    }

    @Provide
    static Arbitrary<EpochGrid> grids() {
        Arbitrary<Rational> rates = Arbitraries.of(
                Rational.of(25, 1),
                Rational.of(30_000, 1001),
                Rational.of(30, 1),
                Rational.of(50, 1),
                Rational.of(60_000, 1001),
                Rational.of(24_000, 1001));
        return Combinators.combine(
                        rates,
                        Arbitraries.integers().between(1, 120),
                        Arbitraries.integers().between(1, 4))
                .as(EpochGrid::new);
    }

    private static Cuts cut(SegmentationPolicy policy, Synthetic source, Codec.Kind kind, long first, int count) {
        Cuts cuts = new Cuts();
        Segmenter segmenter = new Segmenter(policy, source.track().timebase(), kind, cuts);
        for (long n = first; n < first + count; n++) {
            segmenter.accept(source.sample(n));
        }
        segmenter.finish();
        return cuts;
    }

    @Property(tries = 300)
    void twoPipelinesCutVideoAlike(
            @ForAll("grids") EpochGrid grid,
            @ForAll @LongRange(min = 0, max = 100_000_000_000L) long frame,
            @ForAll @IntRange(max = 500) int late) {
        Synthetic source = Synthetic.video(grid);
        int length = 6 * grid.segmentFrames() + late;
        Cuts a = cut(SegmentationPolicy.live(grid), source, Codec.Kind.VIDEO, frame, length);
        Cuts b = cut(SegmentationPolicy.live(grid), source, Codec.Kind.VIDEO, frame + late, length - late);

        assertThat(a.complete).hasSizeGreaterThanOrEqualTo(4);
        assertThat(a.complete.tailMap(b.complete.firstKey(), true)).isEqualTo(b.complete);
        a.complete.forEach((k, times) -> {
            assertThat(times).hasSize(grid.segmentFrames());
            assertThat(Timestamp.of(times.get(0), source.track().timebase()))
                    .isEqualByComparingTo(grid.segmentStart(k));
        });
        assertThat(a.drifts).containsOnly(0L);
        assertThat(b.drifts).containsOnly(0L);
        assertThat(a.dropped).allMatch(r -> r == Segmenter.Reason.BEFORE_BOUNDARY);
    }

    @Property(tries = 300)
    void twoPipelinesCutSoundAlike(
            @ForAll("grids") EpochGrid grid,
            @ForAll("rates") int rate,
            @ForAll @LongRange(max = 80_000_000_000L) long frame,
            @ForAll @IntRange(max = 300) int late) {
        Synthetic source = Synthetic.audio(rate);
        Timebase timebase = source.track().timebase();
        long samples = grid.segmentDuration().ticksIn(timebase, RoundingMode.UP);
        int length = (int) (6 * samples / 1024) + late + 2;
        Cuts a = cut(SegmentationPolicy.live(grid), source, Codec.Kind.AUDIO, frame, length);
        Cuts b = cut(SegmentationPolicy.live(grid), source, Codec.Kind.AUDIO, frame + late, length - late);

        if (!b.complete.isEmpty()) {
            assertThat(a.complete.tailMap(b.complete.firstKey(), true)).isEqualTo(b.complete);
        }
        a.complete.forEach((k, times) -> {
            assertThat(times.get(0)).isEqualTo(grid.firstAudioFrame(k, rate, 1024) * 1024);
            assertThat(a.ends.get(k)).isEqualTo(times.get(times.size() - 1) + 1024);
        });
        assertThat(a.drifts).containsOnly(0L);
    }

    @Provide
    static Arbitrary<Integer> rates() {
        return Arbitraries.of(48_000, 44_100, 32_000);
    }

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);

    @Test
    void aMissingIdrPictureCostsTheSegmentThatItShouldBegin() {
        Synthetic source = Synthetic.video(GRID);
        Cuts cuts = new Cuts();
        Segmenter segmenter =
                new Segmenter(SegmentationPolicy.live(GRID), source.track().timebase(), Codec.Kind.VIDEO, cuts);
        for (long n = 100; n < 301; n++) {
            segmenter.accept(source.sample(n, n != 150 && GRID.isIdr(n)));
        }
        segmenter.finish();
        assertThat(cuts.complete.keySet()).containsExactly(2L, 4L, 5L);
        assertThat(cuts.complete.get(2L)).hasSize(50);
        assertThat(cuts.dropped).hasSize(50).containsOnly(Segmenter.Reason.MISSED_BOUNDARY);
    }

    @Test
    void onDemandKeepsBothEnds() {
        Cuts cuts = cut(SegmentationPolicy.vod(GRID), Synthetic.video(GRID), Codec.Kind.VIDEO, 0, 120);
        assertThat(cuts.complete.keySet()).containsExactly(0L, 1L, 2L);
        assertThat(cuts.complete.get(2L)).hasSize(20);
        assertThat(cuts.ends.get(2L)).isEqualTo(Segmenter.UNKNOWN);
        Cuts live = cut(SegmentationPolicy.live(GRID), Synthetic.video(GRID), Codec.Kind.VIDEO, 0, 120);
        assertThat(live.complete.keySet()).containsExactly(0L, 1L);
    }

    @Test
    void samplesOutOfOrderAreDropped() {
        Synthetic source = Synthetic.video(GRID);
        Cuts cuts = new Cuts();
        Segmenter segmenter =
                new Segmenter(SegmentationPolicy.live(GRID), source.track().timebase(), Codec.Kind.VIDEO, cuts);
        segmenter.accept(source.sample(0));
        segmenter.accept(source.sample(1));
        segmenter.accept(source.sample(1));
        segmenter.accept(source.sample(0));
        assertThat(cuts.dropped).containsExactly(Segmenter.Reason.NOT_MONOTONIC, Segmenter.Reason.NOT_MONOTONIC);
    }

    @Test
    void aHoleInTheSoundCostsTheSegmentsThatItTouchesTheStartOf() {
        Synthetic source = Synthetic.audio();
        Cuts cuts = new Cuts();
        Segmenter segmenter =
                new Segmenter(SegmentationPolicy.live(GRID), source.track().timebase(), Codec.Kind.AUDIO, cuts);
        for (long n = 0; n < 400; n++) {
            if (n < 90 || n > 100) {
                segmenter.accept(source.sample(n));
            }
        }
        assertThat(cuts.complete.keySet()).containsExactly(0L, 2L, 3L);
        assertThat(cuts.dropped).contains(Segmenter.Reason.MISSED_BOUNDARY);
    }
}
