package io.headend.benchmarks;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.ffmpeg.Demuxer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FrameGrabber;

/**
 * How long does a healthy file take to open while another thread waits for an input that says nothing?
 *
 * <pre>benchmarks/run SilentInput FILE</pre>
 *
 * <p>Opens, reads one picture and closes, alone and beside a TCP server that accepts and stays silent, with {@link Demuxer}
 * and with JavaCV's {@code FFmpegFrameGrabber}. The silent input has a deadline of {@value #DEADLINE_SECONDS} s in both. Exit
 * code 1 if the demuxer's slowest opening beside the silence takes more than twice (and 50 ms longer than) the slowest alone, or if the silent open
 * does not end within half a second of its deadline.
 */
public final class SilentInput {

    private static final int DEADLINE_SECONDS = 5;
    private static final int ROUNDS = 20;

    private SilentInput() {}

    /** What is timed. */
    private interface Opening {
        void open(String url) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 1 || !Files.isRegularFile(Path.of(args[0]))) {
            System.err.println("usage: benchmarks/run SilentInput FILE");
            System.exit(2);
        }
        System.out.printf("%-28s %12s %22s%n", "slowest open, sample, close", "alone", "beside a silent input");
        boolean ours = compare("Headend Demuxer", args[0], SilentInput::demux, ROUNDS);
        compare("JavaCV FFmpegFrameGrabber", args[0], SilentInput::grab, 3);
        System.exit(ours ? 0 : 1);
    }

    private static boolean compare(String name, String file, Opening opening, int rounds) throws Exception {
        opening.open(file); // the first one loads the natives
        double alone = slowest(file, opening, rounds);
        double beside;
        double silence;
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            String url = "tcp://127.0.0.1:" + silent.getLocalPort() + "?timeout=" + DEADLINE_SECONDS * 1_000_000L;
            CountDownLatch waiting = new CountDownLatch(1);
            long[] ended = new long[1];
            long begun = System.nanoTime();
            Thread waiter = new Thread(
                    () -> {
                        waiting.countDown();
                        try {
                            opening.open(url);
                        } catch (Exception e) {
                            ended[0] = System.nanoTime();
                        }
                    },
                    "silent");
            waiter.start();
            waiting.await();
            try (Socket connection = silent.accept()) {
                connection.setKeepAlive(true);
                beside = slowest(file, opening, rounds);
                waiter.join(60_000);
            }
            silence = ended[0] == 0 ? Double.NaN : (ended[0] - begun) / 1e9;
        }
        System.out.printf(
                Locale.ROOT,
                "%-28s %9.1f ms %19.1f ms   the silent open ended after %.2f s%n",
                name,
                alone,
                beside,
                silence);
        return beside <= Math.max(2 * alone, alone + 50) && Math.abs(silence - DEADLINE_SECONDS) <= 0.5;
    }

    private static double slowest(String file, Opening opening, int rounds) throws Exception {
        double slowest = 0;
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            opening.open(file);
            slowest = Math.max(slowest, (System.nanoTime() - start) / 1e6);
        }
        return slowest;
    }

    private static void demux(String url) throws IOException {
        try (Demuxer demuxer = Demuxer.builder(url)
                        .openTimeout(Duration.ofSeconds(DEADLINE_SECONDS))
                        .open();
                Sample first = demuxer.read()) {
            if (first == null) {
                throw new MediaException(MediaErrorCode.MALFORMED, url + " has no sample");
            }
        }
    }

    private static void grab(String url) throws FrameGrabber.Exception {
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(url)) {
            grabber.start();
            grabber.grab();
        }
    }
}
