package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SyntheticSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A real encoder on a clock that moves with the source and by what each coded picture is said to cost. */
@ExtendWith(LeakExtension.class)
class OverloadTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 1);
    private static final long FRAME = 40_000_000L;
    private static final int FRAMES = 1_500;

    private final AtomicLong now = new AtomicLong();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final List<ComputeLevel> path = new ArrayList<>();
    private final RecordingSink recording = new RecordingSink();

    private static long cost(long frame) {
        // A thief from the tenth to the thirtieth second.
        return frame < 250 || frame >= 750 ? 10_000_000L : 300_000_000L;
    }

    private void accept(StreamItem item) {
        if (item instanceof Sample sample) {
            now.addAndGet(cost(nanos(sample) / FRAME));
        }
        recording.accept(item);
    }

    @Test
    void anEncoderThatIsFarTooSlowNeverFallsThreeSecondsBehindAndRecovers() {
        Ladder ladder = new Ladder(
                List.of(new Rendition(
                        "v",
                        new PictureSize(160, 90),
                        EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(28, 500_000))
                                .withThreads(1))),
                List.of());
        LoadFigures figures;
        try (recording;
                StreamSource source = SyntheticSource.builder()
                        .size(160, 90)
                        .frameRate(Rational.of(25, 1))
                        .duration(Duration.ofSeconds(FRAMES / 25))
                        .build();
                Transcoder transcoder = Transcoder.builder(ladder, GRID)
                        .outputs(name -> this::accept)
                        .queuedFrames(1)
                        .start(TimelineStart.zero())
                        .events(event -> told.add(event.message()))
                        .keepUpWith(now::get)
                        .build()) {
            source.run(item -> {
                if (item instanceof Sample sample && sample.trackId() == SyntheticSource.VIDEO_TRACK) {
                    // As a live source gives: when it is time.
                    now.accumulateAndGet(nanos(sample), Math::max);
                }
                transcoder.accept(item);
                ComputeLevel level = transcoder.load().level();
                if (path.isEmpty() || path.get(path.size() - 1) != level) {
                    path.add(level);
                }
            });
            figures = transcoder.load();
            check(figures);
        }
    }

    private static long nanos(Sample sample) {
        return Timestamp.of(sample.pts(), GRID.mediaTimebase()).toNanos();
    }

    private void check(LoadFigures figures) {
        assertThat(figures.worstLagMillis()).isBetween(2_000L, 2_999L);
        assertThat(figures.dropped()).isPositive();
        assertThat(told).anyMatch(text -> text.contains("encodes only key pictures of v"));
        assertThat(path)
                .startsWith(ComputeLevel.FULL, ComputeLevel.FASTER_PRESET, ComputeLevel.FASTEST_PRESET)
                .endsWith(ComputeLevel.FULL);
        for (int i = 1; i < path.size(); i++) {
            assertThat(Math.abs(position(path.get(i)) - position(path.get(i - 1))))
                    .isEqualTo(1);
        }
        List<Sample> samples = recording.items(Sample.class);
        assertThat(samples.stream().filter(Sample::sync).count())
                .as("every key picture")
                .isEqualTo(FRAMES / 25);
        assertThat(samples.size()).isEqualTo((int) (FRAMES - figures.dropped()));
        assertThat(samples).extracting(Sample::dts).isSorted().doesNotHaveDuplicates();
        assertThat(figures.lagMillis()).isLessThan(300);
        assertThat(FRAME).isEqualTo(GRID.startOfFrame(1).toNanos());
    }

    private static int position(ComputeLevel level) {
        // Without analysis there is nothing between all work and a faster preset.
        return level == ComputeLevel.FULL ? 2 : level.ordinal();
    }
}
