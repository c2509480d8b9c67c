package io.headend.transcode.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import io.headend.transcode.quality.ClipComparison;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.QualityReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class RateControlComparisonTest {

    @TempDir
    Path folder;

    static Contender capped(String name, String preset, double... factors) {
        Map<String, EncoderSettings> points = new LinkedHashMap<>();
        for (double crf : factors) {
            points.put("crf " + crf, EncoderSettings.x264(preset, RateControl.CappedQuality.of(crf, 4_000_000)));
        }
        return Contender.of(name, points);
    }

    @Test
    void aSlowerPresetNeedsFewerBitsAndKeptFilesScoreTheSameAgain() throws IOException {
        Path clip = Clips.write(folder.resolve("waves.mp4"), 110, 30, 30);
        Path kept = Files.createDirectory(folder.resolve("kept"));
        AtomicLong last = new AtomicLong();
        ExecutorService executor = Executors.newFixedThreadPool(2);
        ComparisonReport report;
        try {
            report = RateControlComparison.builder()
                    .clip("waves", clip.toString())
                    .contender(capped("ultra", "ultrafast", 22, 26, 30, 34, 38))
                    .contender(capped("medium", "medium", 22, 26, 30, 34, 38))
                    .contender(Contender.atRates(
                            "cbr", rate -> EncoderSettings.x264("ultrafast", RateControl.Cbr.of(rate))))
                    .gop(Duration.ofSeconds(1))
                    .keep(kept)
                    .executor(executor)
                    .progress((done, total) -> last.accumulateAndGet(100 * done / total, Math::max))
                    .build()
                    .run();
        } finally {
            executor.shutdown();
        }
        ClipShape shape = report.clip("waves");
        assertThat(shape.frames()).isEqualTo(60);
        assertThat(shape.gopFrames()).isEqualTo(25);
        assertThat(shape.isNearBlack()).isFalse();
        assertThat(report.anchor()).isEqualTo("ultra");
        assertThat(report.bdRate(shape, "ultra", Metric.VMAF).percent()).isCloseTo(0, within(1e-9));
        assertThat(report.bdRate(shape, "medium", Metric.SSIM).percent()).isLessThan(-10);
        assertThat(report.bdRate("medium", Metric.PSNR).mean()).isLessThan(-10);
        assertThat(report.cpuRatio("medium")).isGreaterThan(1);
        assertThat(report.latencyFrames("medium")).isGreaterThan(report.latencyFrames("ultra"));
        assertThat(report.trials("waves", "cbr")).hasSize(5);
        assertThat(last.get()).isEqualTo(100);

        Trial trial = report.trials("waves", "medium").get(2);
        assertThat(trial.encoded().file())
                .hasFileName("waves.medium." + Math.round(trial.rate() / 1000) + "k.mp4")
                .exists();
        assertThat(trial.quality().gops()).hasSize(3);
        assertThat(trial.gops(Metric.VMAF).min()).isLessThanOrEqualTo(trial.mean(Metric.VMAF));
        try (ClipComparison again = ClipComparison.builder(
                        clip.toString(), trial.encoded().file().toString())
                .open()) {
            QualityReport rescored = again.run();
            assertThat(rescored.frames()).hasSize(60);
            assertThat(rescored.pooled(Metric.VMAF).mean()).isCloseTo(trial.mean(Metric.VMAF), within(1e-9));
        }
        double rate = report.middleRate("waves");
        assertThat(report.at("waves", "ultra", rate, t -> t.mean(Metric.VMAF)))
                .isEqualTo(report.trials("waves", "ultra").get(2).mean(Metric.VMAF));
        assertThat(report.at("waves", "ultra", rate / 100, Trial::rate)).isNaN();
    }

    @Test
    void theSameComparisonGivesTheSameBits() throws IOException {
        Path clip = Clips.write(folder.resolve("again.mp4"), 110, 20, 25);
        byte[][] first = encodes(clip, folder.resolve("a"));
        byte[][] second = encodes(clip, folder.resolve("b"));
        assertThat(first).hasNumberOfRows(10).isDeepEqualTo(second);
    }

    private byte[][] encodes(Path clip, Path kept) throws IOException {
        Files.createDirectory(kept);
        RateControlComparison.builder()
                .clip("again", clip.toString())
                .contender(capped("capped", "veryfast", 20, 24, 28, 32, 36))
                .contender(Contender.atRates(
                        "vbr", rate -> EncoderSettings.x264("veryfast", new RateControl.Vbr(rate, 2 * rate, 2 * rate))))
                .keep(kept)
                .build()
                .run();
        try (Stream<Path> files = Files.list(kept)) {
            return files.sorted()
                    .map(file -> {
                        try {
                            return Files.readAllBytes(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toArray(byte[][]::new);
        }
    }

    @Test
    void scoresEncodesFromElsewhereAndScalesAndRefusesNearBlack() {
        Path clip = Clips.write(folder.resolve("dark.mp4"), 18, 12);
        ComparisonReport report = RateControlComparison.builder()
                .clip("dark", clip.toString())
                .size(new PictureSize(192, 176))
                .contender(capped("capped", "ultrafast", 20, 24, 28, 32, 36))
                .foreign("dark", clip)
                .build()
                .run();
        assertThat(report.controls()).containsExactly("capped", "anchor");
        assertThat(report.clip("dark").size()).isEqualTo(new PictureSize(192, 176));
        Trial foreign = report.trials("dark", "anchor").get(0);
        assertThat(foreign.label()).isEqualTo("dark.mp4");
        // The clip itself, scaled in the same way, is perfect.
        assertThat(foreign.mean(Metric.SSIM)).isCloseTo(1, within(1e-9));
        assertThat(foreign.encoded().bytes())
                .isPositive()
                .isLessThan(clip.toFile().length());
        assertThat(report.bdRate(report.clip("dark"), "anchor", Metric.VMAF).refusal())
                .contains("nearly black");
        assertThat(report.bdRate("anchor", Metric.VMAF).clips()).isZero();
        // Nothing is kept, nothing is left.
        assertThat(report.trials("dark", "capped").get(0).encoded().file()).doesNotExist();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> RateControlComparison.builder().build()).hasMessageContaining("at least one clip");
        assertThatThrownBy(() -> RateControlComparison.builder()
                        .clip("a", "a.mp4")
                        .contender(Contender.atRates(
                                "cbr", rate -> EncoderSettings.x264("medium", RateControl.Cbr.of(rate))))
                        .build())
                .hasMessageContaining("settings of its own");
        assertThatThrownBy(() -> RateControlComparison.builder()
                        .clip("a", folder.resolve("missing.mp4").toString())
                        .contender(capped("capped", "ultrafast", 20))
                        .build()
                        .run())
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("missing.mp4");
        Path clip = Clips.write(folder.resolve("short.mp4"), 110, 6);
        Path shorter = Clips.write(folder.resolve("shorter.mp4"), 110, 5);
        assertThatThrownBy(() -> RateControlComparison.builder()
                        .clip("a", clip.toString())
                        .contender(capped("capped", "ultrafast", 20))
                        .foreign("a", shorter)
                        .keep(folder)
                        .build()
                        .run())
                .hasMessageContaining("differ in their number of pictures")
                .hasMessageContaining("the encode ends after 5");
        assertThat(folder.toFile().list())
                .as("nothing unfinished is left")
                .containsExactlyInAnyOrder("short.mp4", "shorter.mp4");
    }
}
