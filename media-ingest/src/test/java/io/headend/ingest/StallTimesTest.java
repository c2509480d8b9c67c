package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.ffmpeg.MuxerBuilder;
import io.headend.ingest.rtmp.RtmpServer;
import io.headend.testkit.FreePorts;
import io.headend.testkit.LeakExtension;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A sender of every protocol falls silent while its connection stays: the event comes within 100 ms of the threshold, counted from the
 * last sample, and the thread is free within 2.5 s.
 */
@ExtendWith(LeakExtension.class)
class StallTimesTest {

    private static final Duration LENGTH = Duration.ofSeconds(2);
    private static final Duration HOLD = Duration.ofMillis(400);
    private static TestClip clip;

    private final AtomicBoolean held = new AtomicBoolean();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final StallWatch watch = new StallWatch(HOLD);

    @BeforeAll
    static void encode() {
        clip = TestClip.of(LENGTH);
    }

    @AfterAll
    static void release() {
        clip.close();
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Asked before every sample that is sent. */
    private boolean stopped() {
        while (held.get() && !stop.get()) {
            LockSupport.parkNanos(1_000_000);
        }
        return stop.get();
    }

    private void send(String url, String format) {
        while (!stop.get()) {
            try {
                MuxerBuilder output = clip.output(url).format(format).writeTimeout(Duration.ofSeconds(5));
                if (format.equals("rtsp")) {
                    output.option("rtsp_transport", "tcp");
                }
                if (url.contains("#fec")) {
                    output = clip.output(url.replace("#fec", "")).format(format).option("fec", "prompeg=l=4:d=4");
                }
                clip.send(output, LENGTH, this::stopped);
            } catch (RuntimeException e) {
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "udp://127.0.0.1:PORT, udp://127.0.0.1:PORT?pkt_size=1316, mpegts",
        "rtp://127.0.0.1:PORT, rtp://127.0.0.1:PORT, rtp_mpegts",
        "rtp://127.0.0.1:PORT?fec=2d&buffer=150, rtp://127.0.0.1:PORT#fec, rtp_mpegts",
        "srt://127.0.0.1:PORT?mode=listener, srt://127.0.0.1:PORT, mpegts",
        "srt://127.0.0.1:PORT, srt://127.0.0.1:PORT?mode=listener, mpegts",
        "rtmp-listen://127.0.0.1:PORT/live/a, rtmp://127.0.0.1:PORT/live/a, flv",
        "rtmp://127.0.0.1:RTMP/live/a, rtmp://127.0.0.1:RTMP/live/a, flv",
        "rtsp://127.0.0.1:RTSP/live, rtsp://127.0.0.1:RTSP/live, rtsp",
        "tcp://127.0.0.1:PORT?listen, tcp://127.0.0.1:PORT, mpegts",
    })
    void silenceIsToldInTimeAndTheThreadIsFree(String input, String output, String format) throws Exception {
        try (RtmpServer rtmp = RtmpServer.builder().port(0).build().start();
                RtspRelay rtsp = new RtspRelay()) {
            String port = Integer.toString(FreePorts.eight());
            String url = input.replace("PORT", port)
                    .replace("RTMP", Integer.toString(rtmp.port()))
                    .replace("rtsp://127.0.0.1:RTSP/live", rtsp.url());
            String to = output.replace("PORT", port)
                    .replace("RTMP", Integer.toString(rtmp.port()))
                    .replace("rtsp://127.0.0.1:RTSP/live", rtsp.url());
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(to, format));
            ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
            if (format.equals("rtsp")) {
                until(rtsp::isDescribed);
            }
            Ingest ingest =
                    Ingest.builder(InputSpec.parse(url)).health(watch.health()).build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(watch));
            try {
                watch.awaitSamples(50);
                watch.requireToldInTime(ticker, held::set);
            } finally {
                ticker.shutdownNow();
                ingest.close();
                run.get(2500, TimeUnit.MILLISECONDS);
                stop.set(true);
                sending.get(20, TimeUnit.SECONDS);
            }
        }
    }
}
