package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EdgeServerTest {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private EdgeServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void serve(MediaHandler handler) {
        server = EdgeServer.builder(handler)
                .responseTimeout(Duration.ofMillis(500))
                .clock(Clock.fixed(Instant.parse("2026-11-01T08:00:09Z"), ZoneOffset.UTC))
                .build()
                .start();
    }

    private void serve(MediaResponse response) {
        serve(request -> CompletableFuture.completedFuture(response));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Test
    void sendsBytesWithTheServersFields() throws Exception {
        serve(MediaResponse.ok("video/mp4", ByteBuffer.wrap(noise(1000)))
                .withHeader("Cache-Control", "max-age=6")
                .withHeader("Content-Length", "7"));
        HttpResponse<byte[]> response = send(to("/a"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(noise(1000));
        assertThat(response.headers().map())
                .containsEntry("content-length", List.of("1000"))
                .containsEntry("content-type", List.of("video/mp4"))
                .containsEntry("cache-control", List.of("max-age=6"))
                .containsEntry("date", List.of("Sun, 01 Nov 2026 08:00:09 GMT"))
                .containsEntry("accept-ranges", List.of("bytes"))
                .containsEntry("access-control-allow-origin", List.of("*"));
    }

    @Test
    void sendsLargeBodiesWhole() throws Exception {
        byte[] bytes = noise(20_000_000);
        ByteBuffer first = direct(Arrays.copyOf(bytes, 9_000_000));
        ByteBuffer second = ByteBuffer.wrap(bytes, 9_000_000, 11_000_000);
        MediaBody.Bytes body = new MediaBody.Bytes(List.of(first, second));
        serve(new MediaResponse(200, Headers.EMPTY, body));
        assertThat(send(to("/a")).body()).isEqualTo(bytes);
        assertThat(send(to("/again")).body()).isEqualTo(bytes);
        assertThat(server.figures().bytesSent()).isEqualTo(40_000_000);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        serve(MediaResponse.ok("video/mp4", ByteBuffer.wrap(noise(1000))));
        HttpRequest.Builder head = to("/a").method("HEAD", HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> response = send(head);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
            assertThat(response.headers().firstValue("content-length")).contains("1000");
        }
        assertThat(server.figures().accepted()).isEqualTo(1);
    }

    @Test
    void cutsRangesOutOfBytesAndFiles(@TempDir Path folder) throws Exception {
        byte[] bytes = noise(1000);
        Path file = Files.write(folder.resolve("whole"), bytes);
        serve(request -> CompletableFuture.completedFuture(new MediaResponse(
                200,
                Headers.of("ETag", "\"v1\""),
                request.path().equals("/file")
                        ? new MediaBody.FileRegion(file, 100, 800)
                        : new MediaBody.Bytes(List.of(
                                direct(bytes).slice(100, 300),
                                ByteBuffer.wrap(bytes).slice(400, 500))))));
        for (String path : List.of("/file", "/bytes")) {
            assertThat(send(to(path)).body()).isEqualTo(Arrays.copyOfRange(bytes, 100, 900));
            HttpResponse<byte[]> part = send(to(path).header("Range", "bytes=250-349"));
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 350, 450));
            assertThat(part.headers().firstValue("content-range")).contains("bytes 250-349/800");
            HttpResponse<byte[]> tail = send(to(path).header("Range", "bytes=-5"));
            assertThat(tail.body()).isEqualTo(Arrays.copyOfRange(bytes, 895, 900));
            HttpResponse<byte[]> outside = send(to(path).header("Range", "bytes=800-"));
            assertThat(outside.statusCode()).isEqualTo(416);
            assertThat(outside.headers().firstValue("content-range")).contains("bytes */800");
            assertThat(send(to(path).header("Range", "bytes=0-1,4-5")).statusCode())
                    .isEqualTo(200);
            assertThat(send(to(path).header("Range", "bytes=0-1").header("If-Range", "\"v1\""))
                            .statusCode())
                    .isEqualTo(206);
            assertThat(send(to(path).header("Range", "bytes=0-1").header("If-Range", "\"v0\""))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void answersConditions() throws Exception {
        serve(MediaResponse.ok("a/b", ByteBuffer.wrap(noise(10))).withHeader("ETag", "\"v1\""));
        HttpResponse<byte[]> same = send(to("/").header("If-None-Match", "\"v0\", W/\"v1\""));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.headers().firstValue("etag")).contains("\"v1\"");
        assertThat(send(to("/").header("If-None-Match", "\"v0\"")).statusCode()).isEqualTo(200);
        assertThat(send(to("/").header("If-None-Match", "*")).statusCode()).isEqualTo(304);
    }

    @Test
    void streamsPulledBodiesAsTheyCome() throws Exception {
        FakeChunks chunks = new FakeChunks();
        serve(new MediaResponse(200, Headers.EMPTY, new MediaBody.Pulled(chunks, -1)));
        try (RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            chunks.give(new byte[] {'a', 'b'});
            for (String line = client.line(); !line.isEmpty(); line = client.line()) {
                assertThat(line).doesNotStartWith("content-length");
            }
            assertThat(client.line()).isEqualTo("2");
            assertThat(client.line()).isEqualTo("ab");
            chunks.give(new byte[0]);
            chunks.give(new byte[] {'c'});
            assertThat(client.line()).isEqualTo("1");
            assertThat(client.line()).isEqualTo("c");
            chunks.end();
            assertThat(client.line()).isEqualTo("0");
        }
        assertThat(chunks.closed).hasValue(1);
    }

    @Test
    void cutsTheConnectionWhenAPulledBodyFails() throws Exception {
        FakeChunks failing = new FakeChunks();
        failing.give(new byte[] {1});
        failing.fail();
        FakeChunks endless = new FakeChunks();
        FakeChunks shorter = new FakeChunks();
        shorter.give(new byte[9]);
        shorter.end();
        FakeChunks longer = new FakeChunks();
        longer.give(new byte[11]);
        serve(request -> CompletableFuture.completedFuture(new MediaResponse(
                200,
                Headers.EMPTY,
                switch (request.path()) {
                    case "/failing" -> new MediaBody.Pulled(failing, -1);
                    case "/endless" -> new MediaBody.Pulled(endless, -1);
                    case "/shorter" -> new MediaBody.Pulled(shorter, 10);
                    default -> new MediaBody.Pulled(longer, 10);
                })));
        for (String path : List.of("/failing", "/endless", "/shorter", "/longer")) {
            try (RawClient client = new RawClient(server.port())) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThatThrownBy(client::read).as(path).isInstanceOf(IOException.class);
            }
        }
        for (FakeChunks chunks : List.of(failing, endless, shorter, longer)) {
            assertThat(chunks.closed).hasValue(1);
        }
    }

    @Test
    void answersLaterFromAnotherThread() throws Exception {
        CompletableFuture<MediaResponse> later = new CompletableFuture<>();
        serve(request -> later);
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(to("/").build(), HttpResponse.BodyHandlers.ofByteArray());
        Waiting.until(() -> server.figures().requests() == 1);
        later.complete(MediaResponse.ok("a/b", ByteBuffer.wrap(new byte[] {42})));
        assertThat(response.join().body()).containsExactly(42);
    }

    @Test
    void survivesHandlersThatFail(@TempDir Path folder) throws Exception {
        FakeChunks late = new FakeChunks();
        CompletableFuture<MediaResponse> never = new CompletableFuture<>();
        serve(request -> switch (request.path()) {
            case "/throws" -> throw new IllegalStateException("boom");
            case "/fails" -> CompletableFuture.failedFuture(new IllegalStateException("boom"));
            case "/gone" ->
                CompletableFuture.completedFuture(
                        new MediaResponse(200, Headers.EMPTY, new MediaBody.FileRegion(folder.resolve("gone"), 0, 5)));
            case "/never" -> never;
            default -> CompletableFuture.completedFuture(new MediaResponse(204, Headers.EMPTY, MediaBody.empty()));
        });
        assertThat(send(to("/throws")).statusCode()).isEqualTo(500);
        assertThat(send(to("/fails")).statusCode()).isEqualTo(500);
        assertThat(send(to("/gone")).statusCode()).isEqualTo(404);
        assertThat(send(to("/fine")).statusCode()).isEqualTo(204);
        assertThat(server.figures().accepted()).isEqualTo(1);
        assertThat(send(to("/never")).statusCode()).isEqualTo(503);
        never.complete(new MediaResponse(200, Headers.EMPTY, new MediaBody.Pulled(late, -1)));
        Waiting.until(() -> late.closed.get() == 1);
    }

    @Test
    void givesRequestBodiesToTheHandler() throws Exception {
        serve(request -> CompletableFuture.completedFuture(new MediaResponse(201, Headers.EMPTY, request.body())));
        byte[] bytes = noise(200_000);
        HttpResponse<byte[]> response = send(to("/key").POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo(bytes);
    }

    @Test
    void answersPreflightsItself() throws Exception {
        serve(MediaResponse.error(404, "nothing"));
        try (RawClient client = new RawClient(server.port())) {
            RawClient.Answer answer = client.send("OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: http://x\r\n"
                            + "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: range\r\n\r\n")
                    .read();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.fields())
                    .containsEntry("access-control-allow-origin", "*")
                    .containsEntry("access-control-allow-headers", "range")
                    .doesNotContainKey("content-length");
        }
        assertThat(server.figures().requests()).isZero();
    }

    @Test
    void releasesEverythingWhenAClientGoesAway() throws Exception {
        FakeChunks waiting = new FakeChunks();
        FakeChunks flowing = new FakeChunks();
        for (int i = 0; i < 200; i++) {
            flowing.give(new byte[100_000]);
        }
        serve(request -> CompletableFuture.completedFuture(new MediaResponse(
                200, Headers.EMPTY, new MediaBody.Pulled(request.path().equals("/w") ? waiting : flowing, -1))));
        RawClient first = new RawClient(server.port());
        first.send("GET /w HTTP/1.1\r\nHost: h\r\n\r\n");
        Waiting.until(() -> waiting.asked.get() == 1);
        first.close();
        Waiting.until(() -> waiting.closed.get() == 1);
        RawClient second = new RawClient(server.port(), 4096);
        second.send("GET /f HTTP/1.1\r\nHost: h\r\n\r\n").line();
        Waiting.until(() -> flowing.asked.get() >= 2);
        second.reset();
        Waiting.until(() -> flowing.closed.get() == 1);
        Waiting.until(() -> server.figures().connections() == 0);
        // Back-pressure: a client that reads nothing made us ask for no more than sockets and window hold.
        assertThat(flowing.asked.get()).isLessThan(150);
    }

    @Test
    void saysWhoHasThePort() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EdgeServer late = EdgeServer.builder(request -> new CompletableFuture<>())
                    .port(other.getLocalPort())
                    .build();
            assertThatThrownBy(late::start).isInstanceOfSatisfying(MediaException.class, e -> {
                assertThat(e.code()).isEqualTo(MediaErrorCode.CONFLICT);
                assertThat(e).hasMessageMatching("Port \\d+ of .* is already in use; choose another port, .*\\.");
            });
            late.close();
        }
    }

    @Test
    void finishesAnswersOnClose() throws Exception {
        FakeChunks chunks = new FakeChunks();
        serve(new MediaResponse(200, Headers.EMPTY, new MediaBody.Pulled(chunks, -1)));
        int port = server.port();
        try (RawClient idle = new RawClient(port);
                RawClient busy = new RawClient(port)) {
            busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            chunks.give(new byte[] {1});
            assertThat(busy.line()).contains("200");
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            assertThat(idle.ended()).isTrue();
            assertThat(closing).isNotDone();
            chunks.give(new byte[] {2});
            chunks.end();
            busy.socket.getInputStream().readAllBytes();
            closing.join();
        }
        assertThat(chunks.closed).hasValue(1);
        assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(IOException.class);
    }

    @Test
    void cutsWhatDoesNotFinishAndEndsItsThreads() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        FakeChunks stuck = new FakeChunks();
        EdgeServer own = EdgeServer.builder(request -> CompletableFuture.completedFuture(
                        new MediaResponse(200, Headers.EMPTY, new MediaBody.Pulled(stuck, -1))))
                .threads(
                        task -> {
                            Thread thread = new Thread(task, "mine");
                            threads.add(thread);
                            return thread;
                        },
                        2)
                .closeTimeout(Duration.ofMillis(100))
                .build();
        assertThat(threads).isEmpty();
        own.start();
        try (RawClient client = new RawClient(own.port())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Waiting.until(() -> stuck.asked.get() == 1);
            own.close();
        }
        assertThat(stuck.closed).hasValue(1);
        for (Thread thread : threads) {
            thread.join(5000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThatThrownBy(own::start)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_STATE));
    }

    @Test
    void endsAConnectionThatTakesNoBytes() throws Exception {
        FakeChunks chunks = new FakeChunks();
        for (int i = 0; i < 400; i++) {
            chunks.give(new byte[100_000]);
        }
        try (EdgeServer impatient = EdgeServer.builder(request -> CompletableFuture.completedFuture(
                                new MediaResponse(200, Headers.EMPTY, new MediaBody.Pulled(chunks, -1))))
                        .idleTimeout(Duration.ofMillis(200))
                        .build()
                        .start();
                RawClient client = new RawClient(impatient.port(), 4096)) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Waiting.until(() -> chunks.closed.get() == 1);
            Waiting.until(() -> impatient.figures().connections() == 0);
        }
    }

    @Test
    void refusesSettingsOutOfRange() {
        EdgeServer.Builder builder = EdgeServer.builder(request -> new CompletableFuture<>());
        assertThatThrownBy(() -> builder.port(65_536)).hasMessage("port 65536 is not within 0 to 65535");
        assertThatThrownBy(() -> builder.idleTimeout(Duration.ZERO)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> builder.build().port()).isInstanceOf(MediaException.class);
    }

    @Test
    void aFileThatIsGoneIsNotFound(@TempDir Path folder) throws Exception {
        serve(new MediaResponse(200, Headers.EMPTY, new MediaBody.FileRegion(folder.resolve("1.m4s"), 0, 10)));
        assertThat(send(to("/1.m4s")).statusCode()).isEqualTo(404);
    }

    @Test
    void theServersOriginWinsOverThatOfTheHandler() throws Exception {
        MediaResponse open =
                MediaResponse.ok("text/plain", ByteBuffer.allocate(1)).withHeader("Access-Control-Allow-Origin", "*");
        server = EdgeServer.builder(request -> CompletableFuture.completedFuture(open))
                .allowedOrigin("https://player.example")
                .build()
                .start();
        assertThat(send(to("/a")).headers().allValues("Access-Control-Allow-Origin"))
                .containsExactly("https://player.example");
    }
}
