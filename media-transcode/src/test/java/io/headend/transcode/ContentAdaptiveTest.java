package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.VideoFormat;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.tsc.EncoderRecipe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContentAdaptiveTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 2);

    private record Run(List<GopReport> gops, List<byte[]> samples, VideoFormat format) {
        long bytes() {
            return gops.stream().mapToLong(GopReport::bytes).sum();
        }
    }

    private static Run run(EncoderSettings settings, int frames) {
        Ladder ladder =
                new Ladder(List.of(new Rendition("v", new PictureSize(320, 180), settings.withThreads(1))), List.of());
        List<GopReport> gops = new ArrayList<>();
        List<byte[]> bytes = new ArrayList<>();
        try (Transcodes.Outputs outputs = new Transcodes.Outputs();
                SyntheticSource source = SyntheticSource.builder()
                        .size(320, 180)
                        .frameRate(GRID.frameRate())
                        .startFrame(0)
                        .frames(frames)
                        .build();
                Transcoder transcoder = Transcoder.builder(ladder, GRID)
                        .outputs(outputs::sink)
                        .gopReports(gops::add)
                        .build()) {
            source.run(transcoder);
            for (Sample sample : outputs.samples("v")) {
                byte[] copy = new byte[sample.size()];
                sample.data().get(copy);
                bytes.add(copy);
            }
            return new Run(gops, bytes, (VideoFormat) outputs.track("v").format());
        }
    }

    private static RateControl.ContentAdaptive control() {
        return RateControl.ContentAdaptive.of(30, 3_000_000);
    }

    @Test
    void withoutABandEveryGroupIsLookedAtAndNoneIsMoved() {
        Run run = run(EncoderSettings.x264("veryfast", control()), 60);
        assertThat(run.gops()).extracting(GopReport::frames).containsExactly(25, 25, 10);
        assertThat(run.gops()).allSatisfy(gop -> {
            GopReport.Control control = gop.control();
            assertThat(control).isNotNull();
            assertThat(control.decision().offset()).isZero();
            assertThat(control.decision().features()).isNotNull();
            assertThat(control.decision().recipe()).startsWith("x264-");
            assertThat(control.measured()).isNull();
            assertThat(control.capBound()).isFalse();
        });
    }

    @Test
    void aFloorAboveTheBaseMakesGroupsFinerAndACeilingBelowItCoarser() {
        Run plain = run(EncoderSettings.x264("veryfast", control()), 75);
        Run floor = run(EncoderSettings.x264("veryfast", control().withTarget(QualityTarget.vmaf(99, 100))), 75);
        Run ceiling = run(EncoderSettings.x264("veryfast", control().withTarget(QualityTarget.vmaf(0, 30))), 75);
        assertThat(floor.bytes()).isGreaterThan(plain.bytes() * 11 / 10);
        assertThat(ceiling.bytes()).isLessThan(plain.bytes() * 9 / 10);
        assertThat(floor.gops()).allSatisfy(gop -> {
            assertThat(gop.control().decision().offset()).isNegative();
            assertThat(gop.control().decision().reason()).isNotEmpty();
        });
        // The middle of a group is measured once its pictures are out.
        GopReport.Control first = floor.gops().get(0).control();
        assertThat(first.measured()).isNotNull();
        assertThat(first.measured().vmaf()).isBetween(20.0, 100.0);
        assertThat(first.measured().ssim()).isBetween(0.5, 1.0);
    }

    @Test
    void theSameInputGivesTheSameBits() {
        EncoderSettings settings = EncoderSettings.x264(
                "veryfast", control().withTarget(QualityTarget.vmaf(90, 94).withSsim(0.95, 0.98)));
        Run once = run(settings, 60);
        Run again = run(settings, 60);
        assertThat(again.samples()).hasSameSizeAs(once.samples());
        for (int i = 0; i < once.samples().size(); i++) {
            assertThat(Arrays.mismatch(again.samples().get(i), once.samples().get(i)))
                    .as("first byte of sample " + i + " that differs")
                    .isEqualTo(-1);
        }
        assertThat(again.gops()).isEqualTo(once.gops());
    }

    @ParameterizedTest
    @EnumSource(LatencyClass.class)
    void recipesDifferInNoHeader(LatencyClass latency) {
        RateControl.ContentAdaptive control = control().withLatency(latency);
        for (String preset : List.of("veryfast", "medium")) {
            EncoderSettings settings = EncoderSettings.x264(preset, control);
            ByteBuffer headers = run(settings, 2).format().codec().record();
            for (EncoderRecipe recipe : EncoderRecipe.of(settings, control)) {
                assertThat(run(recipe.applied(settings), 2).format().codec().record())
                        .as(recipe.name())
                        .isEqualTo(headers);
            }
        }
    }

    @Test
    void x265IsSteeredToo() {
        RateControl.ContentAdaptive floor = control().withTarget(QualityTarget.vmaf(99, 100));
        Run plain = run(EncoderSettings.x265("ultrafast", control()), 30);
        Run finer = run(EncoderSettings.x265("ultrafast", floor), 30);
        assertThat(finer.bytes()).isGreaterThan(plain.bytes() * 11 / 10);
    }

    @Test
    void av1KeepsItsBaseAndSaysWhy() {
        RateControl.ContentAdaptive floor =
                RateControl.ContentAdaptive.of(45, 3_000_000).withTarget(QualityTarget.vmaf(99, 100));
        Run run = run(EncoderSettings.svtAv1(12, floor), 30);
        assertThat(run.gops()).allSatisfy(gop -> {
            assertThat(gop.control().decision().offset()).isZero();
            assertThat(gop.control().decision().reason()).contains("no offsets");
        });
    }
}
