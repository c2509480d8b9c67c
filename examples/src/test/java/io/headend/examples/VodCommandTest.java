package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.ingest.FileInput;
import io.headend.ingest.Playback;
import io.headend.ingest.Probe;
import io.headend.ingest.ProbeReport;
import io.headend.testkit.LeakExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class VodCommandTest {

    @TempDir
    Path folder;

    @Test
    void packagesALadder() throws IOException {
        Path out = folder.resolve("film");
        CommandLineRun run = CommandLineRun.of(
                "vod",
                "test:?duration=5&size=320x180",
                "-o",
                out.toString(),
                "--preset",
                "ultrafast",
                "--rungs",
                "320x180:500k,160x90:200k",
                "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("segments").asInt()).isEqualTo(3);
        assertThat(json.get("avDriftTicks").asInt()).isZero();
        assertThat(out.resolve("master.m3u8")).content().contains("v180/media.m3u8", "v90/media.m3u8", "AUDIO=");
        assertThat(out.resolve("manifest.mpd")).content().contains("type=\"static\"");
        for (String rendition : List.of("v180", "v90", "audio")) {
            assertThat(names(out.resolve(rendition)))
                    .containsExactlyInAnyOrder("init.mp4", "media.m3u8", "0.m4s", "1.m4s", "2.m4s");
        }
        assertThat(names(folder)).containsExactly("film");
    }

    @Test
    void whatItWritesDecodesWithoutAMessage() throws IOException {
        Path out = folder.resolve("film");
        CommandLineRun.of(
                "vod",
                "test:?duration=4&size=320x180",
                "-o",
                out.toString(),
                "--preset",
                "ultrafast",
                "--rungs",
                "320x180:500k");
        Path joined = folder.resolve("v180.mp4");
        try (OutputStream file = Files.newOutputStream(joined)) {
            for (String part : List.of("init.mp4", "0.m4s", "1.m4s")) {
                Files.copy(out.resolve("v180").resolve(part), file);
            }
        }

        ProbeReport report = Probe.builder(new FileInput(joined, Playback.ONCE))
                .decode(true)
                .build()
                .run();

        assertThat(report.problems()).isEmpty();
        assertThat(report.tracks()).singleElement().satisfies(track -> {
            assertThat(track.counts().frames()).isEqualTo(100);
            assertThat(track.keys().longest()).isEqualTo(50);
            assertThat(track.variableFrameRate()).isFalse();
        });
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> inside = Files.list(directory)) {
            return inside.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
