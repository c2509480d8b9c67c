package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DrmOptionsTest {

    private static final String KEY = "0f0e0d0c0b0a09080706050403020100";
    private static final String HD = "00112233445566778899aabbccddeeff:" + KEY;
    private static final String SOUND = "10112233445566778899aabbccddeeff:" + KEY;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --drm cbcs | --drm needs keys from one source
                    --drm cbcs --key HD=@KID:@KEY --cpix keys.xml | --drm needs keys from one source
                    --key @KID:@KEY | say --drm
                    --license https://keys.example/ | say --drm
                    --drm cbcs --key @KID:@KEY --key @KID:@KEY | --key: there are two keys for all tracks
                    --drm cbcs --key 8K=@KID:@KEY | --key: a key is written
                    --drm cbcs --key @KID | --key: A key is written KID:KEY or KID:KEY:IV; this one has 1 parts.
                    --drm cbcs --key @KID:@KEYz | --key: The key must be 32 hexadecimal digits; it has 33 characters.
                    --drm cbcs --widevine http://127.0.0.1:1/ | a Widevine service needs --signer or --signer-file
                    --drm cbcs --widevine http://127.0.0.1:1/ --signer me:@KEY:00 | a signer is written
                    --drm cbcs --key @KID:@KEY --signer me:@KEY:@KEY | --signer and --signer-file go with --widevine
                    --drm cbcs --key @KID:@KEY --speke-authorization FILE | --speke-authorization goes with --speke
                    --drm aes-128 --key @KID:@KEY | --drm aes-128 needs --license
                    --drm sample-aes --key @KID:@KEY | --drm sample-aes needs --license
                    --drm aes-128 --key @KID:@KEY --license https://k.example/ --dash | has no form in DASH
                    --drm sample-aes --key @KID:@KEY --license https://k.example/ --hls | is for transport streams
                    --drm aes-128 --key HD=@KID:@KEY --license https://k.example/ | has one key for all tracks
                    --drm cens --key @KID:@KEY | Invalid value for option '--drm'
                    """)
    void whatDoesNotGoTogetherIsOneSentenceWithoutTheKey(String options, String sentence) {
        List<String> line = new ArrayList<>(List.of("package", "film.mp4", "-o", temporary.resolve("out") + ""));
        line.addAll(List.of(
                options.replace("@KID", "0".repeat(32)).replace("@KEY", KEY).split(" ")));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("headend: ", sentence).doesNotContain(KEY);
        assertThat(run.out()).isEmpty();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void oneKeyForEachKindOfTrack() throws IOException {
        Path out = packaged("--drm", "cenc", "--key", "SD=" + HD, "--key", "AUDIO=" + SOUND);

        assertThat(Files.readString(out.resolve("manifest.mpd")))
                .contains("value=\"cenc\"", "00112233-4455-6677-8899-aabbccddeeff")
                .contains("10112233-4455-6677-8899-aabbccddeeff");
        assertThat(Files.readString(out.resolve("v360/media.m3u8")))
                .contains("METHOD=SAMPLE-AES-CTR", "0x00112233445566778899aabbccddeeff", "com.microsoft.playready")
                .doesNotContain("com.apple.streamingkeydelivery", KEY);
    }

    @ParameterizedTest
    @CsvSource({"aes-128,--hls,AES-128", "aes-128,--ts,AES-128", "sample-aes,--ts,SAMPLE-AES"})
    void methodsOfHlsNameTheKeyByItsUrl(String method, String form, String written) throws IOException {
        Path out = packaged(form, "--drm", method, "--key", HD, "--license", "https://keys.example/k");

        assertThat(Files.readString(out.resolve("v360/media.m3u8")))
                .contains("METHOD=" + written + ",")
                .contains("URI=\"https://keys.example/k?kid=00112233445566778899aabbccddeeff\"")
                .doesNotContain(KEY);
        assertThat(out.resolve("manifest.mpd")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"aes-128,AES-128", "sample-aes,SAMPLE-AES"})
    void methodsOfHlsInAFileThatIsEncoded(String method, String written) throws IOException {
        Path out = temporary.resolve("out");
        CommandLineRun run = CommandLineRun.of(
                "vod",
                "test:?duration=4",
                "-o",
                out + "",
                "--drm",
                method,
                "--key",
                HD,
                "--license",
                "https://keys.example/k");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readString(out.resolve("audio/media.m3u8")))
                .contains("#EXT-X-KEY:METHOD=" + written + ",")
                .contains("URI=\"https://keys.example/k?kid=00112233445566778899aabbccddeeff\"")
                .doesNotContain("KEYFORMAT", KEY);
        assertThat(Files.exists(out.resolve("manifest.mpd"))).isEqualTo(method.equals("sample-aes"));
    }

    @ParameterizedTest
    @CsvSource({
        "--drm aes-128 --low-latency, --drm cbcs",
        "--drm aes-128 --push http://127.0.0.1:9/demo/A/, cenc and cbcs",
        "--drm aes-128 --key HD=" + HD + ", one key for all tracks",
        "--drm aes-128 --widevine-license https://keys.example/w, without a DRM system",
        "--drm cbcs --ts, --drm aes-128"
    })
    void whatDoesNotGoTogetherLiveIsRefused(String options, String word) {
        List<String> line = new ArrayList<>(List.of("demo", "--port", "0"));
        line.addAll(List.of(options.split(" ")));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(word).doesNotContain(KEY);
    }

    @Test
    void keysOutOfAFileAreSignalledForEverySystem() throws IOException {
        Path file = Files.writeString(temporary.resolve("keys.txt"), "# news\n\n" + HD + "\nAUDIO=" + SOUND + "\n");
        Path out = packaged("--drm", "cbcs", "--key-file", file.toString(), "--license", "https://keys.example/ck");

        assertThat(Files.readString(out.resolve("v360/media.m3u8")))
                .contains("METHOD=SAMPLE-AES,", "com.microsoft.playready", "urn:uuid:edef8ba9")
                .contains("URI=\"skd://00112233-4455-6677-8899-aabbccddeeff\"")
                .contains("URI=\"https://keys.example/ck?kid=00112233445566778899aabbccddeeff\"");
    }

    @Test
    void aFileOfKeysByTrackIsNotForMethodsWithOneKey() throws IOException {
        Path file = Files.writeString(temporary.resolve("keys.txt"), "HD=" + HD + "\nAUDIO=" + SOUND + "\n");
        CommandLineRun run = CommandLineRun.of(
                "package",
                "film.mp4",
                "-o",
                temporary.resolve("out") + "",
                "--drm",
                "aes-128",
                "--key-file",
                file + "",
                "--license",
                "https://keys.example/k");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("has one key for all tracks").doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"package", "vod"})
    void aTrackWithoutAKeyIsOneSentence(String command) throws IOException {
        Path file = Files.writeString(temporary.resolve("keys.txt"), "UHD=" + HD + "\nAUDIO=" + SOUND + "\n");
        String input = command.equals("vod")
                ? "test:?duration=1"
                : SharedMedia.require("packaging/src-clips/s8_v360.mp4") + "";
        CommandLineRun run = CommandLineRun.of(
                command, input, "-o", temporary.resolve("out") + "", "--drm", "cenc", "--key-file", file + "");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .contains("headend: ")
                .contains("There is no key for ")
                .doesNotContain(KEY, "Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "KID:KEY\n"})
    void aFileWithoutKeysIsOneSentence(String content) throws IOException {
        Path file = Files.writeString(temporary.resolve("keys.txt"), content);
        CommandLineRun run = CommandLineRun.of(
                "package", "film.mp4", "-o", temporary.resolve("out") + "", "--drm", "cbcs", "--key-file", file + "");

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains("headend: " + file);
    }

    @Test
    void aFileThatIsMissingIsOneSentence() {
        CommandLineRun run = CommandLineRun.of(
                "package", "film.mp4", "-o", temporary.resolve("out") + "", "--drm", "cbcs", "--cpix", "missing.xml");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("headend: there is no file missing.xml");
    }

    private Path packaged(String... options) {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path audio = SharedMedia.require("packaging/src-clips/s8_a.mp4");
        Path out = temporary.resolve("film");
        List<String> line =
                new ArrayList<>(List.of("package", video.toString(), audio.toString(), "-o", out.toString()));
        line.addAll(List.of(options));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out() + run.err()).doesNotContain(KEY);
        return out;
    }
}
