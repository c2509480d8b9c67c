package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.ingest.FileInput;
import io.headend.ingest.Playback;
import io.headend.ingest.Probe;
import io.headend.ingest.ProbeReport;
import io.headend.testkit.FrameNumberReader;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
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
                    .contains("init.mp4", "media.m3u8", "0.m4s", "1.m4s", "2.m4s")
                    .doesNotContain("3.m4s");
        }
        assertThat(names(folder)).containsExactly("film");
    }

    @Test
    void encodesShotByShotForAQuality() throws IOException {
        Path out = folder.resolve("shots");
        String clip =
                SharedMedia.require("media/highway_dashcam_540p25_src2.4M.mp4").toString();
        CommandLineRun run = CommandLineRun.of(
                "vod",
                clip,
                "-o",
                out.toString(),
                "--preset",
                "ultrafast",
                "--rungs",
                "320x180:900k,160x90:400k",
                "--target-vmaf",
                "85",
                "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("renditions")).hasSize(2);
        for (JsonNode rendition : json.get("renditions")) {
            assertThat(rendition.get("vmaf").asDouble()).isBetween(82.0, 88.0);
            assertThat(rendition.get("late").asLong()).isZero();
        }
        // Cut alike, whatever the size.
        assertThat(segmentLengths(out.resolve("v180/media.m3u8")))
                .hasSizeGreaterThan(1)
                .isEqualTo(segmentLengths(out.resolve("v90/media.m3u8")));
        assertThat(out.resolve("master.m3u8")).content().contains("v180/media.m3u8", "audio/media.m3u8");

        assertThat(CommandLineRun.of("vod", clip, "-o", out + "2", "--ladder", "auto")
                        .err())
                .contains("--ladder auto needs --target-vmaf");
        assertThat(CommandLineRun.of("vod", "test:?duration=1", "-o", out + "3", "--target-vmaf", "90")
                        .err())
                .contains("give a file");
    }

    private static List<String> segmentLengths(Path playlist) throws IOException {
        return Files.readAllLines(playlist).stream()
                .filter(line -> line.startsWith("#EXTINF"))
                .toList();
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

    @Test
    void whatItEncryptsShowsItsNumbersWithTheKeyAlone() throws IOException {
        String key = "0f0e0d0c0b0a09080706050403020100";
        Path encrypted = package180(
                "encrypted",
                "--drm",
                "cbcs",
                "--key",
                "00112233445566778899aabbccddeeff:" + key,
                "--license",
                "https://keys.example/");
        assertThat(folder.resolve("encrypted/manifest.mpd"))
                .content()
                .contains("value=\"cbcs\"", "00112233-4455-6677-8899-aabbccddeeff");
        assertThat(folder.resolve("encrypted/v180/media.m3u8"))
                .content()
                .contains("METHOD=SAMPLE-AES,", "https://keys.example/");

        List<Long> all = LongStream.range(0, 50).boxed().toList();
        assertThat(numbers(encrypted, key)).isEqualTo(all);
        assertThat(numbers(encrypted, "ff".repeat(16))).isNotEqualTo(all);
    }

    private Path package180(String name, String... more) throws IOException {
        Path out = folder.resolve(name);
        List<String> arguments = new ArrayList<>(
                List.of("vod", "test:?duration=2&size=320x180", "-o", out.toString(), "--rungs", "320x180:500k"));
        arguments.addAll(List.of(more));
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path joined = folder.resolve(name + ".mp4");
        try (OutputStream file = Files.newOutputStream(joined)) {
            Files.copy(out.resolve("v180/init.mp4"), file);
            Files.copy(out.resolve("v180/0.m4s"), file);
        }
        return joined;
    }

    /** What the pictures say that they are, of those that can be read. */
    private static List<Long> numbers(Path file, String key) {
        List<Long> numbers = new ArrayList<>();
        try (Demuxer demuxer = Demuxer.builder(file.toString())
                        .option("decryption_key", key)
                        .open();
                Decoder decoder = demuxer.decoder(0).open()) {
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                decoder.send(sample);
                sample.close();
                read(decoder, numbers);
            }
            decoder.finish();
            read(decoder, numbers);
        }
        return numbers;
    }

    private static void read(Decoder decoder, List<Long> numbers) {
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            FrameNumberReader.read(frame.plane(0), frame.stride(0), frame.width(), frame.height())
                    .ifPresent(numbers::add);
            frame.close();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> inside = Files.list(directory)) {
            return inside.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static Path functional(String name) {
        Path path = SharedMedia.find("media/functional/" + name).orElse(null);
        assumeTrue(path != null, "skipped: ../shared is missing");
        return path;
    }

    @Test
    void soundThatATransportStreamAnnouncesLateIsThere() {
        Path out = folder.resolve("ts");
        CommandLineRun run = CommandLineRun.of(
                "vod",
                functional("hls_discontinuity/bee0.ts").toString(),
                "-o",
                out.toString(),
                "--preset",
                "ultrafast",
                "--rungs",
                "320x180:500k");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(out.resolve("master.m3u8")).content().contains("v180/media.m3u8", "AUDIO=");
        assertThat(out.resolve("audio/0.m4s")).exists();
    }

    @Test
    void inputOfUnknownCodingsEndsInOneSentence() throws IOException {
        String film = Files.readString(functional("h264_aac_basic.mp4"), StandardCharsets.ISO_8859_1)
                .replace("avc1", "zzz1")
                .replace("mp4a", "zzz2");
        Path odd = Files.writeString(folder.resolve("odd.mp4"), film, StandardCharsets.ISO_8859_1);
        Path out = folder.resolve("odd");
        CommandLineRun run = CommandLineRun.of("vod", odd.toString(), "-o", out.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip())
                .hasLineCount(1)
                .contains("cannot decode the source's pictures (video-0 is unknown)");
        assertThat(out).doesNotExist();
    }
}
