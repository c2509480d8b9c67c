package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.ComplexityFeatures;
import io.headend.transcode.ContentClass;
import io.headend.transcode.PictureScores;
import io.headend.transcode.QualityTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

class GopProbeTest {

    private static final PictureSize SIZE = new PictureSize(160, 96);

    private static AvFrame picture(IntBinaryOperator luma) {
        AvFrame frame = AvFrame.allocateVideo("yuv420p", SIZE.width(), SIZE.height());
        for (int p = 0; p < 3; p++) {
            ByteBuffer plane = frame.plane(p);
            for (int y = 0; y < frame.rows(p); y++) {
                for (int x = 0; x < frame.rowBytes(p); x++) {
                    plane.put(y * frame.stride(p) + x, (byte) (p == 0 ? luma.applyAsInt(x, y) : 128));
                }
            }
        }
        return frame;
    }

    private static int texture(int x, int y) {
        return 60 + (x * x + 3 * y * y + x * y) % 120;
    }

    private static List<AvFrame> still() {
        List<AvFrame> frames = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            frames.add(picture(GopProbeTest::texture));
        }
        return frames;
    }

    private static List<AvFrame> noise() {
        Random random = new Random(5);
        List<AvFrame> frames = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            frames.add(picture((x, y) -> 40 + random.nextInt(160)));
        }
        return frames;
    }

    private record Seen(ProbeResult result, ComplexityFeatures features) {}

    private static Seen probe(List<AvFrame> pictures, double factor, boolean scored) {
        try (GopProbe probe = new GopProbe(SIZE)) {
            List<AvFrame> small = probe.halve(pictures);
            try {
                assertThat(small).hasSameSizeAs(pictures).allSatisfy(frame -> {
                    assertThat(frame.width()).isEqualTo(80);
                    assertThat(frame.height()).isEqualTo(48);
                });
                ProbeResult result = probe.run(small, factor, scored);
                return new Seen(result, new ContentAnalyzer().look(small.get(0), result));
            } finally {
                small.forEach(AvFrame::close);
            }
        } finally {
            pictures.forEach(AvFrame::close);
        }
    }

    @Test
    void whatDoesNotMoveCostsLittleAfterTheFirstPicture() {
        Seen still = probe(still(), 24, true);
        assertThat(still.result().detailBits()).isGreaterThan(0.3);
        assertThat(still.result().motionBits()).isLessThan(0.3 * still.result().detailBits());
        assertThat(ContentAnalyzer.classify(new ComplexityFeatures(1, 0.05, 90, 0.1, 0), 24))
                .isEqualTo(ContentClass.STILL);
        assertThat(ContentAnalyzer.classify(new ComplexityFeatures(1, 0.3, 90, 0.6, 0), 24))
                .isEqualTo(ContentClass.SCREEN);
        Seen noise = probe(noise(), 24, true);
        assertThat(noise.result().motionBits())
                .isGreaterThan(0.5 * noise.result().detailBits());
        assertThat(ContentAnalyzer.classify(noise.features(), 24)).isEqualTo(ContentClass.RESTLESS);
    }

    @Test
    void atTheirOwnSizePicturesAreScoredOnceThereAreEnough() {
        List<AvFrame> pictures = still();
        try (GopProbe probe = new GopProbe(SIZE)) {
            List<AvFrame> whole = probe.whole(pictures);
            assertThat(whole)
                    .hasSameSizeAs(pictures)
                    .allSatisfy(frame -> assertThat(frame.width()).isEqualTo(SIZE.width()));
            assertThat(probe.run(whole, 24, true).vmaf()).isBetween(50.0, 100.0);
            assertThat(probe.run(whole.subList(0, 7), 24, true).hasScores()).isFalse();
            assertThat(probe.run(whole.subList(0, 8), 24, true).hasScores()).isTrue();
            whole.forEach(AvFrame::close);
        } finally {
            pictures.forEach(AvFrame::close);
        }
    }

    @Test
    void coarserQuantisersCostLessAndLookWorse() {
        Seen fine = probe(still(), 18, true);
        Seen coarse = probe(still(), 40, true);
        assertThat(coarse.result().detailBits()).isLessThan(fine.result().detailBits());
        assertThat(coarse.result().vmaf()).isLessThan(fine.result().vmaf());
        assertThat(coarse.result().ssim()).isLessThan(fine.result().ssim());
        assertThat(probe(still(), 18, false).result().hasScores()).isFalse();
        assertThat(probe(still(), 18, true).result()).isEqualTo(fine.result());
    }

    @Test
    void theAnalyzerNoticesDarknessAndNewScenes() {
        try (GopProbe probe = new GopProbe(SIZE)) {
            ContentAnalyzer analyzer = new ContentAnalyzer();
            ProbeResult bits = new ProbeResult(1, 0.1, Double.NaN, Double.NaN);
            List<ComplexityFeatures> seen = new ArrayList<>();
            for (IntBinaryOperator luma :
                    List.<IntBinaryOperator>of((x, y) -> 18, (x, y) -> 18, GopProbeTest::texture)) {
                List<AvFrame> full = List.of(picture(luma));
                List<AvFrame> small = probe.halve(full);
                seen.add(analyzer.look(small.get(0), bits));
                small.forEach(AvFrame::close);
                full.forEach(AvFrame::close);
            }
            assertThat(seen.get(0).luma()).isBetween(17.0, 19.0);
            assertThat(seen.get(0).flat()).isEqualTo(1);
            assertThat(ContentAnalyzer.classify(seen.get(0), 24)).isEqualTo(ContentClass.DARK);
            assertThat(ContentAnalyzer.isNewScene(seen.get(0))).isTrue();
            assertThat(seen.get(1).change()).isZero();
            assertThat(ContentAnalyzer.isNewScene(seen.get(2))).isTrue();
        }
    }

    @Test
    void theOutputMeterScoresARunOnceItIsCompleteAndForgetsWhatDoesNotCome() {
        Map<Long, PictureScores> measured = new TreeMap<>();
        try (OutputMeter meter = new OutputMeter(QualityTarget.Pooling.MIN, measured::put)) {
            meter.expect(0, 3);
            meter.expect(25, 30);
            for (int i = 0; i < 10; i++) {
                try (AvFrame frame = picture(GopProbeTest::texture)) {
                    meter.source(frame, i);
                }
            }
            // In coding order.
            for (int i : new int[] {0, 4, 2, 1, 3, 7, 6}) {
                meter.output(picture(GopProbeTest::texture), i);
            }
            assertThat(measured).isEmpty();
            meter.output(picture(GopProbeTest::texture), 5);
            assertThat(measured).containsOnlyKeys(0L);
            assertThat(measured.get(0L).vmaf()).isGreaterThan(95);
            assertThat(measured.get(0L).ssim()).isEqualTo(1);
            meter.forgetBefore(50);
            meter.output(picture(GopProbeTest::texture), 30);
            assertThat(measured).hasSize(1);
        }
    }
}
