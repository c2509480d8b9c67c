package io.headend.benchmarks;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.StreamSource;
import io.headend.ingest.FileInput;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.ingest.Playback;
import io.headend.live.ChannelSpec;
import io.headend.live.ChannelStats;
import io.headend.live.LiveChannel;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.ComputeLevel;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.LoadFigures;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import io.headend.transcode.TranscodeEvent;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Question: do three renditions of a 1080p30 source with a content-adaptive rate control hold real time on two cores, and what
 * happens when somebody takes the cores away?
 *
 * <p>Runs a channel of 1080, 720 and 480 lines for some minutes. Threads that only count are the thief: they run from
 * {@code thiefAt} to {@code thiefAt + thiefFor} seconds. Every ten seconds a line; at the end speed, worst lag, groups of
 * pictures and the time from the end of the thief to full work. The channel holds if no rendition made less than a frame for
 * each frame of the clock, to half a percent, and without a thief nothing was given up; with one it holds if it was never more
 * than 3 s behind and came back to full work.
 *
 * <p>The source is a file of 1080 lines, in a loop (the synthetic one where none is named: drawing it costs a fifth of a core).
 *
 * <pre>taskset -c 0,1 benchmarks/run RealTime minutes [file|-] [preset] [capped|adaptive] [thieves] [thiefAt] [thiefFor]</pre>
 */
public final class RealTime {

    private static final Rational RATE = Rational.of(30, 1);
    private static final long MOST_LAG_MILLIS = 3_000;

    private final PrintStream out;
    private final double minutes;
    private final String input;
    private final String preset;
    private final boolean adaptive;
    private final int thieves;
    private final double thiefAt;
    private final double thiefFor;
    private final AtomicLong groups = new AtomicLong();
    private volatile boolean stealing;
    private long stepsAtWarm;

    private RealTime(PrintStream out, String... args) {
        this.out = out;
        minutes = Double.parseDouble(argument(args, 0, "10"));
        input = argument(args, 1, "-");
        preset = argument(args, 2, "superfast");
        adaptive = argument(args, 3, "adaptive").equals("adaptive");
        thieves = Integer.parseInt(argument(args, 4, "0"));
        thiefAt = Double.parseDouble(argument(args, 5, "30"));
        thiefFor = Double.parseDouble(argument(args, 6, "60"));
    }

    private static String argument(String[] args, int at, String otherwise) {
        return args.length > at ? args[at] : otherwise;
    }

    /** Exit code 0 if the channel held, else 1. */
    public static void main(String[] args) throws Exception {
        System.exit(new RealTime(System.out, args).run() ? 0 : 1);
    }

    private StreamSource source() {
        if (input.equals("-")) {
            return SyntheticSource.builder().size(1920, 1080).frameRate(RATE).build();
        }
        if (!Files.isReadable(Path.of(input))) {
            throw new IllegalArgumentException("cannot read " + input);
        }
        FileInput file = (FileInput) InputSpec.parse(input);
        return Ingest.builder(file.withPlayback(Playback.ONCE.withLoop(true))).build();
    }

    private Ladder ladder() {
        return new Ladder(
                List.of(rung(1920, 1080, 6_000_000), rung(1280, 720, 3_000_000), rung(854, 480, 1_500_000)),
                List.of(AudioRendition.standard()));
    }

    private Rendition rung(int width, int height, long maxrate) {
        RateControl rate =
                adaptive ? RateControl.ContentAdaptive.of(23, maxrate) : RateControl.CappedQuality.of(23, maxrate);
        return new Rendition("v" + height, new PictureSize(width, height), EncoderSettings.x264(preset, rate));
    }

    private boolean run() throws InterruptedException {
        ChannelSpec spec = ChannelSpec.of("realtime").withFrameRate(RATE).withLadder(ladder());
        try (LiveChannel channel = LiveChannel.builder(spec, source())
                .gopReports(report -> groups.incrementAndGet())
                .events(event -> {
                    if (event instanceof TranscodeEvent told && told.kind() == TranscodeEvent.Kind.LOAD_CHANGED) {
                        out.println("         " + told.message());
                    }
                })
                .build()) {
            out.printf(
                    Locale.ROOT,
                    "%s, %s, %s, %.1f min on %d processors%n",
                    input.equals("-") ? "synthetic 1080p30" : input,
                    preset,
                    adaptive ? "content-adaptive" : "capped quality",
                    minutes,
                    Runtime.getRuntime().availableProcessors());
            channel.start();
            boolean held = watch(channel);
            out.println(held ? "held" : "NOT held");
            return held;
        }
    }

    private boolean watch(LiveChannel channel) throws InterruptedException {
        long start = System.nanoTime();
        long warm = -1;
        double[] framesAtWarm = new double[0];
        double recovered = Double.NaN;
        double thiefEnds = thiefAt + thiefFor;
        long worst = 0;
        int line = 0;
        while (true) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            double seconds = (System.nanoTime() - start) / 1e9;
            if (channel.failure().isPresent()) {
                throw channel.failure().get();
            }
            if (seconds >= minutes * 60) {
                break;
            }
            steal(thieves > 0 && seconds >= thiefAt && seconds < thiefEnds);
            LoadFigures load = channel.load().orElse(null);
            if (load == null) {
                continue;
            }
            worst = Math.max(worst, load.lagMillis());
            // The channel begins with the segment before the present one and first has to catch up.
            if (warm < 0 && seconds > 10) {
                warm = System.nanoTime();
                framesAtWarm = frames(channel);
                stepsAtWarm = load.steps();
            }
            if (load.level() != ComputeLevel.FULL || seconds < thiefEnds) {
                recovered = Double.NaN;
            } else if (Double.isNaN(recovered)) {
                recovered = seconds - thiefEnds;
            }
            if (seconds > 10 * (line + 1)) {
                line++;
                out.printf(
                        Locale.ROOT,
                        "%5.0f s  %-14s lag %5d ms, worst %5d ms, skipped %d, live edge %d ms%n",
                        seconds,
                        load.level(),
                        load.lagMillis(),
                        load.worstLagMillis(),
                        load.skipped(),
                        channel.stats().timeline().latencyMillis());
            }
        }
        steal(false);
        return verdict(channel, (System.nanoTime() - warm) / 1e9, framesAtWarm, worst, recovered);
    }

    private boolean verdict(LiveChannel channel, double seconds, double[] before, long worst, double recovered) {
        LoadFigures load = channel.load().orElseThrow();
        double[] after = frames(channel);
        double slowest = Double.MAX_VALUE;
        List<ChannelStats.Output> outputs = channel.stats().renditions();
        for (int i = 0; i < before.length; i++) {
            double speed = (after[i] - before[i]) / seconds;
            slowest = Math.min(slowest, speed);
            out.printf(Locale.ROOT, "%-6s %.4fx%n", outputs.get(i).name(), speed);
        }
        out.printf(
                Locale.ROOT,
                "slowest %.4fx, worst lag %d ms, %d groups reported, %d steps of level, %d pictures skipped, missing %d%n",
                slowest,
                Math.max(worst, load.worstLagMillis()),
                groups.get(),
                load.steps(),
                load.skipped(),
                channel.stats().timeline().missing());
        if (thieves == 0) {
            return slowest > 0.995 && load.steps() == stepsAtWarm && load.worstLagMillis() < MOST_LAG_MILLIS;
        }
        out.printf(Locale.ROOT, "full work again %.1f s after the thief%n", recovered);
        return load.worstLagMillis() < MOST_LAG_MILLIS && !Double.isNaN(recovered);
    }

    /** Media seconds that each rendition has delivered. */
    private double[] frames(LiveChannel channel) {
        return channel.transcoded().stream()
                .mapToDouble(rendition -> rendition.name().equals("audio")
                        ? rendition.frames() * 1024.0 / 48_000
                        : rendition.frames() / RATE.toDouble())
                .toArray();
    }

    private void steal(boolean now) {
        if (now && !stealing) {
            stealing = true;
            out.println("         " + thieves + " thieves come");
            for (int i = 0; i < thieves; i++) {
                Thread thief = new Thread(this::count, "thief-" + i);
                thief.setDaemon(true);
                thief.start();
            }
        } else if (!now && stealing) {
            stealing = false;
            out.println("         the thieves are gone");
        }
    }

    private void count() {
        long sum = 0;
        while (stealing) {
            sum += System.nanoTime() ^ (sum << 1);
        }
        if (sum == 42) {
            out.println();
        }
    }
}
