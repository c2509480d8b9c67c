package io.headend.drm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaResponse;
import io.headend.testkit.LoopbackServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class KeyServiceCallTest {

    private static final byte[] BODY = {1, 2, 3};

    @Test
    void asksAgainWhileTheServiceIsBroken() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        try (LoopbackServer server = new LoopbackServer(request -> CompletableFuture.completedFuture(
                calls.incrementAndGet() < 3
                        ? MediaResponse.error(503, "busy")
                        : MediaResponse.ok("text/plain", ByteBuffer.wrap(BODY))))) {
            assertThat(call(server.uri(), 10).post(BODY)).isEqualTo(BODY);
            assertThat(calls).hasValue(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"400, INVALID_ARGUMENT", "401, ACCESS_DENIED", "403, ACCESS_DENIED", "404, NOT_FOUND", "302, IO"})
    void takesANoForANo(int status, MediaErrorCode code) throws IOException {
        try (LoopbackServer server =
                new LoopbackServer(request -> CompletableFuture.completedFuture(MediaResponse.error(status, "no")))) {
            assertFails(call(server.uri(), 5), code);
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void refusesLongAnswers() throws IOException {
        try (LoopbackServer server = new LoopbackServer(request -> CompletableFuture.completedFuture(
                MediaResponse.ok("text/plain", ByteBuffer.allocate((1 << 20) + 1))))) {
            assertFails(call(server.uri(), 5), MediaErrorCode.EXHAUSTED);
        }
    }

    @Test
    void aServiceThatDripsItsAnswerEndsByTheDeadline() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Socket> accepted = answering(listener, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
            long before = System.nanoTime();
            URI uri = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
            assertFails(call(uri, 1), MediaErrorCode.TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
            accepted.join().close();
        }
    }

    @Test
    void aServiceThatIsNotThereIsNamedWithoutCredentials() {
        URI uri = URI.create("http://user:password@127.0.0.1:1/?token=secret");
        assertThatThrownBy(() -> call(uri, 1).post(BODY))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageNotContainingAny("password", "secret", "user");
    }

    @Test
    void aServiceThatDoesNotSpeakTlsIsSaidToBeOne() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("https://127.0.0.1:" + listener.getLocalPort() + "/");
            MediaException failure = refused(listener, uri);
            // The JDK's client, cold, now and then misses the refusal and waits out its time; who tries again hears it.
            for (int attempt = 1; failure.retryable() && attempt < 4; attempt++) {
                failure = refused(listener, uri);
            }
            assertThat(failure.retryable()).isFalse();
            assertThat(failure).hasMessageContaining("TLS").hasMessageContaining("127.0.0.1:" + uri.getPort());
        }
    }

    private static MediaException refused(ServerSocket listener, URI uri) {
        CompletableFuture<Void> refusal = CompletableFuture.runAsync(() -> refuse(listener));
        MediaException failure =
                catchThrowableOfType(MediaException.class, () -> call(uri, 2).post(BODY));
        refusal.join();
        return failure;
    }

    /** What a server without TLS makes of the first connection: reads its greeting, refuses it and is done. */
    private static void refuse(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            int greeting = socket.getInputStream().read(new byte[16_384]);
            socket.getOutputStream()
                    .write((greeting > 0 ? "HTTP/1.1 400 Bad Request\r\n\r\n" : "")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers the first connection, whatever it asks, and leaves it open. */
    private static CompletableFuture<Socket> answering(ServerSocket listener, String text) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                Socket socket = listener.accept();
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                return socket;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///tmp/x", "ftp://a/", "http:///x", "keys"})
    void refusesOtherAddresses(String uri) {
        assertThatThrownBy(() -> call(URI.create(uri), 1)).isInstanceOf(MediaException.class);
    }

    private static KeyServiceCall call(URI uri, int seconds) {
        return new KeyServiceCall(uri, Headers.EMPTY, Duration.ofSeconds(seconds));
    }

    private static void assertFails(KeyServiceCall call, MediaErrorCode code) {
        assertThatThrownBy(() -> call.post(BODY))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
