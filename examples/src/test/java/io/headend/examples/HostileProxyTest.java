package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.testkit.LoopbackServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input at {@code /widevine-license} of {@code headend keys}, from players and from the licence service behind it. */
@Timeout(120)
class HostileProxyTest {

    private static final String LICENSE = "{\"status\":\"OK\",\"license\":\"bGljZW5jZQ==\"}";

    @TempDir
    static Path folder;

    private static LoopbackServer service;
    private static HostileClient keys;
    private static volatile MediaResponse next = json(LICENSE);

    @BeforeAll
    static void start() throws IOException {
        service = new LoopbackServer(request -> CompletableFuture.completedFuture(next(request)));
        keys = with(service.uri() + "cenc/getlicense/me");
    }

    private static HostileClient with(String licenseService) throws IOException {
        return new HostileClient(
                "--signer-file",
                HostileClient.file(folder, "signer.txt", "me:" + "12".repeat(32) + ":" + "34".repeat(16)),
                "--license-service",
                licenseService);
    }

    @AfterAll
    static void end() throws Exception {
        keys.close();
        service.close();
    }

    private static MediaResponse next(MediaRequest request) {
        assertThat(request.method()).isEqualTo("POST");
        return next;
    }

    private static MediaResponse json(String text) {
        return MediaResponse.ok("application/json", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static HostileClient.Answer post(String challenge) {
        return keys.post("/widevine-license", challenge, "Content-Type: application/octet-stream");
    }

    @Test
    void playersGetALicenceOrASentence() {
        next = json(LICENSE);
        assertThat(post("a challenge").text()).isEqualTo("licence");
        int before = service.requests();

        post("").refused(400, "no challenge");
        post("x".repeat(100_000)).refused(413, "more than");
        HostileClient.Answer big = post("x".repeat(10 << 20));
        big.refused(413, "too large");
        assertThat(big.allocated()).isLessThan(4 << 20);
        keys.ask("GET", "/widevine-license", new byte[0]).refused(405, "POST");
        keys.ask("PUT", "/widevine-license", new byte[1]).refused(405, "POST");
        keys.post("/widevine-license", "{}", "Content-Type: application/json").refused(415, "octet-stream");
        assertThat(service.requests()).as("none of it is passed on").isEqualTo(before);
    }

    static Stream<Arguments> services() {
        return Stream.of(
                Arguments.of("says no", json("{\"status\":\"SIGNATURE_FAILED\"}"), 403, "gives no licence"),
                Arguments.of("says nothing", json("{}"), 403, "gives no licence"),
                Arguments.of("gives no JSON", json("<html>"), 502, "answer that is none"),
                Arguments.of("gives nothing", json(""), 502, "answer that is none"),
                Arguments.of("gives no Base64", json(LICENSE.replace("bGlj", "****")), 502, "answer that is none"),
                Arguments.of("nests", json("[".repeat(100_000)), 502, "answer that is none"),
                Arguments.of("gives 2 MB", json("[" + "1,".repeat(1 << 20) + "1]"), 502, "answer that is none"),
                Arguments.of("forbids", MediaResponse.error(403, "secret reasons"), 403, "refuses the request"),
                Arguments.of(
                        "sends elsewhere",
                        MediaResponse.error(302, "go").withHeader("Location", "http://127.0.0.1:1/"),
                        502,
                        "another address"));
    }

    @ParameterizedTest(name = "a service that {0}")
    @MethodSource("services")
    void servicesThatAnswerBadly(String name, MediaResponse response, int status, String word) {
        next = response;
        HostileClient.Answer answer = post("a challenge");

        answer.refused(status, word);
        assertThat(answer.text()).doesNotContain("secret reasons");
    }

    @Test
    void deadServices() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
                HostileClient slow = with("http://127.0.0.1:" + silent.getLocalPort() + "/")) {
            long begin = System.nanoTime();
            List<Socket> players = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Socket player = slow.connect();
                player.getOutputStream()
                        .write(("POST /widevine-license HTTP/1.1\r\nHost: k\r\nConnection: close\r\n"
                                        + "Content-Length: 3\r\n\r\nabc")
                                .getBytes(StandardCharsets.US_ASCII));
                players.add(player);
            }
            assertThat(slow.ask("GET", "/license?kid=" + "00".repeat(16), new byte[0])
                            .status())
                    .as("the others are not held up")
                    .isEqualTo(200);
            for (Socket player : players) {
                byte[] all = HostileClient.readAll(player.getInputStream());
                Duration time = Duration.ofNanos(System.nanoTime() - begin);
                HostileClient.Answer answer = HostileClient.answer(all, Duration.ZERO, 0);
                answer.refused(504, "did not answer within 10 s");
                assertThat(time).as("all wait at once").isLessThan(Duration.ofSeconds(20));
                player.close();
            }
        }
    }
}
