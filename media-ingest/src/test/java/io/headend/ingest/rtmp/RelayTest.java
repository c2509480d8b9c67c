package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Discontinuity;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import io.headend.formats.flv.FlvTag;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.ingest.PublishAuth;
import io.headend.ingest.PublishDecision;
import io.headend.ingest.Reconnect;
import io.headend.testkit.FreePorts;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From server to server, from server to HTTP, over TLS, and onto the street. */
@ExtendWith(LeakExtension.class)
class RelayTest {

    private static final StreamKey KEY = StreamKey.parse("live/a");
    private static final Reconnect QUICK = new Reconnect(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ZERO);

    /** A configuration that parses: 640x360 baseline. */
    private static final byte[] AVC_HEADER = HexFormat.of()
            .parseHex("1700000000" + "0142c01effe10019"
                    + "6742c01eda0280bfe5c0440000030004000003 00f03c58ba80".replace(" ", "")
                    + "01000468ce3c80");

    private static RtmpServer server() {
        return RtmpServer.builder().port(0).eventLoops(1).build().start();
    }

    private static TestClient publisher(RtmpServer server, String name) throws Exception {
        TestClient client = TestClient.publisher(server.port(), "live", name);
        client.awaitCode("NetStream.Publish.Start");
        return client.chunkSize(60_000);
    }

    private static String url(RtmpServer server, String name) {
        return "rtmp://127.0.0.1:" + server.port() + "/live/" + name;
    }

    private static byte[] metadata(String... head) {
        List<AmfValue> values = new ArrayList<>();
        for (String text : head) {
            values.add(AmfValue.of(text));
        }
        values.add(AmfValue.object("width", 640));
        ByteBuffer bytes = Amf0.write(values);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    @Test
    void pushAndPullCarryAStreamThroughThreeServers() throws Exception {
        try (RtmpServer first = server();
                RtmpServer second = server();
                RtmpServer third = server();
                RtmpRelay push = first.push(KEY, url(second, "b"), QUICK);
                RtmpRelay pull = third.pull(url(second, "b"), StreamKey.parse("live/c"), QUICK);
                TestClient publisher = publisher(first, "a")) {
            publisher.message(5, 18, 1, 0, metadata("@setDataFrame", "onMetaData"));
            publisher.message(6, 9, 1, 0, AVC_HEADER);
            publisher.video(1000, true, 70_000);
            assertThat(Await.until(() -> third.streams().stream().anyMatch(s -> s.received() > 70_000)))
                    .isTrue();
            try (TestClient player = TestClient.player(third.port(), "live", "c")) {
                assertThat(player.awaitMedia(18).payload()).isEqualTo(metadata("onMetaData"));
                assertThat(player.awaitMedia(9).payload()).isEqualTo(AVC_HEADER);
                TestClient.Received key = player.awaitMedia(9);
                assertThat(key.payload()).hasSize(70_000);
                assertThat(key.timestamp()).isEqualTo(1000);
                publisher.video(1040, false, 99);
                assertThat(player.awaitMedia(9).payload()).hasSize(99);

                // The middle one loses the stream; push and pull find each other again.
                second.drop(StreamKey.parse("live/b"));
                assertThat(Await.until(() -> {
                            try {
                                publisher.video(2000, true, 1234);
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                            return third.streams().stream().anyMatch(s -> s.received() > 150_000)
                                    || third.streams().stream()
                                            .anyMatch(s -> !s.publisher().isEmpty() && s.received() > 72_400);
                        }))
                        .isTrue();
                assertThat(player.await(m -> m.type() == 9 && m.payload().length == 1234)
                                .timestamp())
                        .isGreaterThan(1040);
            }
            assertThat(push).isNotNull();
            assertThat(pull).isNotNull();
        }
    }

    @Test
    void aRelayToNowhereIsNoHarm() throws Exception {
        try (RtmpServer server = server();
                TestClient publisher = publisher(server, "a")) {
            RtmpRelay push = server.push(KEY, "rtmp://127.0.0.1:1/live/x", QUICK);
            publisher.video(0, true, 50);
            assertThat(Await.until(() -> server.streams().get(0).received() > 0))
                    .isTrue();
            push.close();
            assertThatThrownBy(() -> server.push(KEY, "http://127.0.0.1/live/x", QUICK))
                    .isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> server.pull("rtmp://127.0.0.1/live", KEY, QUICK))
                    .isInstanceOf(MediaException.class);
        }
    }

    @Test
    void rtmpUrlsArePulledOntoTheStreetAgainAndAgain() throws Exception {
        try (RtmpServer server = RtmpServer.builder()
                        .port(0)
                        .eventLoops(1)
                        .publisherGrace(Duration.ofMillis(100))
                        .build()
                        .start();
                RecordingSink out = new RecordingSink()) {
            Ingest ingest = Ingest.builder(InputSpec.parse(url(server, "a")))
                    .reconnect(new Reconnect(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(20)))
                    .build();
            CompletableFuture<Void> reading;
            try (TestClient publisher = publisher(server, "a")) {
                publisher.message(6, 9, 1, 0, AVC_HEADER);
                publisher.video(500, true, 100);
                reading = CompletableFuture.runAsync(() -> ingest.run(out));
                assertThat(out.await(
                                items -> items.stream().anyMatch(Sample.class::isInstance), Duration.ofSeconds(10)))
                        .isTrue();
            }
            try (TestClient publisher = publisher(server, "a")) {
                assertThat(Await.until(() -> {
                            try {
                                publisher.message(6, 9, 1, 0, AVC_HEADER);
                                publisher.video(0, true, 222);
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                            return out.samples(0).stream().anyMatch(s -> s.size() == 217);
                        }))
                        .isTrue();
            }
            ingest.close();
            reading.get(5, TimeUnit.SECONDS);
            List<Sample> samples = out.samples(0);
            for (int i = 1; i < samples.size(); i++) {
                assertThat(samples.get(i).dts())
                        .isGreaterThan(samples.get(i - 1).dts());
            }
            assertThat(out.tracks().get(0).name()).isEqualTo("video");
        }
    }

    @Test
    void rtmpListenTakesItsStreamAndNoOther() throws Exception {
        int port = FreePorts.eight();
        try (RecordingSink out = new RecordingSink();
                Ingest ingest = Ingest.builder(InputSpec.parse("rtmp-listen://127.0.0.1:" + port + "/live/a"))
                        .build()) {
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> ingest.run(out));
            assertThat(Await.until(() -> {
                        try (TestClient stranger = TestClient.publisher(port, "live", "b")) {
                            stranger.awaitCode("NetStream.Publish.Denied");
                            return true;
                        } catch (IOException e) {
                            return false;
                        }
                    }))
                    .isTrue();
            try (TestClient publisher = TestClient.publisher(port, "live", "a")) {
                publisher.awaitCode("NetStream.Publish.Start");
                publisher.message(6, 9, 1, 0, AVC_HEADER);
                publisher.video(0, true, 105);
                publisher.message(4, 8, 1, 0, new byte[] {(byte) 0xAF, 0, 0x11, (byte) 0x90});
                publisher.audio(10, 52);
                publisher.command(0, "FCUnpublish", 0, AmfValue.none(), AmfValue.of("a"));
                reading.get(10, TimeUnit.SECONDS);
            }
            assertThat(out.ended()).isTrue();
            assertThat(out.samples(0)).hasSize(1);
            assertThat(out.samples(0).get(0).size()).isEqualTo(100);
            assertThat(out.samples(1).get(0).size()).isEqualTo(50);
            assertThat(ingest.counters()).containsEntry("messages", 4L);
        }
    }

    @Test
    void aSourceOutlivesItsPublishers() throws Exception {
        try (RtmpServer server = server();
                RecordingSink out = new RecordingSink()) {
            var source = server.source(KEY, SourceOptions.LIVE);
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> source.run(out));
            for (int round = 0; round < 3; round++) {
                int size = 100 + round;
                try (TestClient publisher = publisher(server, "a")) {
                    publisher.message(6, 9, 1, 0, AVC_HEADER);
                    publisher.video(1_000_000L - 300_000L * round, true, size + 5);
                    publisher.video(1_000_040L - 300_000L * round, false, 55);
                    assertThat(out.await(
                                    items -> items.stream().anyMatch(i -> i instanceof Sample s && s.size() == size),
                                    Duration.ofSeconds(10)))
                            .isTrue();
                }
            }
            assertThat(out.items(Discontinuity.class))
                    .extracting(Discontinuity::cause)
                    .contains(Discontinuity.Cause.RESTART);
            List<Sample> samples = out.samples(0);
            for (int i = 1; i < samples.size(); i++) {
                assertThat(samples.get(i).dts() - samples.get(i - 1).dts()).isBetween(1L, 2_000L);
            }
            source.close();
            reading.get(5, TimeUnit.SECONDS);
            assertThat(out.ended()).isFalse();
        }
    }

    @Test
    void flvOverHttpIsTheSameStream() throws Exception {
        try (RtmpServer server = server();
                TestClient publisher = publisher(server, "a")) {
            publisher.message(5, 18, 1, 0, metadata("@setDataFrame", "onMetaData"));
            publisher.message(6, 9, 1, 0, AVC_HEADER);
            publisher.video(40, true, 150_000);
            assertThat(Await.until(() -> server.streams().get(0).received() > 150_000))
                    .isTrue();
            MediaResponse response = server.flv()
                    .handle(MediaRequest.get("/live/a.flv"))
                    .toCompletableFuture()
                    .get();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().first("Content-Type")).contains("video/x-flv");
            MediaBody.ChunkSource chunks = ((MediaBody.Pulled) response.body()).source();
            ByteBuffer head = next(chunks).orElseThrow();
            assertThat(FlvTag.readFileHeader(head.duplicate())).isTrue();
            assertThat(tag(chunks).body()).isEqualTo(ByteBuffer.wrap(metadata("onMetaData")));
            assertThat(tag(chunks).body()).isEqualTo(ByteBuffer.wrap(AVC_HEADER));
            FlvTag key = tag(chunks);
            assertThat(key.timestamp()).isEqualTo(40);
            assertThat(key.body().remaining()).isEqualTo(150_000);
            publisher.audio(50, 33);
            assertThat(tag(chunks).type()).isEqualTo(FlvTag.AUDIO);
            assertThat(server.streams().get(0).viewers()).isEqualTo(1);
            response.body().close();
            assertThat(Await.until(() -> server.streams().get(0).viewers() == 0))
                    .isTrue();
        }
    }

    private static Optional<ByteBuffer> next(MediaBody.ChunkSource chunks) throws Exception {
        return chunks.next().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static FlvTag tag(MediaBody.ChunkSource chunks) throws Exception {
        return FlvTag.read(next(chunks).orElseThrow(), 1 << 24);
    }

    @Test
    void flvOfNothingIsNotFound() throws Exception {
        try (RtmpServer server = server()) {
            for (String path : List.of("/live/nobody.flv", "/live/a.m3u8", "/x.flv")) {
                MediaResponse response = server.flv()
                        .handle(MediaRequest.get(path))
                        .toCompletableFuture()
                        .get();
                assertThat(response.status()).isEqualTo(404);
            }
            assertThat(server.streams()).isEmpty();
        }
    }

    @Test
    void rtmpsIsTheSameBehindTls(@TempDir Path folder) throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "secret",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, "secret".toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        try (RtmpServer server = RtmpServer.builder()
                        .port(0)
                        .eventLoops(1)
                        .tls(tls)
                        .publishAuth(
                                PublishAuth.of(request -> request.protocol().equals("rtmps")
                                        ? PublishDecision.ACCEPT
                                        : PublishDecision.reject("plain")))
                        .build()
                        .start();
                TestClient publisher = secure(tls, server);
                TestClient player = secure(tls, server)) {
            publisher.connect("live").createStream();
            publisher.command(1, "publish", 3, AmfValue.none(), AmfValue.of("a"), AmfValue.of("live"));
            publisher.awaitCode("NetStream.Publish.Start");
            player.connect("live").createStream();
            player.command(1, "play", 3, AmfValue.none(), AmfValue.of("a"), AmfValue.of(-2000));
            player.awaitCode("NetStream.Play.Start");
            publisher.video(0, true, 300_000);
            assertThat(player.awaitMedia(9).payload()).hasSize(300_000);
        }
    }

    private static TestClient secure(SSLContext tls, RtmpServer server) throws Exception {
        return new TestClient(tls.getSocketFactory().createSocket("127.0.0.1", server.port()));
    }

    @Test
    void tenThousandBadAttemptsLeaveNothing() throws Exception {
        try (RtmpServer server = RtmpServer.builder()
                .port(0)
                .eventLoops(2)
                .limits(RtmpLimits.DEFAULT.withConnections(20_000, 20_000, 20_000))
                .publishAuth(PublishAuth.txSecret("key", "", Clock.systemUTC()))
                .build()
                .start()) {
            long slowest = 0;
            attempts(server, 1000);
            long before = heap();
            for (int i = 0; i < 4; i++) {
                slowest = Math.max(slowest, attempts(server, 250));
            }
            assertThat(server.streams()).isEmpty();
            assertThat(heap() - before).isLessThan(2L << 20);
            assertThat(slowest).isLessThan(2_000_000_000L);
        }
    }

    /** The time of the slowest rejection. */
    private static long attempts(RtmpServer server, int count) throws Exception {
        long slowest = 0;
        for (int i = 0; i < count; i++) {
            try (TestClient client =
                    new TestClient(server.port()).connect("live").createStream()) {
                long asked = System.nanoTime();
                client.command(
                        1,
                        "publish",
                        3,
                        AmfValue.none(),
                        AmfValue.of("s" + i + "?txSecret=0123456789abcdef0123456789abcdef&txTime=7fffffff"),
                        AmfValue.of("live"));
                client.awaitCode("NetStream.Publish.Denied");
                slowest = Math.max(slowest, System.nanoTime() - asked);
            }
        }
        return slowest;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
