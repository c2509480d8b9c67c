package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.core.Codec;
import io.headend.ingest.FileInput;
import io.headend.ingest.Playback;
import io.headend.ingest.Probe;
import io.headend.ingest.ProbeReport;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class IngestCommandTest {

    private static final String PLAYLIST = "functional/hls_rollover/playlist.m3u8";

    @TempDir
    Path folder;

    private static ProbeReport probe(Path file) {
        return Probe.builder(new FileInput(file, Playback.ONCE))
                .decode(true)
                .build()
                .run();
    }

    private void onlyHolds(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void aPlaylistBecomesAFileWithEverySample() throws IOException {
        String input = SharedMedia.media(PLAYLIST).toString();
        for (String name : new String[] {"take.ts", "take.mp4"}) {
            Path file = folder.resolve(name);
            CommandLineRun run = CommandLineRun.of("ingest", input, "-o", file.toString(), "--json");
            assertThat(run.exitCode()).as(run.err()).isZero();
            JsonNode result = new ObjectMapper().readTree(run.out());
            assertThat(result.get("segments").asLong()).isEqualTo(10);
            assertThat(result.get("received").asLong()).isEqualTo(10);
            for (String counter : new String[] {
                "lost", "recovered", "unrecovered", "reordered", "late", "duplicates", "continuity_errors"
            }) {
                assertThat(result.get(counter).asLong(-1)).as(counter).isZero();
            }
            assertThat(result.get("tracks").get(0).get("samples").asLong()).isEqualTo(480);
            assertThat(result.get("tracks").get(1).get("samples").asLong()).isEqualTo(937);
            ProbeReport report = probe(file);
            assertThat(report.problems()).isEmpty();
            assertThat(report.tracks().get(0).counts().frames()).isEqualTo(480);
        }
        onlyHolds("take.ts", "take.mp4");
    }

    @Test
    void aPictureThatIsCutOffIsLeftOut() throws IOException {
        String input = SharedMedia.media("functional/corrupt_truncated.mp4").toString();
        for (String name : new String[] {"take.ts", "take.mp4"}) {
            Path file = folder.resolve(name);
            CommandLineRun run = CommandLineRun.of("ingest", input, "-o", file.toString(), "--json");
            assertThat(run.exitCode()).as(run.err()).isZero();
            JsonNode result = new ObjectMapper().readTree(run.out());
            assertThat(result.get("notes").get(0).asText()).contains("cut off");
            assertThat(result.get("tracks").get(1).get("samples").asLong()).isEqualTo(6);
            ProbeReport report = probe(file);
            assertThat(report.problems()).isEmpty();
            assertThat(report.tracks().get(0).counts().frames()).isEqualTo(7);
        }
    }

    @Test
    void aDurationEndsIt() {
        Path file = folder.resolve("take.mp4");
        String input = SharedMedia.media(PLAYLIST).toString();
        CommandLineRun run = CommandLineRun.of("ingest", input, "-o", file.toString(), "--duration", "5");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(probe(file).tracks().get(0).counts().samples()).isBetween(118L, 124L);
    }

    @Test
    void aFolderIsPackaged() throws IOException {
        Path made = folder.resolve("take");
        String input = SharedMedia.media(PLAYLIST).toString();
        CommandLineRun run = CommandLineRun.of("ingest", input, "-o", made.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(made.resolve("master.m3u8")).exists();
        assertThat(made.resolve("manifest.mpd")).exists();
        onlyHolds("take");
    }

    @Test
    void hevcBecomesAFolderWithoutTransportStreams() throws IOException {
        Path made = folder.resolve("take");
        String input = SharedMedia.media("functional/hevc_bframes.mp4").toString();
        CommandLineRun run = CommandLineRun.of("ingest", input, "-o", made.toString(), "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("HEVC is packaged as CMAF only");
        assertThat(made.resolve("master.m3u8")).exists();
        assertThat(made.resolve("master-ts.m3u8")).doesNotExist();
        Path ts = folder.resolve("take.ts");
        assertThat(CommandLineRun.of("ingest", input, "-o", ts.toString()).exitCode())
                .isZero();
        ProbeReport whole = probe(Path.of(input));
        assertThat(probe(ts).tracks().get(0).counts().frames())
                .isEqualTo(whole.tracks().get(0).counts().frames());
    }

    /** ADTS does not say it: low rates are HE-AAC, through every container and back. */
    @Test
    void implicitBandReplicationIsCalledByItsName() throws IOException {
        Path input = SharedMedia.media("functional/derived_h264_2xheaac.ts");
        JsonNode track = recorded(input, "folder").get("tracks").get(1);
        assertThat(track.get("sampleRate").asInt()).isEqualTo(48_000);
        assertThat(folder.resolve("folder/master.m3u8")).content().contains("mp4a.40.5");
        assertThat(folder.resolve("folder/manifest.mpd")).content().contains("mp4a.40.5");
        recorded(input, "take.mp4");
        JsonNode again =
                recorded(folder.resolve("take.mp4"), "again.ts").get("tracks").get(1);
        assertThat(again.get("sampleRate").asInt()).isEqualTo(48_000);
        assertThat(again.get("samples")).isEqualTo(track.get("samples"));
        ProbeReport report = probe(folder.resolve("again.ts"));
        assertThat(report.problems()).isEmpty();
    }

    private JsonNode recorded(Path input, String name) throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "ingest", input.toString(), "-o", folder.resolve(name).toString(), "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    /** CEA-608 from the input into a transport stream, into MP4, and into segments. */
    @Test
    void captionsStayInThePictures() throws IOException {
        Path input = SharedMedia.media("functional/h264_cea608_captions-test.ts");
        long captions = recorded(input, "take.ts").get("captioned_pictures").asLong();
        assertThat(captions).isGreaterThan(100);
        assertThat(recorded(folder.resolve("take.ts"), "again.ts")
                        .get("captioned_pictures")
                        .asLong())
                .isEqualTo(captions);
        recorded(input, "take.mp4");
        recorded(folder.resolve("take.mp4"), "back.ts");
        assertThat(recorded(folder.resolve("back.ts"), "last.ts")
                        .get("captioned_pictures")
                        .asLong())
                .isEqualTo(captions);
        recorded(input, "folder");
        try (Stream<Path> files = Files.walk(folder.resolve("folder"))) {
            Path playlist =
                    files.filter(f -> f.endsWith("media-ts.m3u8")).findFirst().orElseThrow();
            assertThat(recorded(playlist, "segments.ts")
                            .get("captioned_pictures")
                            .asLong())
                    .isEqualTo(captions);
        }
    }

    @Test
    void whatIsReadableOfADamagedFileIsPackaged() throws IOException {
        Path made = folder.resolve("take");
        String input = SharedMedia.media("functional/corrupt_truncated.mp4").toString();
        CommandLineRun run = CommandLineRun.of("ingest", input, "-o", made.toString(), "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("cut off");
        ProbeReport report = probe(made.resolve("v720/media.m3u8"));
        assertThat(report.tracks().get(0).counts().frames()).isEqualTo(7);
    }

    /** Two pictures with key frames at different times cannot be one presentation. */
    @Test
    void aTakeThatCannotBePackagedIsKept() throws IOException {
        String input =
                SharedMedia.media("functional/multi_stream_2v2a_subs_nasa.mp4").toString();
        CommandLineRun run =
                CommandLineRun.of("ingest", input, "-o", folder.resolve("take").toString(), "--json");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("could not be packaged and is in", "take.take.mp4");
        JsonNode result = new ObjectMapper().readTree(run.out());
        assertThat(result.get("error").asText()).contains("key frames at the same times");
        ProbeReport report = probe(folder.resolve("take.take.mp4"));
        assertThat(report.tracks()).hasSize(6);
        assertThat(report.tracks())
                .filteredOn(t -> t.track().kind() == Codec.Kind.TEXT)
                .hasSize(2)
                .allSatisfy(t -> assertThat(t.counts().samples()).isPositive());
    }

    @Test
    void beforeAnySampleTheJsonIsOneObjectWithTheError() throws IOException {
        for (String input :
                new String[] {"no-such-file.mp4", "http://u:geheim@127.0.0.1:9/a.m3u8", "udp://127.0.0.1:0"}) {
            CommandLineRun run = CommandLineRun.of(
                    "ingest", input, "-o", folder.resolve("take.ts").toString(), "--json", "--give-up", "0.5");
            assertThat(run.exitCode()).isEqualTo(1);
            JsonNode result = new ObjectMapper().readTree(run.out());
            assertThat(result.get("error").asText()).isNotEmpty();
            assertThat(run.err())
                    .isEqualToNormalizingNewlines(
                            "headend: " + result.get("error").asText() + "\n");
            assertThat(run.out()).doesNotContain("geheim");
        }
    }

    /** Two resolutions, of which an MP4 file and a folder hold the first alone. */
    @Test
    void aRecordingEndsWhereTheFormatChanges() throws IOException {
        String input =
                SharedMedia.media("functional/hls_discontinuity/index.m3u8").toString();
        Path made = folder.resolve("take");
        CommandLineRun run = CommandLineRun.of("ingest", input, "-o", made.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("video-0 changed its format after 4.0", "record such inputs to a .ts file");
        assertThat(Files.readString(made.resolve("v720/media.m3u8"))).containsOnlyOnce("#EXTINF:4.0");
        onlyHolds("take");
        Path whole = folder.resolve("take.ts");
        assertThat(CommandLineRun.of("ingest", input, "-o", whole.toString()).exitCode())
                .isZero();
        assertThat(probe(whole).tracks().get(0).counts().frames()).isEqualTo(3 * 60 + 2 * 48);
    }

    @Test
    void whatFailsIsSaidInOneLineAndLeavesNothing() throws IOException {
        String out = folder.resolve("take.ts").toString();
        CommandLineRun refused =
                CommandLineRun.of("ingest", "http://u:geheim@127.0.0.1:9/a.m3u8", "-o", out, "--give-up", "0.5");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).startsWith("headend: ").doesNotContain("geheim");
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(CommandLineRun.of("ingest", "test:", "-o", out).err()).contains("raw pictures");
        assertThat(CommandLineRun.of("ingest", "a.mp4", "-o", "a.avi").err()).contains("no such file");
        assertThat(CommandLineRun.of("ingest", "a.mp4").exitCode()).isEqualTo(2);
        onlyHolds();
    }
}
