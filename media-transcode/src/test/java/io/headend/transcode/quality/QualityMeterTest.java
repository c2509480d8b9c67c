package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualityMeterTest {

    private static final int W = 96;
    private static final int H = 64;

    private static QualityReport score(QualityMeter.Builder builder, int frames) {
        try (QualityMeter meter = builder.build()) {
            for (int t = 0; t < frames; t++) {
                meter.push(
                        1000L + t,
                        SyntheticPairs.reference(W, H, 8, t),
                        SyntheticPairs.distorted(W, H, 8, t),
                        t % 3 == 0);
            }
            return meter.finish();
        }
    }

    @Test
    void identicalStillPicturesAreNotAHundred() {
        Picture picture = SyntheticPairs.reference(W, H, 8, 0);
        QualityReport report;
        try (QualityMeter meter = QualityMeter.builder(Metric.VMAF, Metric.SSIM, Metric.PSNR, Metric.SSIM_DB)
                .build()) {
            for (int t = 0; t < 3; t++) {
                meter.push(t, picture, picture);
            }
            report = meter.finish();
        }
        assertThat(report.pooled(Metric.VMAF).min()).isCloseTo(97.428, within(0.01));
        assertThat(report.pooled(Metric.SSIM).min()).isEqualTo(1);
        assertThat(report.pooled(Metric.PSNR).min()).isEqualTo(60);
        assertThat(report.pooled(Metric.SSIM_DB).mean()).isEqualTo(100);
    }

    @Test
    void oneFrameHasNoMotion() {
        QualityReport report = score(QualityMeter.builder(Metric.VMAF), 1);
        assertThat(report.frames()).hasSize(1);
        assertThat(Objects.requireNonNull(report.frames().get(0).features()).motion2())
                .isZero();
        assertThat(report.frames().get(0).pts()).isEqualTo(1000);
    }

    @Test
    void blackAgainstBlackIsPerfectAndBlackAgainstAPictureIsBad() {
        Picture black = SyntheticPairs.picture(W, H, 8, (x, y) -> 16);
        try (QualityMeter meter =
                QualityMeter.builder(Metric.VMAF, Metric.VMAF_NEG, Metric.SSIM).build()) {
            meter.push(0, black, black);
            meter.push(1, SyntheticPairs.reference(W, H, 8, 1), black);
            meter.push(2, black, SyntheticPairs.reference(W, H, 8, 1));
            List<FrameQuality> frames = meter.finish().frames();
            VmafFeatures same = Objects.requireNonNull(frames.get(0).features());
            assertThat(same.toArray()).containsExactly(1, 0, 1, 1, 1, 1);
            VmafFeatures lost = Objects.requireNonNull(frames.get(1).features());
            assertThat(lost.adm2()).isLessThan(0.25);
            assertThat(lost.vif0() + lost.vif1() + lost.vif2() + lost.vif3()).isLessThan(1e-6);
            assertThat(frames.get(1).score(Metric.SSIM)).isLessThan(0.1);
            for (double feature :
                    Objects.requireNonNull(frames.get(2).features()).toArray()) {
                assertThat(feature).isFinite();
            }
        }
    }

    @Test
    void subsamplingMeasuresEveryKthFrameWithTheMotionOfTrueNeighbours() {
        QualityReport full = score(QualityMeter.builder(Metric.VMAF, Metric.SSIM), 11);
        for (int k : new int[] {2, 3, 4, 5, 20}) {
            QualityReport part =
                    score(QualityMeter.builder(Metric.VMAF, Metric.SSIM).subsample(k), 11);
            assertThat(part.subsample()).isEqualTo(k);
            assertThat(part.pushed()).isEqualTo(11);
            assertThat(part.frames()).hasSize((11 + k - 1) / k);
            for (FrameQuality frame : part.frames()) {
                FrameQuality same = full.frames().get((int) frame.index());
                assertThat(frame.index() % k).isZero();
                assertThat(frame.features()).isEqualTo(same.features());
                assertThat(frame.score(Metric.SSIM)).isEqualTo(same.score(Metric.SSIM));
                assertThat(frame.pts()).isEqualTo(1000 + frame.index());
            }
        }
    }

    @Test
    void subsamplingFromALaterPairLeavesTheFirstOneOut() {
        QualityReport full = score(QualityMeter.builder(Metric.VMAF, Metric.SSIM), 9);
        for (int k : new int[] {2, 3}) {
            for (int from = 0; from < k; from++) {
                QualityReport part =
                        score(QualityMeter.builder(Metric.VMAF, Metric.SSIM).subsample(k, from), 9);
                assertThat(part.frames()).hasSize((9 - from + k - 1) / k);
                for (FrameQuality frame : part.frames()) {
                    assertThat(frame.index() % k).isEqualTo(from);
                    assertThat(frame.features())
                            .isEqualTo(full.frames().get((int) frame.index()).features());
                }
            }
        }
        assertThatThrownBy(() -> QualityMeter.builder(Metric.VMAF).subsample(2, 2))
                .isInstanceOf(MediaException.class);
    }

    @Test
    void framesInParallelGiveTheSameScoresInOrder() {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Long> order = new ArrayList<>();
            QualityReport parallel = score(
                    QualityMeter.builder(Metric.VMAF, Metric.VMAF_NEG, Metric.PSNR)
                            .executor(threads, 3)
                            .onFrame(frame -> order.add(frame.index())),
                    17);
            QualityReport serial = score(QualityMeter.builder(Metric.VMAF, Metric.VMAF_NEG, Metric.PSNR), 17);
            assertThat(order).hasSize(17).isSorted();
            for (int t = 0; t < 17; t++) {
                for (Metric metric : serial.metrics()) {
                    assertThat(parallel.frames().get(t).score(metric))
                            .isEqualTo(serial.frames().get(t).score(metric));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aFramesScoreIsKnownOneFrameLater() {
        List<Long> seen = new ArrayList<>();
        try (QualityMeter meter = QualityMeter.builder(Metric.VMAF)
                .onFrame(frame -> seen.add(frame.index()))
                .build()) {
            for (int t = 0; t < 3; t++) {
                assertThat(seen).hasSize(Math.max(0, t - 1));
                meter.push(t, SyntheticPairs.reference(W, H, 8, t), SyntheticPairs.distorted(W, H, 8, t));
            }
            meter.finish();
            assertThat(seen).containsExactly(0L, 1L, 2L);
        }
    }

    @Test
    void groupsOfPicturesArePooledApart() {
        QualityReport report = score(QualityMeter.builder(Metric.VMAF, Metric.PSNR), 8);
        List<QualityReport.Gop> gops = report.gops();
        assertThat(gops).extracting(QualityReport.Gop::firstIndex).containsExactly(0L, 3L, 6L);
        assertThat(gops).extracting(QualityReport.Gop::frames).containsExactly(3, 3, 2);
        double mean = report.frames().subList(3, 6).stream()
                .mapToDouble(frame -> frame.score(Metric.VMAF))
                .average()
                .orElseThrow();
        assertThat(gops.get(1).pooled().get(Metric.VMAF).mean()).isCloseTo(mean, within(1e-12));
        assertThat(score(QualityMeter.builder(Metric.VMAF).subsample(2), 8).gops())
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 11, 15, 16})
    void smallPicturesAreMeasuredOrRefusedInOneSentence(int size) {
        for (Metric metric : List.of(Metric.VMAF, Metric.SSIM, Metric.FLOAT_SSIM, Metric.FLOAT_MS_SSIM, Metric.PSNR)) {
            int least = switch (metric) {
                case VMAF -> 16;
                case SSIM -> 8;
                case FLOAT_SSIM -> 11;
                case FLOAT_MS_SSIM -> 176;
                default -> 1;
            };
            try (QualityMeter meter = QualityMeter.builder(metric).build()) {
                Picture ref = SyntheticPairs.reference(size, size, 8, 0);
                Picture dist = SyntheticPairs.distorted(size, size, 8, 0);
                if (size < least) {
                    assertThatThrownBy(() -> meter.push(0, ref, dist))
                            .isInstanceOfSatisfying(MediaException.class, e -> {
                                assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED);
                                assertThat(e).hasMessageContaining("at least").hasMessageContaining(size + "x" + size);
                            });
                } else {
                    meter.push(0, ref, dist);
                    assertThat(meter.finish().pooled(metric).mean()).isFinite();
                }
            }
        }
    }

    @Test
    void picturesOfDifferentShapeAreRefused() {
        Picture small = SyntheticPairs.reference(W, H, 8, 0);
        try (QualityMeter meter = QualityMeter.builder(Metric.VMAF).build()) {
            assertThatThrownBy(() -> meter.push(0, small, SyntheticPairs.reference(W + 2, H, 8, 0)))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("differ in shape");
            assertThatThrownBy(() -> meter.push(0, small, SyntheticPairs.reference(W, H, 10, 0)))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("10 bits");
            meter.push(0, small, small);
            Picture other = SyntheticPairs.reference(W, H + 2, 8, 0);
            assertThatThrownBy(() -> meter.push(0, other, other))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("changed from");
        }
    }

    @Test
    void wrongUseIsRefused() {
        assertThatThrownBy(() -> QualityMeter.builder()).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> QualityMeter.builder(Metric.VMAF).subsample(0)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> QualityMeter.builder(Metric.VMAF).executor(Runnable::run, 0))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> QualityMeter.builder(Metric.PSNR).model(Metric.SSIM, VmafModel.v061()))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> QualityMeter.builder(Metric.VMAF_MODEL).build())
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("needs a model");
        assertThatThrownBy(() -> Picture.luma(4, 4, 7, ByteBuffer.allocate(16))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> Picture.luma(4, 4, 8, ByteBuffer.allocate(15))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> Picture.yuv420(4, 4, 8, ByteBuffer.allocate(23)))
                .isInstanceOf(MediaException.class);
        QualityMeter meter = QualityMeter.builder(Metric.PSNR).build();
        assertThatThrownBy(meter::finish)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_STATE));
        meter.close();
        Picture picture = SyntheticPairs.reference(W, H, 8, 0);
        assertThatThrownBy(() -> meter.push(0, picture, picture))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CLOSED));
    }

    @Test
    void aReportIsBounded() {
        QualityMeter.Builder builder = QualityMeter.builder(Metric.PSNR).maxFrames(3);
        assertThat(score(builder, 3).frames()).hasSize(3);
        assertThatThrownBy(() -> score(builder, 6))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.EXHAUSTED));
    }

    @Test
    void whatGoesWrongWhileMeasuringIsReported() {
        QualityMeter meter = QualityMeter.builder(Metric.VMAF)
                .executor(
                        task -> {
                            throw new RejectedExecutionException("full");
                        },
                        2)
                .build();
        Picture picture = SyntheticPairs.reference(W, H, 8, 0);
        assertThatThrownBy(() -> meter.push(0, picture, picture)).hasMessageContaining("full");
        meter.close();
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void metricsAreFoundByTheirKeys(Metric metric) {
        assertThat(Metric.ofKey(metric.key())).isEqualTo(metric);
    }

    @Test
    void poolingFollowsItsDefinitions() {
        double[] scores = new double[101];
        for (int i = 0; i <= 100; i++) {
            scores[100 - i] = i;
        }
        Pooled pooled = Pooled.of(scores);
        assertThat(pooled.mean()).isEqualTo(50);
        assertThat(pooled.min()).isZero();
        assertThat(pooled.p5()).isCloseTo(5, within(1e-9));
        assertThat(pooled.p10()).isCloseTo(10, within(1e-9));
        double inverse = 0;
        for (double score : scores) {
            inverse += 1 / (score + 1);
        }
        assertThat(pooled.harmonicMean()).isCloseTo(101 / inverse - 1, within(1e-9));
        assertThat(Pooled.of(new double[] {7}).p5()).isEqualTo(7);
    }
}
