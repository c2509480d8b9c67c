package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headend.core.LeakDetector;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that never answer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemuxerWaitTest {

    @TempDir
    Path directory;

    private ServerSocket silent;
    private ExecutorService threads;

    @BeforeEach
    void open() throws IOException {
        FfmpegRuntime.get();
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void close() throws Exception {
        silent.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(LeakDetector.live()).isEmpty();
    }

    private String silentUrl() {
        return "tcp://127.0.0.1:" + silent.getLocalPort();
    }

    private static long millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    @Test
    void silentInputEndsAtItsDeadlineAndSlowsNobody() throws Exception {
        Path file = TestFiles.avcAac(directory.resolve("healthy.mp4"), 25);
        TestFiles.readAll(file);
        CompletableFuture<Long> silentOpen = CompletableFuture.supplyAsync(
                () -> millis(() -> assertThat(catchThrowable(() -> Demuxer.builder(silentUrl())
                                .openTimeout(Duration.ofSeconds(2))
                                .open()))
                        .isInstanceOfSatisfying(
                                MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.TIMEOUT))),
                threads);
        try (Socket accepted = silent.accept()) {
            for (int i = 0; i < 5; i++) {
                TestFiles.readAll(file);
            }
            assertThat(silentOpen)
                    .as("files were opened, read and closed meanwhile")
                    .isNotDone();
            assertThat(silentOpen.get()).as("ms until the silent input gave up").isBetween(1_900L, 10_000L);
            assertThat(accepted.isConnected()).isTrue();
        }
    }

    @Test
    void readEndsAtItsDeadlineAndTheErrorIsFinal() throws Exception {
        byte[] stream = TestFiles.bytes(TestFiles.avcAac(directory.resolve("a.ts"), 25));
        CountDownLatch done = new CountDownLatch(1);
        threads.execute(() -> {
            try (Socket socket = silent.accept()) {
                socket.getOutputStream().write(stream);
                socket.getOutputStream().flush();
                done.await();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (Demuxer demuxer = Demuxer.builder(silentUrl())
                .format("mpegts")
                .probeSize(stream.length / 2)
                .readTimeout(Duration.ofSeconds(1))
                .open()) {
            long last = millis(() -> assertThatThrownBy(() -> TestFiles.drain(demuxer))
                    .isInstanceOfSatisfying(MediaException.class, e -> {
                        assertThat(e.code()).isEqualTo(MediaErrorCode.TIMEOUT);
                        assertThat(e.retryable()).isTrue();
                    }));
            assertThat(last).isBetween(900L, 10_000L);
            assertThat(millis(() -> assertThatThrownBy(demuxer::read).isInstanceOf(MediaException.class)))
                    .as("a second read fails at once")
                    .isLessThan(700);
        } finally {
            done.countDown();
        }
    }

    @Test
    void interruptEndsAWaitingRead() throws Exception {
        byte[] stream = TestFiles.bytes(TestFiles.avcAac(directory.resolve("a.ts"), 25));
        Pipe pipe = Pipe.open();
        CompletableFuture<Void> written = CompletableFuture.runAsync(
                () -> {
                    try {
                        ByteBuffer bytes = ByteBuffer.wrap(stream);
                        while (bytes.hasRemaining()) {
                            pipe.sink().write(bytes);
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        try (Demuxer demuxer = Demuxer.builder(pipe.source())
                .format("mpegts")
                .probeSize(stream.length / 2)
                .open()) {
            CompletableFuture<Throwable> reader =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> TestFiles.drain(demuxer)), threads);
            written.get(10, TimeUnit.SECONDS);
            demuxer.interrupt();
            assertThat(reader.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CLOSED));
        }
        pipe.sink().close();
    }

    @Test
    void nobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> Demuxer.builder("tcp://127.0.0.1:" + port).open())
                .isInstanceOfSatisfying(FfmpegException.class, e -> {
                    assertThat(e.code()).isEqualTo(MediaErrorCode.IO);
                    assertThat(e.retryable()).isTrue();
                    assertThat(e.call()).isEqualTo("avformat_open_input");
                    assertThat(e.averror()).isNegative();
                });
    }
}
