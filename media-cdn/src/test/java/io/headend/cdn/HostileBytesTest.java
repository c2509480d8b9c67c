package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.MediaResponse;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged requests of every kind, seeded: each connection ends, the server goes on. */
@Timeout(60)
class HostileBytesTest {

    private static final String DELIMITERS = "\r\n\t :%/.;,=-0";
    private static final String[] SEEDS = {
        "GET /a/b?c=d HTTP/1.1\r\nHost: h\r\nRange: bytes=0-3\r\n\r\n",
        "POST /k HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /x HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n",
        "HEAD /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
    };

    @Test
    void everyConnectionEndsAndTheServerGoesOn() throws Exception {
        Random random = new Random(20261122);
        try (EdgeServer server = EdgeServer.builder(request -> CompletableFuture.completedFuture(
                        MediaResponse.ok("text/plain", ByteBuffer.wrap(new byte[10]))))
                .requestLimits(256, 512, 64)
                .requestTimeout(Duration.ofMillis(50))
                .idleTimeout(Duration.ofMillis(50))
                .build()
                .start()) {
            for (int batch = 0; batch < 20; batch++) {
                List<RawClient> clients = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    RawClient client = new RawClient(server.port());
                    clients.add(client);
                    client.socket.getOutputStream().write(damaged(random));
                }
                for (RawClient client : clients) {
                    try (client) {
                        // Reaching the end is the assertion: the socket's own timeout is ten seconds.
                        client.socket.getInputStream().readAllBytes();
                    } catch (SocketException e) {
                        assertThat(e.getMessage()).containsAnyOf("reset", "Broken pipe", "closed");
                    }
                }
            }
            Waiting.until(() -> server.figures().connections() == 0);
            assertThat(server.figures().malformed()).isGreaterThan(100);
            assertThat(server.figures().requests()).isGreaterThan(100);
            try (RawClient client = new RawClient(server.port())) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    private static byte[] damaged(Random random) {
        byte[] bytes = SEEDS[random.nextInt(SEEDS.length)].getBytes(StandardCharsets.ISO_8859_1);
        for (int n = random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) DELIMITERS.charAt(random.nextInt(DELIMITERS.length()));
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                default -> bytes = repeated(bytes, at, 1 + random.nextInt(900));
            }
        }
        return bytes;
    }

    private static byte[] repeated(byte[] bytes, int at, int count) {
        byte[] result = new byte[bytes.length + count];
        System.arraycopy(bytes, 0, result, 0, at);
        Arrays.fill(result, at, at + count, bytes[at]);
        System.arraycopy(bytes, at, result, at + count, bytes.length - at);
        return result;
    }
}
