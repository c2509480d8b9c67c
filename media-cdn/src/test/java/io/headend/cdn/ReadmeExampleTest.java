package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The example of README.md. */
class ReadmeExampleTest {

    @Test
    void servesARangeOutOfTheCache() throws Exception {
        ByteBuffer segment = ByteBuffer.wrap("segment".getBytes(StandardCharsets.US_ASCII));

        MediaHandler origin = request -> CompletableFuture.completedFuture(
                MediaResponse.ok("video/mp4", segment.duplicate()).withHeader("Cache-Control", "max-age=60"));
        EdgeCache cache = EdgeCache.builder(origin).maxBytes(64 << 20).build();
        try (EdgeServer server = EdgeServer.builder(cache).port(0).build().start()) {
            URI uri = URI.create("http://127.0.0.1:" + server.port() + "/news/v720/17.m4s");
            HttpRequest part =
                    HttpRequest.newBuilder(uri).header("Range", "bytes=2-4").build();
            HttpResponse<String> answer = HttpClient.newHttpClient().send(part, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(206);
            assertThat(answer.body()).isEqualTo("gme");
            assertThat(cache.figures().fetches()).isEqualTo(1);
        }
    }
}
