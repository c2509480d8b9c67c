package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class CompareCommandTest {

    @TempDir
    Path folder;

    private static String clip() {
        return SharedMedia.require("media/highway_cars_720p25_src4.2M.mp4").toString();
    }

    @Test
    void tellsBitsForTheSameQualityAndKeepsTheEncodes() throws IOException {
        Path page = folder.resolve("page.html");
        Path kept = folder.resolve("kept");
        CommandLineRun run = CommandLineRun.of(
                "compare",
                clip(),
                "--size",
                "320x180",
                "--rate-controls",
                "capped,cbr",
                "--preset",
                "ultrafast",
                "--json",
                "--html",
                page.toString(),
                "--keep",
                kept.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("anchor").asText()).isEqualTo("capped");
        JsonNode cbr = json.get("controls").get(1);
        assertThat(cbr.get("bdRate").get("vmaf").get("clips").asInt()).isEqualTo(1);
        assertThat(cbr.get("cpuRatio").asDouble()).isBetween(0.3, 3.0);
        JsonNode clip = json.get("clips").get(0);
        assertThat(clip.get("frames").asInt()).isEqualTo(38);
        JsonNode encodes = clip.get("controls").get(0).get("encodes");
        assertThat(encodes).hasSize(5);
        for (JsonNode encode : encodes) {
            assertThat(kept.resolve(encode.get("file").asText())).exists();
            assertThat(encode.get("vmaf").get("gopMin").asDouble())
                    .isLessThanOrEqualTo(encode.get("vmaf").get("mean").asDouble());
        }
        assertThat(encodes.get(0).get("bitrate").asLong())
                .isLessThan(encodes.get(4).get("bitrate").asLong());
        try (var files = Files.list(kept)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .hasSize(10)
                    .allMatch(name -> name.matches("highway_cars_720p25_src4\\.2M\\.(capped|cbr)\\.\\d+k\\.mp4"));
        }
        // 4 plots of curves with 2 lines each, 2 of groups.
        String html = Files.readString(page);
        assertThat(html.split("<svg", -1)).hasSize(1 + 4 + 2);
        assertThat(html.split("<polyline", -1)).hasSize(1 + 8 + 4);
        assertThat(html).contains("BD-rate").doesNotContain("http").doesNotContain("NaN");
    }

    @Test
    void saysWhatItWantsInstead() throws IOException {
        String film = Files.createFile(folder.resolve("a.mp4")).toString();
        String other = Files.createFile(folder.resolve("b.mp4")).toString();
        assertThat(CommandLineRun.of("compare").exitCode()).isEqualTo(2);
        assertThat(CommandLineRun.of("compare", film, "--rate-controls", "qvbr").err())
                .contains("no rate control is called 'qvbr'");
        assertThat(CommandLineRun.of("compare", film, "--cap", "much").err()).contains("--cap is a rate such as");
        assertThat(CommandLineRun.of("compare", film, "--size", "641x360").err())
                .contains("even numbers");
        assertThat(CommandLineRun.of("compare", film, "--crf", "20,30").err()).contains("at least 5");
        assertThat(CommandLineRun.of("compare", film, other, "--anchor", "x.mp4")
                        .err())
                .contains("as CLIP=FILE");
        CommandLineRun missing =
                CommandLineRun.of("compare", folder.resolve("none.mp4").toString(), "--size", "320x180");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("none.mp4").doesNotContain("Exception");
    }
}
