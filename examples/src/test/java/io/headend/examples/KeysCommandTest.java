package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class KeysCommandTest {

    private static final String SECRET = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String SIGNER = "me:" + "12".repeat(32) + ":" + "34".repeat(16);
    private static final Pattern ADDRESS = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+)/license");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private Thread running = new Thread();

    @AfterEach
    void end() throws InterruptedException {
        running.interrupt();
        running.join();
    }

    /** Runs the command until the test ends; its address. */
    private String start(String... options) {
        CommandLine line = Headend.commandLine();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] all = new String[options.length + 3];
        System.arraycopy(new String[] {"keys", "--port", "0"}, 0, all, 0, 3);
        System.arraycopy(options, 0, all, 3, options.length);
        out.getBuffer().setLength(0);
        running = new Thread(() -> line.execute(all));
        running.start();
        while (running.isAlive()) {
            Matcher address = ADDRESS.matcher(out.toString());
            if (address.find()) {
                return address.group(1);
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError(err.toString());
    }

    private static HttpResponse<byte[]> get(String url, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private String protect(String... options) throws IOException {
        Path film = folder.resolve("film" + options[0]);
        String[] line = new String[options.length + 9];
        System.arraycopy(
                new String[] {"vod", "test:?duration=2&size=320x180", "-o", film + "", "--rungs", "320x180:500k"},
                0,
                line,
                0,
                6);
        System.arraycopy(new String[] {"--drm", "cbcs", "--json"}, 0, line, 6, 3);
        System.arraycopy(options, 0, line, 9, options.length);
        CommandLineRun run = CommandLineRun.of(line);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return Files.readString(film.resolve("v180/media.m3u8"));
    }

    @Test
    void keysOfTheServersAreThoseOfTheSecret() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), SECRET + "\n");
        Path signer = Files.writeString(folder.resolve("signer.txt"), SIGNER);
        String server = start("--secret-file", secret.toString(), "--signer-file", signer.toString());
        assertThat(out.toString()).contains("/speke", "/widevine").doesNotContain(SECRET, "12121212");

        String own = protect("--secret-file", secret.toString(), "--license", server + "/license");
        String told = protect(
                "--widevine", server + "/widevine", "--signer-file", signer + "", "--license", server + "/license");
        Matcher key =
                Pattern.compile("URI=\"(http[^\"]+\\?kid=(\\p{XDigit}{32}))\"").matcher(own);
        assertThat(key.find()).isTrue();
        assertThat(told).contains(key.group(2));
        assertThat(get(key.group(1)).body()).hasSize(16);

        String speke = protect("--speke", server + "/speke", "--license", server + "/license");
        Matcher other =
                Pattern.compile("URI=\"(http[^\"]+\\?kid=\\p{XDigit}{32})\"").matcher(speke);
        assertThat(other.find()).isTrue();
        assertThat(get(other.group(1)).statusCode()).isEqualTo(200);
        assertThat(get(server + "/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void requestsNeedTheToken() throws Exception {
        Path token = Files.writeString(folder.resolve("token.txt"), "0123456789abcdef\n");
        String server = start("--token-file", token.toString());
        String key = server + "/license?kid=" + "00".repeat(16);

        assertThat(get(key).statusCode()).isEqualTo(403);
        assertThat(get(key, "Authorization", "Bearer 0123456789abcdeg").statusCode())
                .isEqualTo(403);
        assertThat(get(key, "Authorization", "Bearer 0123456789abcdef").statusCode())
                .isEqualTo(200);
        assertThat(get(server + "/speke").statusCode()).isEqualTo(401);
    }

    @Test
    void tooManyRequestsAreRefused() throws Exception {
        String server = start("--each-second", "1");
        String key = server + "/license?kid=" + "00".repeat(16);
        int refused = 0;
        for (int i = 0; i < 5; i++) {
            HttpResponse<byte[]> response = get(key);
            if (response.statusCode() == 429) {
                refused++;
                assertThat(response.headers().firstValue("Retry-After")).contains("1");
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aFileOfKeysKeepsWhatItMakes() throws Exception {
        Path passphrase = Files.writeString(folder.resolve("passphrase.txt"), "correct horse battery\n");
        Path signer = Files.writeString(folder.resolve("signer.txt"), SIGNER);
        Path store = folder.resolve("keys.hks");
        String server =
                start("--store", store + "", "--passphrase-file", passphrase + "", "--signer-file", signer.toString());
        protect("--widevine", server + "/widevine", "--signer-file", signer.toString());
        String media = protect("--speke", server + "/speke", "--license", server + "/license");
        Matcher key =
                Pattern.compile("URI=\"(http[^\"]+\\?kid=\\p{XDigit}{32})\"").matcher(media);
        assertThat(key.find()).isTrue();
        byte[] secret = get(key.group(1)).body();
        assertThat(secret).hasSize(16);

        assertThat(store).exists();
        CommandLineRun wrong = CommandLineRun.of(
                "keys", "--port", "0", "--store", store + "", "--passphrase-file", signer + "", "--duration", "1");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("does not open").hasLineCount(1);
        end();
        String again = start("--store", store + "", "--passphrase-file", passphrase + "");
        assertThat(get(again + key.group(1).substring(server.length())).body()).isEqualTo(secret);
    }

    @Test
    void whatDoesNotGoTogetherIsOneSentence() {
        CommandLineRun anywhere = CommandLineRun.of("keys", "--address", "0.0.0.0");
        assertThat(anywhere.exitCode()).isEqualTo(2);
        assertThat(anywhere.err()).contains("--address 0.0.0.0 needs --token-file");
        assertThat(CommandLineRun.of("keys", "--fairplay", "java.lang.String", "--fairplay-certificate", "x.p12")
                        .err())
                .contains("--fairplay goes with --fairplay-certificate and --fairplay-passphrase-file");
        assertThat(CommandLineRun.of("keys", "--license-service", "https://keys.example/")
                        .err())
                .contains("--license-service needs --signer or --signer-file");
        assertThat(CommandLineRun.of("keys", "--help").out()).contains("./headend keys --port 8090 --secret-file");
    }
}
