package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server and cache together under a crowd that comes while a live segment is still being written. */
@Timeout(30)
class HerdTest {

    @Test
    void aHundredClientsCostTheOriginOneRequest() throws Exception {
        FakeOrigin origin = new FakeOrigin();
        FakeChunks chunks = new FakeChunks();
        byte[] segment = new byte[500_000];
        new Random(1).nextBytes(segment);
        EdgeCache cache = EdgeCache.builder(origin).build();
        try (EdgeServer server = EdgeServer.builder(cache).build().start()) {
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/1.m4s"))
                    .build();
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
            }
            Waiting.until(() -> server.figures().requests() == 50);
            // The client that came first goes away before anything arrives.
            RawClient leaver = new RawClient(server.port());
            leaver.send("GET /1.m4s HTTP/1.1\r\nHost: h\r\n\r\n");
            Waiting.until(() -> server.figures().requests() == 51);
            origin.answer(new MediaResponse(
                    200,
                    Headers.of("Content-Type", "video/mp4", "Cache-Control", "max-age=60"),
                    new MediaBody.Pulled(chunks, segment.length)));
            leaver.reset();
            chunks.give(Arrays.copyOf(segment, 200_000));
            for (int i = 0; i < 50; i++) {
                answers.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
            }
            Waiting.until(() -> server.figures().requests() == 101);
            chunks.give(Arrays.copyOfRange(segment, 200_000, segment.length));
            chunks.end();
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                assertThat(answer.join().body()).isEqualTo(segment);
            }
            HttpResponse<byte[]> part = http.send(
                    HttpRequest.newBuilder(request.uri())
                            .header("Range", "bytes=100-199")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(segment, 100, 200));
        }
        assertThat(origin.requests).hasSize(1);
        assertThat(cache.figures().hits()).isEqualTo(1);
        assertThat(chunks.closed).hasValue(1);
    }
}
