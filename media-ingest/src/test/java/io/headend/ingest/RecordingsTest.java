package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.TrackInfo;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.ScriptedOrigin;
import io.headend.testkit.ScriptedOrigin.Answer;
import io.headend.testkit.SharedMedia;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files and HTTP recordings: once, in a loop, one after the other. */
@ExtendWith(LeakExtension.class)
class RecordingsTest {

    @TempDir
    static Path folder;

    static Path mp4;
    static Path ts;

    @BeforeAll
    static void files() {
        mp4 = folder.resolve("a.mp4");
        ts = folder.resolve("b.ts");
        try (TestClip clip = TestClip.of(Duration.ofSeconds(2))) {
            clip.write(clip.output(mp4.toString()));
            clip.write(clip.output(ts.toString()));
        }
    }

    private static List<Sample> pictures(RecordingSink sink) {
        int track = sink.tracks().stream()
                .filter(t -> t.kind() == Codec.Kind.VIDEO)
                .findFirst()
                .orElseThrow()
                .id();
        return sink.samples(track);
    }

    @Test
    void filesFollowEachOtherWithoutAStep() {
        PlaylistInput list = new PlaylistInput(
                List.of(
                        InputSpec.parse(mp4.toString()),
                        InputSpec.parse(ts.toString()),
                        InputSpec.parse(mp4.toString())),
                Playback.ONCE);
        try (RecordingSink sink = new RecordingSink()) {
            Ingest.builder(list).build().run(sink);
            assertThat(sink.ended()).isTrue();
            assertThat(sink.tracks()).hasSize(2);
            Timebase timebase = null;
            long last = -1;
            int count = 0;
            for (StreamItem item : sink.items()) {
                if (item instanceof TrackInfo info && info.track().kind() == Codec.Kind.VIDEO) {
                    timebase = info.track().timebase();
                } else if (item instanceof Sample sample
                        && sample.trackId() == pictures(sink).get(0).trackId()) {
                    assertThat(timebase).isNotNull();
                    long nanos = timebase.convert(sample.pts(), Timebase.NANOS);
                    if (last >= 0) {
                        assertThat(nanos - last).isBetween(39_900_000L, 40_100_000L);
                    }
                    last = nanos;
                    count++;
                }
            }
            assertThat(count).isEqualTo(150);
            assertThat(sink.items(Discontinuity.class))
                    .extracting(Discontinuity::cause)
                    .containsOnly(Discontinuity.Cause.RESTART);
        }
    }

    @Test
    void athousandLapsDoNotDrift() {
        FileInput input = new FileInput(ts, Playback.ONCE.withLoop(true));
        long[] state = {0, Long.MIN_VALUE};
        Ingest[] ingest = new Ingest[1];
        ingest[0] = Ingest.builder(input).build();
        long[] first = {Long.MIN_VALUE};
        ingest[0].run(item -> {
            if (item instanceof Sample sample && sample.sync() && sample.duration() >= 3600) {
                first[0] = first[0] == Long.MIN_VALUE ? sample.pts() : first[0];
                state[1] = sample.pts();
                if (++state[0] == 5 * 100) {
                    ingest[0].close();
                }
            }
            item.close();
        });
        // The key picture before the last of 100 laps of 2 s with 5 each.
        assertThat(state[1] - first[0]).isEqualTo((500 - 1) * 36_000L);
    }

    @Test
    void aRecordingOnAServerSurvivesABrokenConnection() throws IOException {
        byte[] body = Files.readAllBytes(ts);
        AtomicInteger requests = new AtomicInteger();
        try (ScriptedOrigin origin = ScriptedOrigin.start(request -> switch (requests.getAndIncrement()) {
                    case 0 -> Answer.cut(body, body.length / 3);
                    case 1 -> Answer.status(503);
                    case 2 -> Answer.cut(body, body.length / 3);
                    default -> Answer.ok(body);
                });
                RecordingSink sink = new RecordingSink()) {
            Ingest.builder(InputSpec.parse(origin.uri("/b.ts").toString()))
                    .build()
                    .run(sink);
            assertThat(sink.ended()).isTrue();
            assertThat(pictures(sink)).hasSize(50);
            assertThat(origin.requests()).hasSizeGreaterThan(2);
        }
    }

    @Test
    void anIndexAtTheEndNeedsAServerWithRanges() throws IOException {
        byte[] body = Files.readAllBytes(SharedMedia.media("functional/portrait.mp4"));
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread server = new Thread(() -> serveWhole(listener, body), "no-ranges");
        server.setDaemon(true);
        server.start();
        try (RecordingSink sink = new RecordingSink()) {
            String url = "http://127.0.0.1:" + listener.getLocalPort() + "/portrait.mp4";
            Ingest ingest = Ingest.builder(InputSpec.parse(url)).build();
            assertThatThrownBy(() -> ingest.run(sink))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED))
                    .hasMessageContaining("its index is at the end and the server gives no byte ranges");
        } finally {
            listener.close();
        }
    }

    private static void serveWhole(ServerSocket listener, byte[] body) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                while (!in.readLine().isEmpty()) {}
                String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(body);
            } catch (IOException e) {
                continue;
            }
        }
    }

    @Test
    void whatAServerRefusesIsSaidWithoutCredentials() throws IOException {
        try (ScriptedOrigin origin = ScriptedOrigin.start(request -> Answer.status(403));
                RecordingSink sink = new RecordingSink()) {
            String url = origin.uri("/b.mp4?token=geheim").toString().replace("http://", "http://u:geheim@");
            Ingest ingest = Ingest.builder(InputSpec.parse(url)).build();
            assertThatThrownBy(() -> ingest.run(sink))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.ACCESS_DENIED))
                    .hasMessageNotContaining("geheim");
        }
    }

    @Test
    void playlistsHoldRecordings() {
        assertThatThrownBy(() -> new PlaylistInput(List.of(), Playback.ONCE)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> new PlaylistInput(List.of(InputSpec.parse("udp://127.0.0.1:9")), Playback.ONCE))
                .hasMessageContaining("not");
    }
}
