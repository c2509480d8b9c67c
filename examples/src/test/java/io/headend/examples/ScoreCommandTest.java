package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class ScoreCommandTest {

    @TempDir
    Path folder;

    private static String golden(String name) {
        return SharedMedia.require("vmaf/golden/" + name).toString();
    }

    @Test
    void printsEveryFrameAndThePooledScores() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "score", golden("parkjoy_crf33.ref.mkv"), golden("parkjoy_crf33.dist.mkv"), "--json", "--threads", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("frames")).hasSize(10);
        JsonNode frame = json.get("frames").get(3);
        assertThat(frame.get("index").asInt()).isEqualTo(3);
        List<String> keys = new ArrayList<>();
        frame.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).containsExactly("index", "pts", "vmaf", "vmafNeg", "ssim", "ssimAll", "psnr");
        JsonNode vmaf = json.get("pooled").get("vmaf");
        assertThat(vmaf.get("mean").asDouble()).isCloseTo(48.473832, within(0.03));
        for (String pool : List.of("harmonicMean", "min", "p5", "p10")) {
            assertThat(vmaf.get(pool).asDouble())
                    .isBetween(10.0, vmaf.get("mean").asDouble());
        }
        assertThat(json.get("gops")).isNotEmpty();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void writesAPageWithPlotsAndPictures() throws IOException {
        Path page = folder.resolve("score.html");
        CommandLineRun run = CommandLineRun.of(
                "score",
                golden("street_640x360_crf28.ref.mkv"),
                golden("street_640x360_crf28.dist.mkv"),
                "--metrics",
                "vmaf,psnr",
                "--subsample",
                "2",
                "--html",
                page.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("12 frames of 640x360, every 2. frame")
                .contains("vmaf")
                .contains("psnr");
        String html = Files.readString(page);
        assertThat(html.split("<svg", -1)).hasSize(3);
        assertThat(html.split("data:image/png;base64,iVBOR", -1).length - 1).isEqualTo(4);
        assertThat(html).contains("street_640x360_crf28.dist.mkv");
    }

    @Test
    void otherSizesAreScaledAndSaidSo() {
        CommandLineRun run = CommandLineRun.of(
                "score",
                golden("parkjoy_crf33.ref.mkv"),
                golden("street_640x360_crf28.dist.mkv"),
                "--metrics",
                "psnr",
                "--shortest",
                "--json");
        assertThat(run.out() + run.err())
                .containsAnyOf("scaled from 640x360 to 480x270 (bicubic)", "bring both to one rate");
    }

    @Test
    void badInputIsOneClearLine() throws IOException {
        String ref = golden("parkjoy_crf33.ref.mkv");
        Path text = Files.writeString(folder.resolve("notes.txt"), "not a film");
        for (String[] args : new String[][] {
            {"score", ref, folder.resolve("absent.mp4").toString()},
            {"score", ref, folder.toString()},
            {"score", ref, text.toString()},
            {"score", ref, golden("street_640x360_crf28.dist.mkv")},
            {"score", ref, ref, "--html", folder.resolve("no/such/folder.html").toString()},
            {"score", ref, ref, "--model", text.toString()},
        }) {
            CommandLineRun run = CommandLineRun.of(args);
            assertThat(run.exitCode()).as(String.join(" ", args)).isEqualTo(1);
            assertThat(run.err().lines()).as(run.err()).hasSize(1);
            assertThat(run.err()).startsWith("headend: ").doesNotContain("Exception");
        }
        assertThat(CommandLineRun.of("score", ref, ref, "--metrics", "beauty").exitCode())
                .isEqualTo(2);
        assertThat(CommandLineRun.of("score", ref).exitCode()).isEqualTo(2);
    }
}
