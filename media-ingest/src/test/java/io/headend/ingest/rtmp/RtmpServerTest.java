package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import io.headend.testkit.LeakExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** The commands of RTMP and what the relay does with publishers and viewers. */
@ExtendWith(LeakExtension.class)
class RtmpServerTest {

    private static final StreamKey KEY = StreamKey.parse("live/a");
    private static final byte[] AVC_HEADER = {0x17, 0, 0, 0, 0, 1, 100, 0, 31, (byte) 0xFF, (byte) 0xE0, 0};
    private static final byte[] HEVC_HEADER = {(byte) 0x90, 'h', 'v', 'c', '1', 1, 2, 3, 4};

    private RtmpServer server = start(RtmpServer.builder());

    private static RtmpServer start(RtmpServerBuilder builder) {
        return builder.port(0).eventLoops(2).build().start();
    }

    private void restart(RtmpServerBuilder builder) {
        server.close();
        server = start(builder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestClient publisher() throws Exception {
        TestClient client = TestClient.publisher(server.port(), "live", "a");
        client.awaitCode("NetStream.Publish.Start");
        return client.chunkSize(60_000);
    }

    private int viewers() {
        return server.streams().stream().mapToInt(StreamStatus::viewers).sum();
    }

    private TestClient player() throws Exception {
        int before = viewers();
        TestClient client = TestClient.player(server.port(), "live", "a");
        client.awaitCode("NetStream.Play.Start");
        // Playing begins on the viewers' own thread, a moment after it was announced.
        Await.until(() -> viewers() > before);
        return client;
    }

    private static byte[] metadata() {
        var bytes = Amf0.write(
                AmfValue.of("@setDataFrame"), AmfValue.of("onMetaData"), AmfValue.object("width", 1280, "height", 720));
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    @Test
    void enhancedClientsLearnWhatTheServerKnows() throws Exception {
        try (TestClient client = new TestClient(server.port())) {
            client.connect(
                    "live",
                    AmfValue.object(
                            "app", "live", "capsEx", 3, "fourCcList", AmfValue.items(List.of(AmfValue.of("*")))));
            List<AmfValue> answer =
                    client.await(m -> m.command().equals("_result")).values();
            AmfValue.Obj properties = (AmfValue.Obj) answer.get(2);
            assertThat(properties.number("capsEx", 0)).isEqualTo(15);
            AmfValue.Obj video = (AmfValue.Obj) properties.fields().get("videoFourCcInfoMap");
            assertThat(video.fields()).containsKeys("hvc1", "av01", "vp09");
            AmfValue.Obj info = (AmfValue.Obj) answer.get(3);
            assertThat(info.text("code")).contains("NetConnection.Connect.Success");

            server.requestReconnect("rtmp://elsewhere/live");
            AmfValue.Obj request = (AmfValue.Obj) client.awaitCode("NetConnection.Connect.ReconnectRequest")
                    .values()
                    .get(3);
            assertThat(request.text("tcUrl")).contains("rtmp://elsewhere/live");
        }
    }

    @Test
    void lateJoinersGetMetadataConfigurationAndTheGroupOfPictures() throws Exception {
        try (TestClient publisher = publisher()) {
            publisher.message(5, 18, 1, 0, metadata());
            publisher.message(6, 9, 1, 0, HEVC_HEADER);
            publisher.video(0, true, 500);
            publisher.video(40, false, 100);
            publisher.video(80, true, 70_000);
            publisher.audio(85, 50);
            publisher.video(120, false, 200);
            Await.until(() -> server.streams().get(0).received() > 70_800);
            try (TestClient player = player()) {
                long asked = System.nanoTime();
                TestClient.Received data = player.awaitMedia(18);
                assertThat(((AmfValue.Text) data.values().get(0)).value()).isEqualTo("onMetaData");
                TestClient.Received header = player.awaitMedia(9);
                assertThat(header.payload()).isEqualTo(HEVC_HEADER);
                assertThat(header.timestamp()).isEqualTo(80);
                TestClient.Received key = player.awaitMedia(9);
                assertThat(key.payload()).hasSize(70_000).startsWith(0x17);
                assertThat(key.nanos() - asked).isLessThan(2_000_000_000L);
                assertThat(player.awaitMedia(8).timestamp()).isEqualTo(85);
                assertThat(player.awaitMedia(9).timestamp()).isEqualTo(120);
                publisher.video(160, false, 300);
                assertThat(player.awaitMedia(9).timestamp()).isEqualTo(160);
            }
        }
    }

    @Test
    void timestampsOfMoreThan24BitsPassThrough() throws Exception {
        try (TestClient publisher = publisher();
                TestClient player = player()) {
            publisher.video(0xFFFFFFF0L, true, 200_000);
            TestClient.Received message = player.awaitMedia(9);
            assertThat(message.timestamp()).isEqualTo(0xFFFFFFF0L);
            assertThat(message.payload()).hasSize(200_000);
            publisher.video(0x10, false, 10);
            assertThat(player.awaitMedia(9).timestamp()).isEqualTo(0x10);
        }
    }

    @Test
    void aggregatesAreTakenApart() throws Exception {
        byte[] parts = new byte[2 * (11 + 10 + 4)];
        for (int i = 0; i < 2; i++) {
            int at = i * 25;
            parts[at] = 8;
            parts[at + 3] = 10;
            parts[at + 6] = (byte) (100 + 20 * i);
            parts[at + 11] = (byte) 0xAF;
            parts[at + 12] = 1;
        }
        try (TestClient publisher = publisher();
                TestClient player = player()) {
            publisher.message(4, 22, 1, 5000, parts);
            assertThat(player.awaitMedia(8).timestamp()).isEqualTo(5000);
            assertThat(player.awaitMedia(8).timestamp()).isEqualTo(5020);
        }
    }

    @Test
    void pingIsAnsweredAndBytesAreAcknowledged() throws Exception {
        try (TestClient publisher = publisher()) {
            publisher.message(2, 5, 0, 0, new byte[] {0, 0, 0x20, 0});
            publisher.message(2, 4, 0, 0, new byte[] {0, 6, 1, 2, 3, 4});
            TestClient.Received pong = publisher.await(m -> m.type() == 4 && m.payload()[1] == 7);
            assertThat(pong.payload()).endsWith(1, 2, 3, 4);
            publisher.video(0, true, 10_000);
            assertThat(publisher.awaitMedia(3).payload()).hasSize(4);
        }
    }

    @Test
    void aSecondPublisherTakesOverAtOnceAndViewersStay() throws Exception {
        try (TestClient first = publisher();
                TestClient player = player()) {
            first.message(6, 9, 1, 0, AVC_HEADER);
            first.video(100_000, true, 50);
            first.video(100_040, false, 50);
            player.await(m -> m.type() == 9 && m.timestamp() == 100_040);
            // The first is neither closed nor heard of again: a connection cut without FIN.
            try (TestClient second = publisher()) {
                second.message(6, 9, 1, 0, AVC_HEADER);
                second.video(0, true, 60);
                second.video(40, false, 60);
                TestClient.Received key = player.await(m -> m.type() == 9 && m.payload().length == 60);
                assertThat(key.timestamp()).isBetween(100_041L, 110_000L);
                assertThat(player.awaitMedia(9).timestamp()).isEqualTo(key.timestamp() + 40);
                assertThat(first.awaitClose()).isTrue();
                assertThat(server.streams()).hasSize(1);
            }
        }
    }

    @Test
    void aSecondPublisherIsRefusedWhereThatIsThePolicy() throws Exception {
        restart(RtmpServer.builder().duplicates(DuplicatePolicy.REJECT));
        try (TestClient first = publisher();
                TestClient second = TestClient.publisher(server.port(), "live", "a")) {
            second.awaitCode("NetStream.Publish.BadName");
            assertThat(second.awaitClose()).isTrue();
            first.video(0, true, 50);
            assertThat(Await.until(() -> server.streams().get(0).received() > 0))
                    .isTrue();
        }
    }

    @Test
    void forbiddenStreamsStayAwayUntilTheyAreResumed() throws Exception {
        try (TestClient publisher = publisher()) {
            server.forbid(KEY);
            assertThat(publisher.awaitClose()).isTrue();
        }
        try (TestClient again = TestClient.publisher(server.port(), "live", "a")) {
            again.awaitCode("NetStream.Publish.Denied");
        }
        server.resume(KEY);
        try (TestClient resumed = publisher()) {
            server.drop(KEY);
            assertThat(resumed.awaitClose()).isTrue();
        }
        publisher().close();
        assertThat(Await.until(() -> server.streams().isEmpty())).isTrue();
    }

    @Test
    void viewersOfNothingAreToldSo() throws Exception {
        restart(RtmpServer.builder().publisherGrace(Duration.ofMillis(50)));
        try (TestClient player = TestClient.player(server.port(), "live", "nobody")) {
            player.awaitCode("NetStream.Play.StreamNotFound");
            assertThat(player.awaitClose()).isTrue();
        }
        assertThat(Await.until(() -> server.streams().isEmpty())).isTrue();
    }

    @Test
    void viewersGoWhenThePublisherDoesNotComeBack() throws Exception {
        restart(RtmpServer.builder().publisherGrace(Duration.ofMillis(50)));
        TestClient publisher = publisher();
        try (TestClient player = player()) {
            publisher.close();
            assertThat(player.awaitClose()).isTrue();
        }
    }

    @Test
    void silentPublishersAndIdleConnectionsAreClosed() throws Exception {
        restart(RtmpServer.builder()
                .limits(RtmpLimits.DEFAULT.withTimeouts(Duration.ofMillis(200), Duration.ofMillis(200))));
        try (TestClient nothing = new TestClient(server.port());
                TestClient half = new TestClient(server.port()).connect("live");
                TestClient publisher = publisher()) {
            assertThat(nothing.awaitClose()).isTrue();
            assertThat(half.awaitClose()).isTrue();
            assertThat(publisher.awaitClose()).isTrue();
        }
    }

    @Test
    void connectionsAreCountedByAddress() throws Exception {
        restart(RtmpServer.builder().limits(RtmpLimits.DEFAULT.withConnections(100, 2, 1000)));
        try (TestClient a = publisher();
                TestClient b = player();
                TestClient c = new TestClient(server.port())) {
            assertThat(c.raw().read()).isEqualTo(-1);
            assertThat(List.of(a, b)).noneMatch(client -> client.socket.isClosed());
        }
        assertThat(Await.until(() -> server.streams().isEmpty())).isTrue();
        try (TestClient d = publisher()) {
            assertThat(d.socket.isConnected()).isTrue();
        }
    }

    @Test
    void oversizedMessagesEndTheConnection() throws Exception {
        restart(RtmpServer.builder().limits(RtmpLimits.DEFAULT.withMessageBytes(1 << 20)));
        try (TestClient publisher = publisher()) {
            publisher.socket.getOutputStream().write(new byte[] {
                6, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 9, 1, 0, 0, 0
            });
            assertThat(publisher.awaitClose()).isTrue();
        }
        assertThat(Await.until(() -> server.streams().isEmpty())).isTrue();
    }

    @Test
    void strangersWithoutAHandshakeAreClosed() throws Exception {
        try (TestClient stranger = new TestClient(server.port())) {
            stranger.socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes("US-ASCII"));
            assertThat(stranger.awaitClose()).isTrue();
        }
    }

    @Test
    void commandsOfAnyShapeDoNoHarm() throws Exception {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger logger = (Logger) LoggerFactory.getLogger(RtmpServer.class);
        logger.addAppender(said);
        Random random = new Random(42);
        String[] names = {
            "connect",
            "createStream",
            "publish",
            "play",
            "deleteStream",
            "closeStream",
            "FCPublish",
            "FCUnpublish",
            "pause",
            "receiveAudio",
            "receiveVideo",
            "getStreamLength",
            "releaseStream",
            "seek",
            "",
            "_result",
            "onStatus"
        };
        try {
            for (int i = 0; i < 200; i++) {
                try (TestClient client = new TestClient(server.port()).connect("live")) {
                    for (int k = 0; k < 10; k++) {
                        if (random.nextInt(4) == 0) {
                            byte[] noise = new byte[random.nextInt(60)];
                            random.nextBytes(noise);
                            client.message(3, 1 + random.nextInt(23), random.nextInt(3), random.nextInt(), noise);
                        } else {
                            AmfValue[] rest = new AmfValue[random.nextInt(4)];
                            Arrays.setAll(rest, n -> value(random));
                            client.command(
                                    random.nextInt(3), names[random.nextInt(names.length)], random.nextInt(4), rest);
                        }
                    }
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed|abort).*");
                }
            }
            try (TestClient publisher = publisher()) {
                assertThat(publisher.socket.isConnected()).isTrue();
            }
            assertThat(Await.until(() -> server.streams().isEmpty())).isTrue();
            assertThat(said.list).isEmpty();
        } finally {
            logger.detachAppender(said);
        }
    }

    private static AmfValue value(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> AmfValue.none();
            case 1 -> AmfValue.of(random.nextBoolean());
            case 2 -> AmfValue.of(Double.longBitsToDouble(random.nextLong()));
            case 3 -> AmfValue.of(random.nextInt(3));
            case 4 -> AmfValue.of("a?b=%zz&" + (char) random.nextInt(300));
            case 5 -> AmfValue.of("s");
            default -> AmfValue.object("app", random.nextInt(), "code", "x");
        };
    }

    @Test
    void aPortInUseIsOneClearError() {
        assertThatThrownBy(
                        () -> RtmpServer.builder().port(server.port()).build().start())
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CONFLICT))
                .hasMessageContaining("in use");
        assertThatThrownBy(() -> server.start()).hasMessageContaining("once");
    }

    @Test
    void batchedMessagesArriveTogetherAndWhole() throws Exception {
        restart(RtmpServer.builder().batchWindow(Duration.ofMillis(100)));
        try (TestClient publisher = publisher();
                TestClient player = player()) {
            for (int i = 0; i < 50; i++) {
                publisher.video(i * 40L, i == 0, 1000 + i);
            }
            for (int i = 0; i < 50; i++) {
                TestClient.Received message = player.awaitMedia(9);
                assertThat(message.timestamp()).isEqualTo(i * 40L);
                assertThat(message.payload()).hasSize(1000 + i);
            }
        }
    }

    @Test
    void manyStreamsShareAPortAndAViewerMayPauseAndLeave() throws Exception {
        try (TestClient a = publisher();
                TestClient b = TestClient.publisher(server.port(), "live", "b").chunkSize(60_000);
                TestClient player = player()) {
            b.awaitCode("NetStream.Publish.Start");
            a.video(0, true, 100);
            b.video(0, true, 200);
            assertThat(player.awaitMedia(9).payload()).hasSize(100);
            player.command(1, "pause", 0, AmfValue.none(), AmfValue.of(true), AmfValue.of(0));
            player.awaitCode("NetStream.Pause.Notify");
            a.video(40, false, 110);
            player.command(1, "pause", 0, AmfValue.none(), AmfValue.of(false), AmfValue.of(0));
            player.awaitCode("NetStream.Unpause.Notify");
            a.video(80, false, 120);
            assertThat(player.awaitMedia(9).payload().length).isGreaterThanOrEqualTo(110);
            assertThat(server.streams()).hasSize(2);
            player.command(0, "deleteStream", 0, AmfValue.none(), AmfValue.of(1));
            assertThat(Await.until(() -> server.streams().stream().allMatch(s -> s.viewers() == 0)))
                    .isTrue();
        }
    }
}
