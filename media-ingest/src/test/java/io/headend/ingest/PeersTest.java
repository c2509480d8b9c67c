package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.testkit.FreePorts;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every address that is read with FFmpeg's protocols, sent by FFmpeg's own muxers over loopback. */
@ExtendWith(LeakExtension.class)
class PeersTest {

    private static final Duration LENGTH = Duration.ofSeconds(2);
    private static TestClip clip;

    @BeforeAll
    static void encode() {
        clip = TestClip.of(LENGTH);
    }

    @AfterAll
    static void release() {
        clip.close();
    }

    /** Sends in the background until closed; where the receiver is not there yet it tries again. */
    private static final class Sender implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Runnable send;
        private CompletableFuture<Void> run = CompletableFuture.completedFuture(null);

        Sender(String url, String format, String... options) {
            send = () -> {
                while (!stop.get()) {
                    try {
                        MuxerBuilder output = clip.output(url).format(format).writeTimeout(Duration.ofSeconds(2));
                        for (int i = 0; i < options.length; i += 2) {
                            output.option(options[i], options[i + 1]);
                        }
                        clip.send(output, LENGTH, stop::get);
                    } catch (MediaException e) {
                        LockSupport.parkNanos(50_000_000);
                    }
                }
            };
        }

        void start() {
            run = CompletableFuture.runAsync(send);
        }

        @Override
        public void close() {
            stop.set(true);
            run.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    private static void pictures(RecordingSink sink, int count) {
        assertThat(sink.await(
                        items -> items.stream()
                                        .filter(i -> i instanceof Sample s && isPicture(sink, s))
                                        .count()
                                >= count,
                        Duration.ofSeconds(15)))
                .isTrue();
    }

    private static boolean isPicture(RecordingSink sink, Sample sample) {
        return sink.tracks().stream().anyMatch(t -> t.id() == sample.trackId() && t.kind() == Codec.Kind.VIDEO);
    }

    private static void stop(Ingest ingest, CompletableFuture<Void> run) throws Exception {
        ingest.close();
        run.get(2500, TimeUnit.MILLISECONDS);
    }

    @Test
    void srtFromACaller() throws Exception {
        int port = FreePorts.eight();
        try (RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(InputSpec.parse(
                            "srt://127.0.0.1:" + port + "?mode=listener&passphrase=0123456789&latency=50"))
                    .build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            try (Sender first = new Sender("srt://127.0.0.1:" + port + "?passphrase=0123456789&streamid=x", "mpegts")) {
                first.start();
                pictures(sink, 20);
            }
            int had = sink.items(Sample.class).size();
            try (Sender second = new Sender("srt://127.0.0.1:" + port + "?passphrase=0123456789", "mpegts")) {
                second.start();
                pictures(sink, had + 30);
            } finally {
                stop(ingest, run);
            }
            assertThat(sink.items(Discontinuity.class))
                    .extracting(Discontinuity::cause)
                    .containsExactly(Discontinuity.Cause.RESTART);
            assertThat(ingest.counters().get("reconnects")).isPositive();
            assertThat(ingest.counters().get("received")).isPositive();
        }
    }

    @Test
    void srtFromAListener() throws Exception {
        int port = FreePorts.eight();
        try (RecordingSink sink = new RecordingSink();
                Sender sender = new Sender("srt://127.0.0.1:" + port + "?mode=listener", "mpegts")) {
            sender.start();
            Ingest ingest = Ingest.builder(InputSpec.parse("srt://127.0.0.1:" + port + "?streamid=live/a"))
                    .build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            pictures(sink, 20);
            stop(ingest, run);
        }
    }

    @Test
    void aWrongSrtPassphraseIsOneClearError() throws Exception {
        int port = FreePorts.eight();
        try (RecordingSink sink = new RecordingSink();
                Sender sender =
                        new Sender("srt://127.0.0.1:" + port + "?mode=listener&passphrase=0123456789", "mpegts")) {
            sender.start();
            Ingest ingest = Ingest.builder(InputSpec.parse("srt://127.0.0.1:" + port + "?passphrase=abcdefghijkl"))
                    .openTimeout(Duration.ofSeconds(3))
                    .reconnect(Reconnect.STANDARD.withGiveUp(Duration.ofSeconds(5)))
                    .build();
            assertThatThrownBy(() -> ingest.run(sink))
                    .isInstanceOfSatisfying(MediaException.class, e -> {
                        assertThat(e.code()).isEqualTo(MediaErrorCode.ACCESS_DENIED);
                    })
                    .hasMessageContaining("passphrase")
                    .hasMessageNotContaining("abcdefghijkl");
        }
    }
}
