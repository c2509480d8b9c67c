package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.testkit.FreePorts;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.ScriptedOrigin;
import io.headend.testkit.ScriptedOrigin.Answer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender that stops, or that was never there: told in time, and the thread is free at once when the input is closed. */
@ExtendWith(LeakExtension.class)
class StallTest {

    private static final Duration HOLD = Duration.ofMillis(600);
    private static final Duration LENGTH = Duration.ofSeconds(2);

    private static void frees(Ingest ingest, CompletableFuture<Void> run) throws Exception {
        ingest.close();
        run.get(2500, TimeUnit.MILLISECONDS);
    }

    /** Whoever answers, says nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp://127.0.0.1:PORT",
                "rtp://127.0.0.1:PORT",
                "rtp://127.0.0.1:PORT?fec=2d",
                "srt://127.0.0.1:PORT?mode=listener",
                "srt://127.0.0.1:PORT",
                "rtmp-listen://127.0.0.1:PORT/live/a",
                "rtmp://127.0.0.1:SILENT/live/a",
                "rtsp://127.0.0.1:SILENT/a",
                "tcp://127.0.0.1:SILENT",
                "http://127.0.0.1:ORIGIN/a.m3u8",
                "http://127.0.0.1:ORIGIN/a.mp4",
            })
    void anInputThatSaysNothingIsLeftAtOnce(String form) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ScriptedOrigin origin = ScriptedOrigin.start(request -> Answer.silence());
                RecordingSink sink = new RecordingSink()) {
            String url = form.replace("PORT", Integer.toString(FreePorts.eight()))
                    .replace("SILENT", Integer.toString(silent.getLocalPort()))
                    .replace("ORIGIN", Integer.toString(origin.uri("/").getPort()));
            List<HealthEvent> events = new CopyOnWriteArrayList<>();
            InputHealth health = InputHealth.builder("input")
                    .rule(InputProblem.STALL, 0, HOLD)
                    .events(event -> events.add((HealthEvent) event))
                    .build();
            ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
            Ingest ingest = Ingest.builder(InputSpec.parse(url)).health(health).build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            long begun = System.nanoTime();
            health.every(ticker);
            try {
                while (events.isEmpty() && System.nanoTime() - begun < 5_000_000_000L) {
                    LockSupport.parkNanos(1_000_000);
                }
                assertThat(events).extracting(HealthEvent::problem).containsExactly(InputProblem.STALL);
            } finally {
                ticker.shutdownNow();
                frees(ingest, run);
            }
        }
    }

    @Test
    void aProbeOfSilenceEnds() throws Exception {
        InputSpec spec = InputSpec.parse("udp://127.0.0.1:" + FreePorts.eight());
        Probe probe = Probe.builder(spec).timeout(Duration.ofMillis(500)).build();
        assertThatThrownBy(probe::run)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.TIMEOUT));
    }

    @Test
    void aSenderThatStopsIsToldInTimeAndComesBack() throws Exception {
        String url = "udp://127.0.0.1:" + FreePorts.eight();
        List<HealthEvent> events = new CopyOnWriteArrayList<>();
        InputHealth health = InputHealth.builder("input")
                .rule(InputProblem.STALL, 0, HOLD)
                .events(event -> events.add((HealthEvent) event))
                .build();
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
        try (TestClip clip = TestClip.of(LENGTH);
                RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(InputSpec.parse(url)).health(health).build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            send(clip, url, () -> sink.items(Sample.class).size() < 60);
            long stopped = System.nanoTime();
            health.every(ticker);
            try {
                while (events.isEmpty() && System.nanoTime() - stopped < 5_000_000_000L) {
                    LockSupport.parkNanos(1_000_000);
                }
                assertThat(events).hasSize(1);
                int had = sink.items(Sample.class).size();
                send(
                        clip,
                        url,
                        () -> events.size() < 2 && sink.items(Sample.class).size() < had + 300);
                assertThat(events).extracting(HealthEvent::begins).containsExactly(true, false);
            } finally {
                ticker.shutdownNow();
                frees(ingest, run);
            }
        }
    }

    private static void send(TestClip clip, String url, BooleanSupplier wanted) {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
            MuxerBuilder output = clip.output(url + "?pkt_size=1316").format("mpegts");
            clip.send(output, LENGTH, stop::get);
        });
        long begun = System.nanoTime();
        while (wanted.getAsBoolean() && System.nanoTime() - begun < 20_000_000_000L) {
            LockSupport.parkNanos(5_000_000);
        }
        stop.set(true);
        sender.join();
    }
}
