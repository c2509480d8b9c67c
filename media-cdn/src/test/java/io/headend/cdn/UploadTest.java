package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of requests that the handler takes while they come. */
@Timeout(30)
class UploadTest {

    private static final String HEAD = "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private EdgeServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void serve(MediaHandler handler, long maxBytes, Duration longest) {
        server = EdgeServer.builder(handler)
                .uploads(maxBytes, longest)
                .requestTimeout(Duration.ofMillis(300))
                .responseTimeout(Duration.ofSeconds(5))
                .build()
                .start();
    }

    private static MediaBody.ChunkSource body(MediaRequest request) {
        return ((MediaBody.Pulled) request.body()).source();
    }

    private static CompletionStage<MediaResponse> text(CompletionStage<String> text) {
        return text.thenApply(t -> MediaResponse.ok("text/plain", ByteBuffer.wrap(t.getBytes(StandardCharsets.UTF_8))));
    }

    /** Answers with size and checksum of what came. */
    private static CompletionStage<MediaResponse> sum(MediaRequest request) {
        CRC32 crc = new CRC32();
        return text(sum(body(request), crc, new AtomicLong()));
    }

    private static CompletionStage<String> sum(MediaBody.ChunkSource body, CRC32 crc, AtomicLong size) {
        return body.next().thenCompose(bytes -> {
            if (bytes.isEmpty()) {
                return CompletableFuture.completedFuture(size + " " + crc.getValue());
            }
            size.addAndGet(bytes.get().remaining());
            crc.update(bytes.get());
            // elsewhere, so that neither this recursion nor the event loop grows deep
            return CompletableFuture.supplyAsync(() -> 0).thenCompose(x -> sum(body, crc, size));
        });
    }

    @Test
    void aBodyThatIsLargerThanMemoryPassesThrough() throws Exception {
        serve(UploadTest::sum, 1L << 40, Duration.ofMinutes(1));
        long length = 96L << 20;
        byte[] block = new byte[64 * 1024];
        CRC32 crc = new CRC32();
        for (long done = 0; done < length; done += block.length) {
            crc.update(block);
        }
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest put = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/x"))
                .PUT(BodyPublishers.ofInputStream(() -> new Zeros(length)))
                .build();
        assertThat(client.send(put, BodyHandlers.ofString()).body()).isEqualTo(length + " " + crc.getValue());
        // and the connection is good for another one
        HttpRequest small = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/x"))
                .POST(BodyPublishers.ofString("ab"))
                .build();
        assertThat(client.send(small, BodyHandlers.ofString()).body()).startsWith("2 ");
        assertThat(server.figures().accepted()).isEqualTo(1);
    }

    /** So many zeros. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int count = (int) Math.min(left, length);
            Arrays.fill(into, offset, offset + Math.max(count, 0), (byte) 0);
            left -= count;
            return count > 0 ? count : -1;
        }
    }

    @Test
    void chunksComeAsTheyAreSentAndPipelinedRequestsWait() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        serve(request -> text(all(body(request), seen)), 1000, Duration.ofSeconds(10));
        try (RawClient client = new RawClient(server.port())) {
            client.send(HEAD).send("3\r\nabc\r\n");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("abc");
            client.send("2\r\nde\r\n");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("de");
            client.send("0\r\n\r\n" + HEAD + "1\r\nf\r\n0\r\n\r\n");
            assertThat(client.read().text()).isEqualTo("done");
            assertThat(client.read().text()).isEqualTo("done");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("f");
        }
    }

    private static CompletionStage<String> all(MediaBody.ChunkSource body, BlockingQueue<String> seen) {
        return body.next().thenCompose(bytes -> {
            if (bytes.isEmpty()) {
                return CompletableFuture.completedFuture("done");
            }
            seen.add(StandardCharsets.UTF_8.decode(bytes.get()).toString());
            return all(body, seen);
        });
    }

    /** A handler that asks for nothing lets the client wait: no more than a few buffers of the kernel are taken. */
    @Test
    void aSlowHandlerHoldsTheClientBack() throws Exception {
        CompletableFuture<MediaBody.ChunkSource> taken = new CompletableFuture<>();
        CompletableFuture<MediaResponse> answer = new CompletableFuture<>();
        serve(
                request -> {
                    taken.complete(body(request));
                    return answer;
                },
                1L << 40,
                Duration.ofMinutes(1));
        AtomicLong sent = new AtomicLong();
        try (RawClient client = new RawClient(server.port())) {
            client.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n");
            String block = "x".repeat(64 * 1024);
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 1600; i++) {
                        client.send(block);
                        sent.addAndGet(block.length());
                    }
                } catch (IOException e) {
                    // closed at the end of the test
                }
            });
            taken.get(5, TimeUnit.SECONDS);
            long before = -1;
            while (before != sent.get()) {
                before = sent.get();
                assertThat(sending.isDone()).isFalse();
                new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS);
            }
            assertThat(before).isLessThan(20L << 20);
            MediaBody.ChunkSource source = taken.get();
            long got = 0;
            while (got < before + (1 << 20)) {
                got += source.next()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .orElseThrow()
                        .remaining();
            }
            assertThat(sent.get()).isGreaterThan(before);
            answer.complete(MediaResponse.error(400, "enough"));
            assertThat(client.read().status()).isEqualTo(400);
        }
    }

    @Test
    void whatIsTooLargeIsRefusedAndTheHandlerHearsIt() throws Exception {
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        serve(
                request -> sum(request).whenComplete((r, failure) -> {
                    if (failure != null) {
                        heard.complete(failure);
                    }
                }),
                10,
                Duration.ofSeconds(10));
        try (RawClient client = new RawClient(server.port())) {
            client.send(HEAD).send("b\r\n01234567890\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
        }
        assertThat(code(heard.get(5, TimeUnit.SECONDS))).isEqualTo(MediaErrorCode.EXHAUSTED);
        try (RawClient client = new RawClient(server.port())) {
            client.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
            assertThat(client.read().status()).as("announced").isEqualTo(413);
        }
    }

    private static MediaErrorCode code(Throwable failure) {
        Throwable at = failure;
        while (!(at instanceof MediaException) && at.getCause() != null) {
            at = at.getCause();
        }
        return ((MediaException) at).code();
    }

    @Test
    void aBodyThatStopsIsGivenUp() throws Exception {
        serve(UploadTest::sum, 1000, Duration.ofSeconds(10));
        try (RawClient client = new RawClient(server.port())) {
            client.send(HEAD).send("3\r\nabc\r\n");
            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aBodyThatNeverEndsIsGivenUpAtTheEndOfItsTime() throws Exception {
        serve(UploadTest::sum, 1000, Duration.ofMillis(500));
        long begin = System.nanoTime();
        try (RawClient client = new RawClient(server.port())) {
            client.send(HEAD);
            CompletableFuture<Void> dripping = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        client.send("1\r\nx\r\n");
                        new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
                    }
                } catch (IOException | InterruptedException e) {
                    // refused meanwhile
                }
            });
            assertThat(client.read().status()).isEqualTo(408);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
            dripping.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatGoesAwayIsAFailureOfTheBody() throws Exception {
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        serve(
                request -> sum(request).whenComplete((r, failure) -> heard.complete(failure)),
                1000,
                Duration.ofSeconds(10));
        try (RawClient client = new RawClient(server.port())) {
            client.send(HEAD).send("3\r\nabc\r\n").reset();
        }
        assertThat(code(heard.get(5, TimeUnit.SECONDS))).isEqualTo(MediaErrorCode.IO);
    }

    @Test
    void anEarlyAnswerEndsTheConnection() throws Exception {
        List<MediaBody> bodies = new ArrayList<>();
        serve(
                request -> {
                    bodies.add(request.body());
                    request.body().close();
                    return CompletableFuture.completedFuture(MediaResponse.error(409, "no"));
                },
                1000,
                Duration.ofSeconds(10));
        try (RawClient client = new RawClient(server.port())) {
            client.send(HEAD).send("3\r\nabc\r\n");
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.fields()).containsEntry("connection", "close");
            assertThat(client.ended()).isTrue();
        }
        CompletableFuture<Optional<ByteBuffer>> late =
                ((MediaBody.Pulled) bodies.get(0)).source().next().toCompletableFuture();
        assertThatThrownBy(() -> late.get(5, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void requestsWithoutABodyAreAsEver() throws Exception {
        serve(
                request -> CompletableFuture.completedFuture(
                        MediaResponse.error(request.body() instanceof MediaBody.Empty ? 404 : 500, "")),
                1000,
                Duration.ofSeconds(10));
        try (RawClient client = new RawClient(server.port())) {
            client.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(404);
            client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(404);
        }
    }
}
