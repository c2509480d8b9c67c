package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.formats.amf.AmfValue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that a socket takes past the queue and bytes that have to wait in it are one stream. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DirectSocketTest {

    private static final int PICTURES = 200;

    private static RtmpServer server(int batchMillis) {
        return RtmpServer.builder()
                .port(0)
                .eventLoops(1)
                .batchWindow(Duration.ofMillis(batchMillis))
                .slowViewers(Duration.ofSeconds(50), Duration.ofSeconds(55), 64 << 20)
                .build()
                .start();
    }

    private static byte[] picture(int number, Random random) {
        byte[] body = new byte[100 + random.nextInt(number % 7 == 0 ? 200_000 : 60_000)];
        random.nextBytes(body);
        body[0] = (byte) (number == 0 ? 0x17 : 0x27);
        body[1] = 1;
        ByteBuffer.wrap(body).putInt(5, body.length - 9).putInt(9, number);
        return body;
    }

    private static TestClient narrowViewer(RtmpServer server) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        TestClient viewer = new TestClient(socket).connect("live").createStream();
        viewer.command(1, "play", 3, AmfValue.none(), AmfValue.of("a"), AmfValue.of(-2000));
        viewer.awaitCode("NetStream.Play.Start");
        return viewer;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void whatASocketTakesInPartArrivesWholeAndInOrder(int batchMillis) throws Exception {
        try (RtmpServer server = server(batchMillis);
                TestClient publisher = TestClient.publisher(server.port(), "live", "a")) {
            publisher.awaitCode("NetStream.Publish.Start");
            publisher.chunkSize(65_536);
            try (TestClient narrow = narrowViewer(server);
                    TestClient wide = TestClient.player(server.port(), "live", "a")) {
                wide.awaitCode("NetStream.Play.Start");
                Random sent = new Random(7);
                for (int i = 0; i < PICTURES; i++) {
                    publisher.message(6, 9, 1, i * 40L, picture(i, sent));
                    // The wide one has it, so that it was offered to both.
                    assertThat(wide.awaitMedia(9).payload()).hasSizeGreaterThan(99);
                }
                Random expected = new Random(7);
                for (int i = 0; i < PICTURES; i++) {
                    TestClient.Received got = narrow.awaitMedia(9);
                    assertThat(got.payload()).isEqualTo(picture(i, expected));
                    assertThat(got.timestamp()).isEqualTo(i * 40L);
                }
            }
        }
    }

    @Test
    void aViewerThatIsCutOffWhileItIsServedCostsNobodyAnything() throws Exception {
        try (RtmpServer server = server(0);
                TestClient publisher = TestClient.publisher(server.port(), "live", "a")) {
            publisher.awaitCode("NetStream.Publish.Start");
            publisher.chunkSize(65_536);
            try (TestClient stays = TestClient.player(server.port(), "live", "a")) {
                stays.awaitCode("NetStream.Play.Start");
                for (int i = 0; i < 20; i++) {
                    try (TestClient cut = TestClient.player(server.port(), "live", "a")) {
                        cut.awaitCode("NetStream.Play.Start");
                        cut.socket.setSoLinger(true, 0);
                    }
                    publisher.video(i * 40L, i == 0, 30_000);
                    long time = i * 40L;
                    assertThat(stays.awaitMedia(9).timestamp()).isEqualTo(time);
                }
                assertThat(server.streams())
                        .singleElement()
                        .satisfies(status -> assertThat(status.viewers()).isPositive());
            }
        }
    }
}
