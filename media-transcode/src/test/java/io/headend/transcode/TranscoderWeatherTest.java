package io.headend.transcode;

import static io.headend.transcode.Transcodes.GRID;
import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.Gap;
import io.headend.core.HeapSample;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to the items on their way, what comes out keeps the grid. */
@ExtendWith(LeakExtension.class)
class TranscoderWeatherTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyWeatherGivesSteadyOutput(long seed) {
        Random random = new Random(seed);
        Outputs outputs = new Outputs();
        try (outputs;
                SyntheticSource source =
                        SyntheticSource.builder().size(160, 90).frames(60).build();
                Transcoder transcoder = Transcoder.builder(Transcodes.ladder(90), GRID)
                        .outputs(outputs::sink)
                        .build()) {
            source.run(item -> weather(item, random, transcoder));
            List<Long> times = outputs.times("v90");
            assertThat(times)
                    .isEqualTo(LongStream.range(times.get(0) / 3600, times.get(0) / 3600 + times.size())
                            .map(n -> n * 3600)
                            .boxed()
                            .toList());
            assertThat(outputs.idrFrames("v90", GRID).stream().skip(1)).allMatch(GRID::isIdr);
            long expected = LongStream.range(times.get(0) / 3600 + 1, times.get(0) / 3600 + times.size())
                    .filter(GRID::isIdr)
                    .count();
            assertThat(outputs.idrFrames("v90", GRID)).hasSize((int) expected + 1);
            List<Long> sound = outputs.times("audio");
            for (int i = 0; i < sound.size(); i++) {
                assertThat(sound.get(i)).isEqualTo(sound.get(0) + 1024L * i);
                assertThat(sound.get(i) % 1024).isZero();
            }
            assertThat(Transcodes.paintedNumbers(outputs.track("v90"), outputs.samples("v90")))
                    .hasSize(times.size());
        }
    }

    private static void weather(StreamItem item, Random random, Transcoder transcoder) {
        if (!(item instanceof Sample sample)) {
            transcoder.accept(item);
            return;
        }
        SampleInfo info = sample.info();
        int luck = random.nextInt(100);
        if (luck < 5) {
            sample.close();
        } else if (luck < 8) {
            transcoder.accept(sample.with(info));
            transcoder.accept(sample);
        } else if (luck < 11) {
            long step = random.nextInt(200_000) - 100_000;
            transcoder.accept(sample.with(info.withTimes(info.pts() + step, info.dts() + step, info.duration())));
            sample.close();
        } else if (luck < 12) {
            long absurd = random.nextLong() >> random.nextInt(30);
            transcoder.accept(sample.with(info.withTimes(absurd, absurd, info.duration())));
            sample.close();
        } else if (luck < 13) {
            // Half a picture; for sound an odd number of bytes.
            ByteBuffer half = sample.data().slice(0, sample.size() / 2 + 1);
            transcoder.accept(HeapSample.of(info, half));
            sample.close();
        } else {
            extras(random, info, transcoder);
            transcoder.accept(sample);
        }
    }

    private static void extras(Random random, SampleInfo info, Transcoder transcoder) {
        int luck = random.nextInt(60);
        Timestamp now = Timestamp.of(info.pts(), info.trackId() == 0 ? Timebase.MPEG : Timebase.hz(48_000));
        if (luck == 0) {
            transcoder.accept(new Gap(info.trackId(), info.pts(), Math.max(1, info.duration())));
        } else if (luck == 1) {
            transcoder.accept(new Gap(info.trackId(), Long.MAX_VALUE - 5, 100));
        } else if (luck == 2) {
            Discontinuity.Cause[] causes = Discontinuity.Cause.values();
            transcoder.accept(new Discontinuity(causes[random.nextInt(causes.length)], now, now));
        }
    }

    @ParameterizedTest
    @CsvSource({"25,1,13,61", "30000,1001,1,77", "30000,1001,44,90", "50,1,99,120", "60000,1001,50,133", "24,1,5,63"})
    void segmentsOfTwoTranscodersCanBeExchanged(int num, int den, int join, int cut) {
        EpochGrid grid = new EpochGrid(Rational.of(num, den), 20, 1);
        long first = 1_700_000_000L * num / den + 7;
        try (Outputs a = run(grid, first, 150);
                Outputs b = run(grid, first + join, 150 - join)) {
            long segment = grid.segmentOfFrame(first + cut) + 1;
            long boundary = grid.segmentStart(segment).ticksIn(grid.mediaTimebase(), RoundingMode.UNNECESSARY);
            List<Sample> pictures = new ArrayList<>();
            a.samples("v90").stream().filter(s -> s.pts() < boundary).forEach(pictures::add);
            b.samples("v90").stream().filter(s -> s.pts() >= boundary).forEach(pictures::add);
            assertThat(a.track("v90").format()).isEqualTo(b.track("v90").format());
            assertThat(Transcodes.paintedNumbers(a.track("v90"), pictures))
                    .isEqualTo(LongStream.range(first, first + 150).boxed().toList());
            assertThat(pictures.stream().map(Sample::dts).toList()).isSorted().doesNotHaveDuplicates();

            long soundBoundary = grid.firstAudioFrame(segment, 48_000, 1024) * 1024;
            List<Long> sound = new ArrayList<>();
            a.samples("audio").stream()
                    .map(Sample::pts)
                    .filter(t -> t < soundBoundary)
                    .forEach(sound::add);
            b.samples("audio").stream()
                    .map(Sample::pts)
                    .filter(t -> t >= soundBoundary)
                    .forEach(sound::add);
            for (int i = 1; i < sound.size(); i++) {
                assertThat(sound.get(i) - sound.get(i - 1)).isEqualTo(1024);
            }
        }
    }

    private static Outputs run(EpochGrid grid, long first, long frames) {
        Outputs outputs = new Outputs();
        try (SyntheticSource source = SyntheticSource.builder()
                        .size(160, 90)
                        .frameRate(grid.frameRate())
                        .startFrame(first)
                        .frames(frames)
                        .build();
                Transcoder transcoder = Transcoder.builder(Transcodes.ladder(90), grid)
                        .start((pts, arrival) -> pts)
                        .outputs(outputs::sink)
                        .build()) {
            source.run(item -> {
                if (item instanceof EndOfStream) {
                    assertThat(transcoder.stats().dropped()).isZero();
                }
                transcoder.accept(item);
            });
        }
        return outputs;
    }
}
