package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger can send. */
@Timeout(30)
class RawSocketTest {

    private final AtomicInteger handled = new AtomicInteger();
    private EdgeServer server;

    @BeforeEach
    void start() {
        server = EdgeServer.builder(this::echo)
                .requestLimits(1024, 2048, 100)
                .requestTimeout(Duration.ofMillis(300))
                .idleTimeout(Duration.ofMillis(800))
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CompletableFuture<MediaResponse> echo(MediaRequest request) {
        handled.incrementAndGet();
        String text = request.method() + " " + request.path() + "?" + request.rawQuery() + " "
                + request.body().length();
        return CompletableFuture.completedFuture(
                MediaResponse.ok("text/plain", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    private RawClient.Answer once(String request) throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            return client.send(request).read();
        }
    }

    private void refused(int status, String request) throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            RawClient.Answer answer = client.send(request).read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.fields()).containsEntry("connection", "close");
            assertThat(answer.text()).endsWith(".\n").hasLineCount(1);
            assertThat(client.ended()).isTrue();
        }
        assertThat(handled).hasValue(0);
        assertThat(server.figures().malformed()).isPositive();
    }

    @Test
    void takesARequestByteByByte() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            for (char c : "GET /a%20b?x=%31 HTTP/1.1\r\nHost: h\r\n\r\n".toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.read().text()).isEqualTo("GET /a b?x=%31 0");
        }
    }

    @Test
    void keepsTheConnection() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n")
                                .read()
                                .text())
                        .isEqualTo("GET /" + i + "? 0");
            }
        }
        assertThat(server.figures().accepted()).isEqualTo(1);
        assertThat(server.figures().requests()).isEqualTo(3);
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            requests.append("POST /").append(i).append(" HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
        }
        try (RawClient client = new RawClient(server.port())) {
            client.send(requests.toString());
            for (int i = 0; i < 400; i++) {
                assertThat(client.read().text()).isEqualTo("POST /" + i + "? 3");
            }
        }
    }

    @Test
    void aMalformedRequestBehindAGoodOneGetsItsAnswerToo() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nnonsense\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /%4 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /a\u00e4 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /a/%2e%2e/%2E%2E/etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /a%2f..%2f..%2fetc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /..%5c..%5cetc HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET a HTTP/1.1\r\nHost: h\r\n\r\n",
                "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /\r\n\r\n",
                "\u0016\u0003\u0001 TLS client hello\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nno colon here\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -3\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
            })
    void refusesMalformedRequests(String request) throws Exception {
        refused(400, request);
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        refused(414, "GET /" + "a".repeat(2000) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        refused(431, "GET / HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(300_000) + "\r\n\r\n");
        refused(413, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n");
        refused(
                413,
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + "a".repeat(101)
                        + "\r\n0\r\n\r\n");
        refused(505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n");
        refused(417, "POST / HTTP/1.1\r\nHost: h\r\nExpect: wonders\r\n\r\n");
    }

    @Test
    void endsASlowRequest() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX: ");
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
        }
        assertThat(handled).hasValue(0);
    }

    @Test
    void endsAConnectionThatSaysNothing() throws Exception {
        try (RawClient silent = new RawClient(server.port());
                RawClient idle = new RawClient(server.port())) {
            assertThat(idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read().status())
                    .isEqualTo(200);
            assertThat(silent.ended()).isTrue();
            assertThat(idle.ended()).isTrue();
        }
    }

    @Test
    void normalisesPathsBeforeTheHandler() throws Exception {
        assertThat(once("GET //a/./b/../c%2Fd/?q HTTP/1.1\r\nHost: h\r\n\r\n").text())
                .isEqualTo("GET /a/c/d/?q 0");
        assertThat(once("GET http://h/x?y=1 HTTP/1.1\r\nHost: h\r\n\r\n").text())
                .isEqualTo("GET /x?y=1 0");
        assertThat(once("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").text()).isEqualTo("OPTIONS /? 0");
    }

    @Test
    void speaksHttp10() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            RawClient.Answer kept = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    .read();
            assertThat(kept.fields()).containsEntry("connection", "keep-alive");
            RawClient.Answer last = client.send("GET / HTTP/1.0\r\n\r\n").read();
            assertThat(last.fields()).containsEntry("connection", "close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void sendsContinueOnDemand() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.line()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(client.line()).isEmpty();
            assertThat(client.send("ok").read().text()).isEqualTo("POST /? 2");
        }
    }

    @Test
    void takesNoMoreConnectionsThanAllowed() throws Exception {
        try (EdgeServer small =
                EdgeServer.builder(this::echo).maxConnections(1).build().start()) {
            try (RawClient first = new RawClient(small.port())) {
                first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read();
                try (RawClient second = new RawClient(small.port())) {
                    assertThat(second.ended()).isTrue();
                }
                assertThat(small.figures().refused()).isEqualTo(1);
            }
            Waiting.until(() -> small.figures().connections() == 0);
            try (RawClient third = new RawClient(small.port())) {
                assertThat(third.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
            }
        }
    }
}
