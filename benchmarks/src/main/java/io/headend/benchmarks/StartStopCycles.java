package io.headend.benchmarks;

import io.headend.core.PictureSize;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.live.ChannelSpec;
import io.headend.live.LiveChannel;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Ladder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Question: does a full channel (synthetic source, decoder, three x264 renditions and AAC, packager, store, origin) give back
 * everything it took, over and over?
 *
 * <p>Each cycle starts a channel, waits for its first segment, fetches the multivariant playlist and closes the channel; every
 * third is closed before the first segment. After a warm-up the baseline is taken. At the end native handles, threads and file
 * descriptors must be those of the baseline, and native memory at most 10 % or 16 MiB above it.
 *
 * <pre>benchmarks/run StartStopCycles [cycles] [warm-up]</pre>
 */
public final class StartStopCycles {

    private static final PictureSize SIZE = new PictureSize(640, 360);
    private static final long ALLOWED_KIB = 16 * 1024;

    private final PrintStream out;

    private StartStopCycles(PrintStream out) {
        this.out = out;
    }

    /** Exit code 0 if everything came back, else 1. */
    public static void main(String[] args) throws Exception {
        int cycles = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        int warmUp = args.length > 1 ? Integer.parseInt(args[1]) : Math.min(40, Math.max(1, cycles / 5));
        boolean good = new StartStopCycles(System.out).run(cycles, warmUp);
        System.exit(good ? 0 : 1);
    }

    private boolean run(int cycles, int warmUp) throws Exception {
        for (int i = 0; i < warmUp; i++) {
            cycle(i);
        }
        Footprint baseline = Footprint.now();
        out.println(Footprint.header());
        out.println(baseline.row(0));
        long start = System.nanoTime();
        Footprint last = baseline;
        for (int i = 1; i <= cycles; i++) {
            cycle(i);
            if (i % Math.max(1, cycles / 10) == 0 || i == cycles) {
                last = settled(baseline);
                out.println(last.row(i));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(Locale.ROOT, "%d cycles in %.1f s, %.0f ms each%n", cycles, seconds, seconds * 1000 / cycles);
        List<String> faults = faults(baseline, last);
        faults.forEach(fault -> out.println("FAIL: " + fault));
        if (faults.isEmpty()) {
            out.println("PASS: everything is back at the baseline");
        }
        return faults.isEmpty();
    }

    /** Threads of the JDK's own pools end a little after their last work. */
    private static Footprint settled(Footprint baseline) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        Footprint now = Footprint.now();
        while ((now.threads() > baseline.threads() || now.files() > baseline.files()) && System.nanoTime() < end) {
            LockSupport.parkNanos(50_000_000);
            now = Footprint.now();
        }
        return now;
    }

    private static List<String> faults(Footprint baseline, Footprint last) {
        List<String> faults = new ArrayList<>();
        if (!last.handles().equals(baseline.handles())) {
            faults.add("native handles " + last.handles() + ", baseline " + baseline.handles());
        }
        if (last.leaked() > 0) {
            faults.add(last.leaked() + " handles were collected while open");
        }
        if (last.threads() > baseline.threads()) {
            faults.add("threads " + last.threads() + ", baseline " + baseline.threads());
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

    private static void cycle(int number) throws Exception {
        ChannelSpec spec = ChannelSpec.of("cycle")
                .withSegments(Duration.ofMillis(500), Duration.ofMillis(500))
                .withLadder(Ladder.standard(SIZE));
        SyntheticSource source = SyntheticSource.builder()
                .size(SIZE.width(), SIZE.height())
                .frameRate(25)
                .build();
        try (LiveChannel channel = LiveChannel.builder(spec, source).build()) {
            channel.start();
            if (number % 3 != 0) {
                MediaResponse response = channel.origin()
                        .handle(MediaRequest.get("/cycle/master.m3u8"))
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
                if (response.status() != 200) {
                    throw new IllegalStateException(
                            "no playlist in cycle " + number + ": " + response.status() + ", " + channel.stats());
                }
                response.body().close();
            }
        }
    }
}
