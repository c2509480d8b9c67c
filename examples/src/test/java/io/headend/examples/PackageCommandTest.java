package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageCommandTest {

    @TempDir
    Path temporary;

    @Test
    void writesManifestsAndAFolderForEachRendition() throws IOException {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path audio = SharedMedia.require("packaging/src-clips/s8_a.mp4");
        Path out = temporary.resolve("film");
        CommandLineRun run = CommandLineRun.of(
                "package", video.toString(), audio.toString(), "-o", out.toString(), "--segment", "2", "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(run.out());
        assertThat(result.path("renditions").findValuesAsText("name")).containsExactly("v360", "audio");
        assertThat(result.path("renditions").findValuesAsText("segments")).containsExactly("4", "4");
        assertThat(out.resolve("master.m3u8")).exists();
        assertThat(out.resolve("manifest.mpd")).exists();
        assertThat(Files.readString(out.resolve("v360/media.m3u8"))).contains("3.m4s", "#EXT-X-ENDLIST");
        assertThat(out.resolve("audio/3.m4s")).exists();
    }

    @Test
    void onlyWhatIsAskedForIsWritten() {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path out = temporary.resolve("film");
        CommandLineRun run = CommandLineRun.of("package", video.toString(), "-o", out.toString(), "--dash");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(out.resolve("manifest.mpd")).exists();
        assertThat(out.resolve("master.m3u8")).doesNotExist();
    }

    @Test
    void aDamagedInputIsOneSentenceAndLeavesNothing() {
        Path broken = SharedMedia.require("media/functional/corrupt_truncated.mp4");
        Path out = temporary.resolve("film");
        CommandLineRun run = CommandLineRun.of("package", broken.toString(), "-o", out.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip())
                .startsWith("headend: '" + broken + "' is truncated")
                .doesNotContain("\n");
        assertThat(temporary).isEmptyDirectory();
    }

    /** Two resolutions, and two frame rates, of which an initialisation segment describes one. */
    @Test
    void aFormatThatChangesIsADiscontinuity() throws IOException {
        Path changing = SharedMedia.require("media/functional/hls_discontinuity/index.m3u8");
        Path film = temporary.resolve("film");
        CommandLineRun run =
                CommandLineRun.of("package", changing.toString(), "-o", film.toString(), "--hls", "--dash", "--ts");
        assertThat(run.exitCode()).as(run.err()).isZero();
        for (String rendition : List.of("v720", "audio")) {
            assertThat(Files.readString(film.resolve(rendition).resolve("media.m3u8"))
                            .split("#EXT-X-DISCONTINUITY\n"))
                    .as(rendition)
                    .hasSize(3);
        }
        assertThat(Files.readString(film.resolve("manifest.mpd")))
                .contains("height=\"720\"", "height=\"360\"", "init-1.mp4");
    }

    private static boolean mount(String options, Path at) throws Exception {
        try {
            Process process = new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "none", at.toString())
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** A disk that is full in the middle, and one that cannot be written: needs the right to mount. */
    @ParameterizedTest
    @CsvSource({"size=256k,No space left", "ro,cannot write to"})
    void aDiskThatTakesNothingIsOneSentenceAndLeavesNothing(String options, String says) throws Exception {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path disk = Files.createDirectories(temporary.resolve("disk"));
        Assumptions.assumeTrue(mount(options, disk), "skipped: no right to mount a small disk");
        try {
            CommandLineRun run = CommandLineRun.of(
                    "package", video.toString(), "-o", disk.resolve("film").toString());
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err().strip())
                    .startsWith("headend: cannot write")
                    .contains(says)
                    .doesNotContain("\n");
            assertThat(disk).isEmptyDirectory();
        } finally {
            assertThat(new ProcessBuilder("umount", "-l", disk.toString())
                            .start()
                            .waitFor())
                    .isZero();
        }
    }
}
