package io.headend.examples;

import io.headend.cdn.EdgeCache;
import io.headend.cdn.EdgeServer;
import io.headend.core.MediaException;
import io.headend.core.StreamSource;
import io.headend.live.ChannelSpec;
import io.headend.live.ChannelState;
import io.headend.live.ChannelStats;
import io.headend.live.LiveChannel;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend demo}: one live channel end to end, with a page to watch it on. */
@Command(
        name = "demo",
        description = "Run one live channel end to end and show it on a page with a player and live plots.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend demo film.mp4 --port 9000",
            "plays film.mp4 in a loop; without a file, synthetic pictures and tones."
        })
final class DemoCommand implements Callable<Integer> {

    private static final String CHANNEL = "demo";

    @Parameters(
            paramLabel = "IN",
            arity = "0..1",
            defaultValue = "test:",
            description = "a file or URL (default: synthetic pictures and tones)")
    String input = "test:";

    @Option(names = "--port", defaultValue = "8080", description = "0 for any free one (default: ${DEFAULT-VALUE})")
    int port = 8080;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "end after so long, with a summary")
    double duration;

    @Option(names = "--json", description = "print the summary as JSON")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        StreamSource source = Inputs.live(input);
        LiveChannel channel =
                LiveChannel.builder(ChannelSpec.of(CHANNEL), source).build();
        DemoStats figures = new DemoStats(channel, input, "/" + CHANNEL);
        EdgeCache cache = EdgeCache.builder(channel.origin()).build();
        EdgeServer server =
                EdgeServer.builder(new WebPage(figures::json, cache)).port(port).build();
        AtomicBoolean reported = new AtomicBoolean();
        Thread onInterrupt = new Thread(
                () -> {
                    report(figures, reported);
                    close(server, channel);
                },
                "end-demo");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            server.start();
            channel.start();
            PrintWriter out =
                    json ? spec.commandLine().getErr() : spec.commandLine().getOut();
            out.println("http://127.0.0.1:" + server.port() + "/");
            out.flush();
            watch(channel, figures);
            report(figures, reported);
        } finally {
            close(server, channel);
            removeHook(onInterrupt);
        }
        return 0;
    }

    private static void close(EdgeServer server, LiveChannel channel) {
        server.close();
        channel.close();
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending by an interrupt, and the hook is at work.
        }
    }

    private void watch(LiveChannel channel, DemoStats figures) throws InterruptedException {
        long end = duration > 0 ? System.nanoTime() + (long) (duration * 1e9) : Long.MAX_VALUE;
        Duration poll = Duration.ofMillis(20);
        try (ProgressBar line = new ProgressBar("demo")) {
            while (System.nanoTime() < end && !channel.awaitEnd(poll)) {
                if (channel.state() == ChannelState.RUNNING && figures.playable(Instant.now())) {
                    poll = Duration.ofMillis(500);
                }
                line.show(() -> status(channel.stats()));
            }
        }
        MediaException failure = channel.failure().orElse(null);
        if (failure != null) {
            throw failure;
        }
    }

    private static String status(ChannelStats stats) {
        StringBuilder text = new StringBuilder(stats.state().name().toLowerCase(Locale.ROOT));
        for (ChannelStats.Output output : stats.renditions()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %s %.0f kbit/s %.1fx",
                    output.name(),
                    output.lastBitrate() / 1000.0,
                    output.speed()));
        }
        return text.toString();
    }

    // Once, while the channel still runs: by the end of the duration or by an interrupt.
    private void report(DemoStats figures, AtomicBoolean reported) {
        if (reported.getAndSet(true)) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? Json.pretty(figures.summary()) : figures.text());
        out.flush();
    }
}
