package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyProvider.Query;
import io.headend.drm.speke.SpekeClient;
import io.headend.drm.widevine.RequestSigner;
import io.headend.drm.widevine.WidevineKeyClient;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Key services that are slow, dead, endless or send elsewhere: what the SPEKE and the Widevine client make of them. */
@Timeout(60)
class HostileKeyServiceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(6);
    private static final long MOST_ALLOCATED = 64 << 20;
    private static final Query QUERY = new Query("news", "HD", ProtectionScheme.CBCS, 7);

    /** A listener that behaves in one way to each connection, and counts them. */
    private static final class Service implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final AtomicInteger connections = new AtomicInteger();

        Service(Behaviour behaviour) throws IOException {
            threads.execute(() -> {
                while (!listener.isClosed()) {
                    try {
                        Socket socket = listener.accept();
                        connections.incrementAndGet();
                        threads.execute(() -> run(behaviour, socket));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
        }

        private static void run(Behaviour behaviour, Socket socket) {
            try (socket) {
                behaviour.answer(socket);
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // the client has gone
            }
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
        }

        @Override
        public void close() throws IOException {
            listener.close();
            threads.shutdownNow();
        }
    }

    private interface Behaviour {
        void answer(Socket socket) throws IOException;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static Behaviour says(String response) {
        return socket -> write(socket, response);
    }

    private static String body(String text) {
        return OK + "Content-Length: " + text.length() + "\r\n\r\n" + text;
    }

    static Stream<Arguments> services() {
        return Stream.of(
                Arguments.of("silent", says(""), MediaErrorCode.TIMEOUT),
                Arguments.of("stops in the head", says("HTTP/1.1 200"), MediaErrorCode.TIMEOUT),
                Arguments.of("stops in the body", says(OK + "Content-Length: 9\r\n\r\n<"), MediaErrorCode.TIMEOUT),
                Arguments.of("drips", (Behaviour) HostileKeyServiceTest::drip, MediaErrorCode.TIMEOUT),
                Arguments.of("hangs up", (Behaviour) Socket::close, MediaErrorCode.IO),
                Arguments.of("speaks no HTTP", says("220 mail ready\r\n"), MediaErrorCode.IO),
                Arguments.of(
                        "endless body", (Behaviour) socket -> flood(socket, OK + "\r\n"), MediaErrorCode.EXHAUSTED),
                Arguments.of(
                        "declared 4 GB",
                        (Behaviour) socket -> flood(socket, OK + "Content-Length: 4294967296\r\n\r\n"),
                        MediaErrorCode.EXHAUSTED),
                Arguments.of(
                        "endless interim answers",
                        (Behaviour) socket -> {
                            while (true) {
                                write(socket, "HTTP/1.1 100 Continue\r\n\r\n");
                            }
                        },
                        MediaErrorCode.IO),
                Arguments.of(
                        "busy for ever",
                        says("HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
                        MediaErrorCode.IO),
                Arguments.of("another text", says(body("hello")), MediaErrorCode.MALFORMED),
                Arguments.of("nothing", says(body("")), MediaErrorCode.MALFORMED),
                Arguments.of(
                        "an entity bomb",
                        says(body("<!DOCTYPE x [<!ENTITY a \"" + "ha".repeat(1000) + "\">]><x>&a;</x>")),
                        MediaErrorCode.MALFORMED),
                Arguments.of("nested JSON", says(body("[".repeat(500_000))), MediaErrorCode.MALFORMED));
    }

    private static void drip(Socket socket) throws IOException {
        write(socket, OK + "\r\n");
        CompletableFuture<Void> never = new CompletableFuture<>();
        while (true) {
            write(socket, "<");
            try {
                never.get(50, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                continue;
            } catch (InterruptedException | ExecutionException e) {
                return;
            }
        }
    }

    private static void flood(Socket socket, String head) throws IOException {
        write(socket, head);
        String part = " ".repeat(64 << 10);
        while (true) {
            write(socket, part);
        }
    }

    static Stream<Arguments> clientsAndServices() {
        return services()
                .flatMap(service -> Stream.of(
                        Arguments.of("SPEKE", service.get()[0], service.get()[1], service.get()[2]),
                        Arguments.of("Widevine", service.get()[0], service.get()[1], service.get()[2])));
    }

    private static KeyProvider client(String kind, URI uri) {
        BiFunction<URI, Duration, KeyProvider> make = kind.equals("SPEKE")
                ? (at, within) -> SpekeClient.builder(at).timeout(within).build()
                : (at, within) -> WidevineKeyClient.builder(at, RequestSigner.aes("me", new byte[32], new byte[16]))
                        .timeout(within)
                        .build();
        return make.apply(uri, TIMEOUT);
    }

    @ParameterizedTest(name = "{0} client, service: {1}")
    @MethodSource("clientsAndServices")
    void endsInTimeWithOneSentence(String kind, String name, Behaviour behaviour, MediaErrorCode code)
            throws IOException {
        try (Service service = new Service(behaviour)) {
            KeyProvider client = client(kind, service.uri());
            long allocated = allocated();
            long begin = System.nanoTime();
            MediaException failure = catchThrowableOfType(MediaException.class, () -> client.key(QUERY));

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONGEST);
            assertThat(allocated() - allocated).isLessThan(MOST_ALLOCATED);
            assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
            assertThat(failure.getMessage()).matches("[A-Z].{10,200}\\.").doesNotContain("Exception", "haha");
        }
    }

    static Stream<String> kinds() {
        return Stream.of("SPEKE", "Widevine");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void requestsGoToNoOtherHost(String kind) throws IOException {
        try (Service elsewhere = new Service(says(body("x")));
                Service service = new Service(says(
                        "HTTP/1.1 307 Elsewhere\r\nLocation: " + elsewhere.uri() + "\r\nContent-Length: 0\r\n\r\n"))) {
            MediaException failure = catchThrowableOfType(
                    MediaException.class, () -> client(kind, service.uri()).key(QUERY));

            assertThat(failure).hasMessageContaining("another address");
            assertThat(failure.code()).isEqualTo(MediaErrorCode.IO);
            assertThat(elsewhere.connections).hasValue(0);
            assertThat(service.connections).hasValue(1);
        }
    }

    /** Eight tracks ask at once while the service is dead: nobody waits for the waits of the others. */
    @ParameterizedTest
    @MethodSource("kinds")
    void manyThreadsEndInTheTimeOfOne(String kind) throws Exception {
        try (Service service = new Service(says(""))) {
            KeyProvider client = client(kind, service.uri());
            List<Thread> tracks = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            long begin = System.nanoTime();
            for (int i = 0; i < 8; i++) {
                Thread track = new Thread(
                        () -> failures.add(catchThrowableOfType(MediaException.class, () -> client.key(QUERY))));
                tracks.add(track);
                track.start();
            }
            for (Thread track : tracks) {
                track.join();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONGEST);
            assertThat(failures)
                    .hasSize(8)
                    .allSatisfy(failure -> assertThat(failure).hasMessageContaining("did not answer within 1 s"));
        }
    }

    private static long allocated() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long id : threads.getAllThreadIds()) {
            sum += Math.max(0, threads.getThreadAllocatedBytes(id));
        }
        return sum;
    }
}
