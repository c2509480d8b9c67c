package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A live RTSP server, which FFmpeg records to, is played. */
@ExtendWith(LeakExtension.class)
class RtspTest {

    private static final Duration LENGTH = Duration.ofSeconds(2);
    private static TestClip clip;

    private final AtomicBoolean stop = new AtomicBoolean();
    private RtspRelay server;
    private CompletableFuture<Void> sending;

    @BeforeAll
    static void encode() {
        clip = TestClip.of(LENGTH);
    }

    @AfterAll
    static void release() {
        clip.close();
    }

    @BeforeEach
    void serve() throws Exception {
        server = new RtspRelay();
        sending = CompletableFuture.runAsync(() ->
                clip.send(clip.output(server.url()).format("rtsp").option("rtsp_transport", "tcp"), LENGTH, stop::get));
        until(server::isDescribed);
    }

    @AfterEach
    void end() throws Exception {
        stop.set(true);
        sending.get(10, TimeUnit.SECONDS);
        server.close();
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + 15_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static void pictures(RecordingSink sink, int count) {
        assertThat(sink.await(
                        items -> items.stream()
                                        .filter(i -> i instanceof Sample s && s.trackId() == 0)
                                        .count()
                                >= count,
                        Duration.ofSeconds(15)))
                .isTrue();
    }

    @Test
    void picturesAndSoundComeInCanonicalForm() throws Exception {
        try (RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(InputSpec.parse(server.url())).build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            pictures(sink, 60);
            ingest.close();
            run.get(2500, TimeUnit.MILLISECONDS);
            VideoFormat video = (VideoFormat) sink.tracks().get(0).format();
            AudioFormat audio = (AudioFormat) sink.tracks().get(1).format();
            assertThat(video.codec().codec()).isEqualTo(Codec.AVC);
            assertThat(video.width()).isEqualTo(160);
            assertThat(video.codec().record().get(0)).isEqualTo((byte) 1);
            assertThat(audio.codec().codec()).isEqualTo(Codec.AAC);
            assertThat(audio.sampleRate()).isEqualTo(48_000);
            List<Sample> pictures = sink.samples(0);
            for (int i = 1; i < pictures.size(); i++) {
                assertThat(pictures.get(i).dts())
                        .isGreaterThan(pictures.get(i - 1).dts());
            }
            assertThat(pictures).anyMatch(Sample::sync);
            assertThat(sink.samples(1)).hasSizeGreaterThan(50);
            assertThat(sink.items(Discontinuity.class)).isEmpty();
        }
    }

    @Test
    void aConnectionThatIsCutIsMadeAgainBehindOneDiscontinuity() throws Exception {
        try (RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(InputSpec.parse(server.url())).build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            pictures(sink, 20);
            server.cutPlayers();
            int had = sink.samples(0).size();
            pictures(sink, had + 40);
            ingest.close();
            run.get(2500, TimeUnit.MILLISECONDS);
            assertThat(sink.items(Discontinuity.class))
                    .extracting(Discontinuity::cause)
                    .containsExactly(Discontinuity.Cause.RESTART);
            assertThat(ingest.counters().get("reconnects")).isPositive();
        }
    }

    @Test
    void aWrongPasswordIsOneClearErrorThatDoesNotShowIt() throws Exception {
        server.ask("anna", "right");
        String url = server.url().replace("rtsp://", "rtsp://anna:Geheim7@");
        Ingest ingest = Ingest.builder(InputSpec.parse(url)).build();
        try (RecordingSink sink = new RecordingSink()) {
            assertThatThrownBy(() -> ingest.run(sink))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.ACCESS_DENIED))
                    .hasMessageNotContaining("Geheim7");
        }
    }

    @Test
    void theRightPasswordPlays() throws Exception {
        server.ask("anna", "right");
        try (RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(InputSpec.parse(server.url().replace("rtsp://", "rtsp://anna:right@")))
                    .build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            pictures(sink, 10);
            ingest.close();
            run.get(2500, TimeUnit.MILLISECONDS);
        }
    }
}
