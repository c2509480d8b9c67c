package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.transcode.Deinterlace;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.Overlay;
import io.headend.transcode.Processing;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import io.headend.transcode.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelFileTest {

    @Test
    void nameAndInputAreEnough() {
        ChannelFile file = ChannelFile.parse("{\"name\": \"news\", \"input\": \"clip.mp4\"}");
        assertThat(file).isEqualTo(new ChannelFile(ChannelSpec.of("news"), "clip.mp4", false, Processing.STANDARD));
    }

    @Test
    void everyValueIsRead() {
        ChannelFile file = ChannelFile.parse("""
                {"name": "news", "input": "clip.mp4", "loop": true, "frameRate": "30000/1001",
                 "gop": 1.001, "segment": 2.002, "window": 60, "lowLatency": 0.2, "splices": true, "ts": true,
                 "video": [{"name": "v540", "width": 960, "height": 540, "preset": "fast", "crf": 21, "maxrate": 2300000},
                           {"name": "v270", "width": 480, "height": 270}],
                 "audio": [{"name": "sound", "channels": 1, "bitrate": 64000}]}
                """);
        assertThat(file.loop()).isTrue();
        ChannelSpec spec = file.spec();
        assertThat(spec.frameRate()).isEqualTo(Rational.of(30_000, 1_001));
        assertThat(spec.gop()).isEqualTo(Duration.ofMillis(1_001));
        assertThat(spec.segment()).isEqualTo(Duration.ofMillis(2_002));
        assertThat(spec.window()).isEqualTo(Duration.ofSeconds(60));
        assertThat(spec.isLowLatency()).isTrue();
        assertThat(spec.listing().splices()).isTrue();
        assertThat(spec.listing().transportStreams()).isTrue();
        assertThat(spec.listing().part()).isEqualTo(Duration.ofMillis(200));
        assertThat(spec.ladder().names()).containsExactly("v540", "v270", "sound");
        assertThat(spec.ladder().video().get(0).settings().preset()).isEqualTo("fast");
        assertThat(spec.ladder().video().get(0).settings().rateControl().maxrate())
                .isEqualTo(2_300_000);
        assertThat(spec.ladder().audio().get(0).channels()).isEqualTo(1);
        assertThat(spec.grid(null).segmentFrames()).isEqualTo(60);
    }

    private static RateControl control(String rung) {
        ChannelFile file =
                ChannelFile.parse("{\"name\": \"a\", \"input\": \"b\", \"video\": [{\"name\": \"v\", \"width\": 320,"
                        + " \"height\": 180, \"maxrate\": 900000" + rung + "}]}");
        return Objects.requireNonNull(file.spec().ladder())
                .video()
                .get(0)
                .settings()
                .rateControl();
    }

    @Test
    void everyRateControlIsWithinReach() {
        assertThat(control("")).isEqualTo(RateControl.CappedQuality.of(23, 900_000));
        assertThat(control(", \"codec\": \"hevc\"")).isEqualTo(RateControl.CappedQuality.of(25, 900_000));
        assertThat(control(", \"rateControl\": {\"kind\": \"cbr\", \"bitrate\": 500000}"))
                .isEqualTo(RateControl.Cbr.of(500_000));
        assertThat(control(", \"rateControl\": {\"kind\": \"vbr\", \"bitrate\": 500000, \"seconds\": 1.5}"))
                .isEqualTo(new RateControl.Vbr(500_000, 900_000, 1_350_000));
        assertThat(
                        control(
                                ", \"crf\": 26, \"rateControl\": {\"kind\": \"adaptive\", \"vmaf\": {\"floor\": 88, \"ceiling\": 95},"
                                        + " \"ssim\": {\"floor\": 0.95}, \"pooling\": \"p10\", \"scenario\": \"talk-show\", \"latency\": \"low\"}"))
                .isEqualTo(new RateControl.ContentAdaptive(
                        26,
                        new QualityTarget(88, 95, 0.95, 1, QualityTarget.Pooling.P10),
                        900_000,
                        1_800_000,
                        LatencyClass.LOW,
                        Scenario.TALK_SHOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\": \"qvbr\"}",
                "{\"kind\": \"cbr\"}",
                "{\"kind\": \"vbr\", \"bitrate\": 1000000}",
                "{\"kind\": \"capped\", \"vmaf\": {\"floor\": 88}}",
                "{\"kind\": \"adaptive\", \"vmaf\": {\"floor\": 96, \"ceiling\": 95}}",
                "{\"kind\": \"adaptive\", \"scenario\": \"cooking\"}",
                "{\"kind\": \"adaptive\", \"seconds\": 0}"
            })
    void aRateControlThatCannotBeIsOneClearError(String said) {
        assertThatThrownBy(() -> control(", \"rateControl\": " + said))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_ARGUMENT))
                .message()
                .startsWith("channel file: ")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "nonsense|MALFORMED",
                "null|MALFORMED",
                "{\"name\": \"a\"}|MALFORMED",
                "{\"name\": \"a\", \"input\": \"b\", \"colour\": 1}|MALFORMED",
                "{\"name\": \"a\", \"input\": \"b\"} x|MALFORMED",
                "{\"name\": \"../a\", \"input\": \"b\"}|INVALID_ARGUMENT",
                "{\"name\": \"a\", \"input\": \"b\", \"gop\": 1e9}|INVALID_ARGUMENT",
                "{\"name\": \"a\", \"input\": \"b\", \"segment\": 0}|INVALID_ARGUMENT",
                "{\"name\": \"a\", \"input\": \"b\", \"lowLatency\": 3}|INVALID_ARGUMENT",
                "{\"name\": \"a\", \"input\": \"b\", \"frameRate\": \"fast\"}|INVALID_ARGUMENT",
                "{\"name\": \"a\", \"input\": \"b\", \"video\": [{\"name\": \"v\", \"width\": 3, \"height\": 2}]}|INVALID_ARGUMENT",
            })
    void wrongFilesAreOneClearError(String json, MediaErrorCode code) {
        assertThatThrownBy(() -> ChannelFile.parse(json))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .message()
                .doesNotContain("\n");
    }

    @Test
    void fileIsReadOrNamed(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("channel.json"), "{\"name\": \"a\", \"input\": \"b\"}");
        assertThat(ChannelFile.read(file).input()).isEqualTo("b");
        assertThatThrownBy(() -> ChannelFile.read(directory.resolve("none.json")))
                .hasMessageContaining("none.json");
    }

    @Test
    void picturesAndSoundAreProcessedAsWritten(@TempDir Path folder) {
        ChannelFile file = ChannelFile.parse(
                """
                {"name": "n", "input": "i.mp4", "deinterlace": "fields", "loudness": -23,
                 "logo": {"image": "logo.png", "corner": "bottom-left", "opacity": 0.5},
                 "snapshots": {"folder": "%s", "every": 5, "height": 360},
                 "video": [{"name": "v", "width": 320, "height": 180, "codec": "hevc", "bitDepth": 10}]}
                """.formatted(folder.resolve("stills").toString().replace("\\", "/")));
        Processing processing = file.processing();
        assertThat(processing.deinterlace()).isEqualTo(Deinterlace.FIELDS);
        assertThat(Objects.requireNonNull(processing.loudness()).target()).isEqualTo(-23);
        Overlay overlay = Objects.requireNonNull(processing.overlay());
        assertThat(overlay.corner()).isEqualTo(Overlay.Corner.BOTTOM_LEFT);
        assertThat(overlay.opacity()).isEqualTo(0.5);
        assertThat(Objects.requireNonNull(processing.snapshots()).every()).isEqualTo(Duration.ofSeconds(5));
        Rendition rung = Objects.requireNonNull(file.spec().ladder()).video().get(0);
        assertThat(rung.settings().codec()).isEqualTo(Codec.HEVC);
        assertThat(rung.settings().pixelFormat()).isEqualTo("yuv420p10le");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"deinterlace\": \"sometimes\"",
                "\"loudness\": 5",
                "\"logo\": {}",
                "\"logo\": {\"image\": \"x.png\", \"corner\": \"left\"}",
                "\"logo\": {\"image\": \"x.png\", \"width\": 2}",
                "\"snapshots\": {}",
                "\"video\": [{\"name\": \"v\", \"width\": 320, \"height\": 180, \"bitDepth\": 9}]",
                "\"video\": [{\"name\": \"v\", \"width\": 320, \"height\": 180, \"codec\": \"theora\"}]"
            })
    void processingOutOfRangeIsOneSentence(String field) {
        assertThatThrownBy(() -> ChannelFile.parse("{\"name\": \"n\", \"input\": \"i\", " + field + "}"))
                .isInstanceOf(MediaException.class)
                .hasMessageStartingWith("channel file: ");
    }
}
