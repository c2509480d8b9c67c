package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A source that is silent from 2 s to 5 s, which black covers, and what it gives afterwards. */
@ExtendWith(LeakExtension.class)
class CoverTest {

    private static final int SILENT_AT = 2_000;
    private static final int BACK_AT = 5_000;
    private static final int PICTURES = 250;

    private final SyntheticSource source = SyntheticSource.builder()
            .size(256, 144)
            .frameRate(25)
            .frames(PICTURES)
            .build();

    /** @param arrival when what belongs to a millisecond of the source comes */
    private TranscoderStats run(Transcodes.Outputs outputs, LongUnaryOperator arrival) {
        try (Transcoder transcoder = Transcoder.builder(Transcodes.ladder(144), Transcodes.GRID)
                .start(TimelineStart.zero())
                .outputs(outputs::sink)
                .build()) {
            boolean[] covered = new boolean[1];
            source.run(item -> {
                if (!(item instanceof Sample sample)) {
                    transcoder.accept(item);
                    return;
                }
                Timebase ticks = sample.trackId() == SyntheticSource.VIDEO_TRACK
                        ? source.videoTrack().timebase()
                        : source.audioTrack().timebase();
                long millis = ticks.convert(sample.pts(), Timebase.MILLIS);
                if (millis >= SILENT_AT && !covered[0]) {
                    covered[0] = true;
                    transcoder.cover(Timestamp.of(BACK_AT, Timebase.MILLIS), true);
                }
                SampleInfo info = sample.info();
                transcoder.accept(HeapSample.of(
                        new SampleInfo(
                                info.trackId(),
                                info.pts(),
                                info.dts(),
                                info.duration(),
                                info.sync(),
                                Timebase.MILLIS.convert(arrival.applyAsLong(millis), Timebase.NANOS)),
                        sample.data()));
            });
            return transcoder.stats();
        }
    }

    private static List<Long> numbers(Transcodes.Outputs outputs) {
        return Transcodes.paintedNumbers(outputs.track("v144"), outputs.samples("v144"));
    }

    private static List<Long> range(long first, long end) {
        return LongStream.range(first, end).boxed().toList();
    }

    private static void assertNoHoleInSound(Transcodes.Outputs outputs) {
        List<Long> times = outputs.times("audio");
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isEqualTo(1024);
        }
    }

    @Test
    void whatWasHeldBackIsTooLateAndTheRestFindsItsPlace() {
        try (Transcodes.Outputs outputs = new Transcodes.Outputs()) {
            LongUnaryOperator burst = t -> t < SILENT_AT ? t : Math.max(t, BACK_AT + 100 + (t - SILENT_AT) / 4);
            TranscoderStats stats = run(outputs, burst);
            assertThat(stats.clockJumps()).isZero();
            List<Long> numbers = numbers(outputs);
            assertThat(numbers).hasSize(PICTURES);
            assertThat(numbers.subList(0, 50)).isEqualTo(range(0, 50));
            assertThat(numbers.subList(50, 125)).containsOnly(-1L);
            assertThat(numbers.subList(125, PICTURES)).isEqualTo(range(125, PICTURES));
            assertNoHoleInSound(outputs);
        }
    }

    @Test
    void aSourceIsWaitedForAsLongAsItCatchesUp() {
        try (Transcodes.Outputs outputs = new Transcodes.Outputs()) {
            // Nearly twice as fast as time: 3.6 s until it is where it should be.
            LongUnaryOperator quicker = t -> t < SILENT_AT ? t : Math.max(t, BACK_AT + (t - SILENT_AT) * 6 / 11);
            TranscoderStats stats = run(outputs, quicker);
            assertThat(stats.clockJumps()).isZero();
            assertThat(numbers(outputs).subList(125, PICTURES)).isEqualTo(range(125, PICTURES));
            assertNoHoleInSound(outputs);
        }
    }

    @Test
    void aSourceThatStaysLateGoesOnFromThere() {
        try (Transcodes.Outputs outputs = new Transcodes.Outputs()) {
            TranscoderStats stats = run(outputs, t -> t < SILENT_AT ? t : t + BACK_AT - SILENT_AT);
            assertThat(stats.clockJumps()).isPositive();
            List<Long> numbers = numbers(outputs);
            // Half of the time that it was away it was expected to catch up.
            int back = numbers.lastIndexOf(-1L) + 1;
            assertThat(back).isBetween(125, 127);
            long first = numbers.get(back);
            assertThat(first).isBetween(86L, 90L);
            assertThat(numbers.subList(back, numbers.size())).isEqualTo(range(first, PICTURES));
            assertNoHoleInSound(outputs);
        }
    }
}
