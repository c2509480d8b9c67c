package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.RateControl;
import io.headend.transcode.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the options make of a rung, and that channels and files are encoded so. */
@ExtendWith(LeakExtension.class)
class EncodingOptionsTest {

    private static final EncoderSettings OWN =
            EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(23, 1_000_000));

    @TempDir
    Path folder;

    private static EncoderSettings settings(String... options) {
        BandOptions parsed = new BandOptions();
        new CommandLine(parsed).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options);
        return parsed.applied(OWN);
    }

    private static RateControl control(String... options) {
        return settings(options).rateControl();
    }

    @Test
    void whatIsNotAskedForStays() {
        assertThat(settings()).isEqualTo(OWN);
        assertThat(settings("--preset", "fast").rateControl()).isEqualTo(OWN.rateControl());
    }

    @Test
    void everyRateControlIsWithinReach() {
        assertThat(control("--crf", "26")).isEqualTo(RateControl.CappedQuality.of(26, 1_000_000));
        assertThat(control("--rate-control", "cbr")).isEqualTo(RateControl.Cbr.of(1_000_000));
        assertThat(control("--rate-control", "vbr")).isEqualTo(new RateControl.Vbr(666_666, 1_000_000, 2_000_000));
        assertThat(control("--rate-control", "adaptive")).isEqualTo(RateControl.ContentAdaptive.of(23, 1_000_000));
        assertThat(control("--target-vmaf", "90"))
                .isEqualTo(RateControl.ContentAdaptive.of(23, 1_000_000).withTarget(QualityTarget.vmaf(88, 92)));
        assertThat(control(
                        "--rate-control=adaptive",
                        "--crf=25",
                        "--floor=86",
                        "--ceiling=95",
                        "--ssim-floor=0.95",
                        "--ssim-ceiling=0.99",
                        "--pooling=min",
                        "--scenario=sports",
                        "--latency=low"))
                .isEqualTo(new RateControl.ContentAdaptive(
                        25,
                        new QualityTarget(86, 95, 0.95, 0.99, QualityTarget.Pooling.MIN),
                        1_000_000,
                        2_000_000,
                        LatencyClass.LOW,
                        Scenario.SPORTS));
    }

    @Test
    void anotherEncoderComesWithAPresetAndAQualityOfItsOwn() {
        EncoderSettings av1 = settings("--codec", "av1", "--bit-depth", "10");
        assertThat(av1.codec()).isEqualTo(Codec.AV1);
        assertThat(av1.preset()).isEqualTo("10");
        assertThat(av1.pixelFormat()).isEqualTo("yuv420p10le");
        assertThat(av1.rateControl()).isEqualTo(RateControl.CappedQuality.of(35, 1_000_000));
        assertThat(settings("--codec", "hevc").rateControl()).isEqualTo(RateControl.CappedQuality.of(25, 1_000_000));
    }

    @ParameterizedTest
    @CsvSource({
        "--rate-control=cbr --floor=88, adaptive",
        "--rate-control=capped --scenario=film, adaptive",
        "--target-vmaf=101, --target-vmaf",
        "--floor=96 --ceiling=90, VMAF band",
        "--bit-depth=9, bit depth",
        "--rate-control=adaptive --crf=80, outside",
    })
    void whatCannotBeIsOneClearSentence(String options, String says) {
        assertThatThrownBy(() -> settings(options.split(" ", -1)))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining(says)
                .message()
                .doesNotContain("\n");
    }

    private static JsonNode run(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--port", "0", "--json"));
        CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void aChannelSaysWhatItsRateControlDidGroupByGroup() throws IOException {
        JsonNode summary = run(
                "demo",
                "test:?size=320x180&duration=7",
                "--rate-control",
                "adaptive",
                "--target-vmaf",
                "80",
                "--crf",
                "30");
        JsonNode groups = summary.get("renditions").get(0).get("groups");
        assertThat(groups.size()).isGreaterThanOrEqualTo(2);
        JsonNode group = groups.get(0);
        assertThat(group.get("recipe").asText()).startsWith("x264-");
        assertThat(group.get("frames").asInt()).isPositive();
        assertThat(group.get("bytes").asInt()).isPositive();
        assertThat(group.get("reason").asText()).isNotEmpty();
        assertThat(group.get("capBound").isBoolean()).isTrue();
        assertThat(group.get("features").get("detailBits").asDouble()).isPositive();
        assertThat(summary.get("load").get("level").asText()).isNotEmpty();
        assertThat(summary.get("load").get("dropped").isNumber()).isTrue();
    }

    @Test
    void optionsOfLiveChangeEveryRungOfTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("news.json"), """
                {"name": "news", "input": "test:?duration=4&size=320x180", "segment": 1, "gop": 1,
                 "video": [{"name": "a", "width": 320, "height": 180, "preset": "ultrafast"},
                           {"name": "b", "width": 160, "height": 90, "preset": "ultrafast"}]}
                """);
        JsonNode summary =
                run("live", file.toString(), "--codec", "hevc", "--preset", "ultrafast", "--bit-depth", "10");
        assertThat(summary.get("renditions")).hasSize(2);
        summary.get("renditions")
                .forEach(
                        rendition -> assertThat(rendition.get("codec").asText()).startsWith("hvc1.2."));
        assertThat(summary.get("renditions").get(0).get("groups").get(0).has("recipe"))
                .as("nothing adapts")
                .isFalse();
    }

    @Test
    void aFileHoldsABandWithoutGoingShotByShot() {
        Path out = folder.resolve("out");
        CommandLineRun run = CommandLineRun.of(
                "vod",
                "test:?duration=4&size=320x180",
                "-o",
                out.toString(),
                "--rate-control",
                "adaptive",
                "--floor",
                "80",
                "--ceiling",
                "95",
                "--rungs",
                "320x180:800k");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(out.resolve("v180/init.mp4")).exists();
        CommandLineRun both = CommandLineRun.of(
                "vod", "clip.mp4", "-o", folder.resolve("no").toString(), "--target-vmaf", "90", "--scenario", "film");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("shot by shot");
    }
}
