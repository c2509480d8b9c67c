package io.headend.benchmarks;

import io.headend.core.StreamItem;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.testkit.ScriptedOrigin;
import io.headend.testkit.ScriptedOrigin.Answer;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Question: does every kind of live input give its thread back at once when it is closed, and everything else over and over?
 *
 * <p>Each cycle opens one input after the other (UDP, RTP with FEC, SRT caller and listener, RTMP both ways, RTSP, TCP, HLS, HTTP) whose
 * other side says nothing, lets it wait for a moment, closes it, and measures how long its thread takes to return. At the end native
 * handles, threads and file descriptors must be those of the baseline and native memory at most 10 % or 16 MiB above it; no
 * thread may take longer than 2.5 s.
 *
 * <pre>benchmarks/run InputCycles [cycles] [warm-up]</pre>
 */
public final class InputCycles {

    private static final long MOST_NANOS = 2_500_000_000L;
    private static final long WAIT_NANOS = 30_000_000L;
    private static final long ALLOWED_KIB = 16 * 1024;

    private final List<String> inputs = new ArrayList<>();
    private long slowest;
    private String slowestInput = "";

    private InputCycles() {}

    /** Exit code 0 if everything came back in time, else 1. */
    public static void main(String[] args) throws Exception {
        int cycles = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        int warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        System.exit(new InputCycles().run(cycles, warmUp) ? 0 : 1);
    }

    private boolean run(int cycles, int warmUp) throws Exception {
        String live = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nnever.ts\n";
        try (ServerSocket silent = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
                ScriptedOrigin origin = ScriptedOrigin.start(
                        request -> request.path().endsWith("live.m3u8") ? Answer.ok(live) : Answer.silence())) {
            String tcp = "127.0.0.1:" + silent.getLocalPort();
            inputs.add("udp://127.0.0.1:" + freePort());
            inputs.add("rtp://127.0.0.1:" + freePort() + "?fec=2d");
            inputs.add("srt://127.0.0.1:" + freePort() + "?mode=listener");
            inputs.add("srt://127.0.0.1:" + freePort());
            inputs.add("rtmp-listen://127.0.0.1:" + freePort() + "/live/a");
            inputs.add("rtmp://" + tcp + "/live/a");
            inputs.add("rtsp://" + tcp + "/a");
            inputs.add("tcp://" + tcp);
            inputs.add(origin.uri("/silent.m3u8").toString());
            inputs.add(origin.uri("/live.m3u8").toString());
            inputs.add(origin.uri("/a.mp4").toString());
            // The other side takes connections and says nothing; what has been closed is let go.
            Thread acceptor = new Thread(() -> accept(silent), "acceptor");
            acceptor.setDaemon(true);
            acceptor.start();
            for (int i = 0; i < warmUp; i++) {
                cycle();
            }
            slowest = 0;
            return measure(cycles);
        }
    }

    private boolean measure(int cycles) throws Exception {
        Footprint baseline = settled(null);
        System.out.println(Footprint.header());
        System.out.println(baseline.row(0));
        Footprint last = baseline;
        for (int i = 1; i <= cycles; i++) {
            cycle();
            if (i % Math.max(1, cycles / 10) == 0 || i == cycles) {
                last = settled(baseline);
                System.out.println(last.row(i));
            }
        }
        System.out.printf(Locale.ROOT, "slowest thread to return: %.0f ms (%s)%n", slowest / 1e6, slowestInput);
        List<String> faults = faults(baseline, last);
        faults.forEach(fault -> System.out.println("FAIL: " + fault));
        if (faults.isEmpty()) {
            System.out.println("PASS: everything is back at the baseline");
        }
        return faults.isEmpty();
    }

    private List<String> faults(Footprint baseline, Footprint last) {
        List<String> faults = new ArrayList<>();
        if (slowest > MOST_NANOS) {
            faults.add("a thread took " + slowest / 1_000_000 + " ms to return: " + slowestInput);
        }
        if (!last.handles().equals(baseline.handles()) || last.leaked() > 0) {
            faults.add("native handles " + last.handles() + ", baseline " + baseline.handles() + ", leaked "
                    + last.leaked());
        }
        if (last.threads() > baseline.threads()) {
            faults.add("threads " + last.threads() + ", baseline " + baseline.threads() + ", of Java "
                    + Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .sorted()
                            .toList());
        }
        if (last.files() > baseline.files()) {
            faults.add("file descriptors " + last.files() + ", baseline " + baseline.files());
        }
        long allowed = baseline.residentKib() + Math.max(ALLOWED_KIB, baseline.residentKib() / 10);
        if (last.residentKib() > allowed) {
            faults.add("native memory " + last.residentKib() + " KiB, baseline " + baseline.residentKib() + " KiB");
        }
        return faults;
    }

    /** The JDK's HTTP client ends a little after nobody refers to it any more. */
    private static Footprint settled(@Nullable Footprint baseline) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(baseline == null ? 8 : 15);
        Footprint now = Footprint.now();
        while (System.nanoTime() < end
                && (baseline == null || now.threads() > baseline.threads() || now.files() > baseline.files())) {
            LockSupport.parkNanos(250_000_000);
            now = Footprint.now();
        }
        return now;
    }

    private void cycle() throws InterruptedException {
        for (String input : inputs) {
            Ingest ingest = Ingest.builder(InputSpec.parse(input)).build();
            Thread thread = new Thread(() -> ingest.run(StreamItem::close), "input");
            thread.start();
            LockSupport.parkNanos(WAIT_NANOS);
            long begun = System.nanoTime();
            ingest.close();
            thread.join(20_000);
            long took = System.nanoTime() - begun;
            if (took > slowest) {
                slowest = took;
                slowestInput = input;
            }
        }
    }

    private static void accept(ServerSocket server) {
        List<Socket> open = new ArrayList<>();
        try {
            while (!server.isClosed()) {
                open.add(server.accept());
                if (open.size() > 8) {
                    open.remove(0).close();
                }
            }
        } catch (IOException e) {
            System.err.println("the silent server ended: " + e.getMessage());
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
