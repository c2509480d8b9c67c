package io.headend.examples;

import io.headend.cdn.EdgeCache;
import io.headend.cdn.EdgeServer;
import io.headend.core.MediaException;
import io.headend.core.StreamSource;
import io.headend.core.http.MediaHandler;
import io.headend.live.ChannelSpec;
import io.headend.live.ChannelState;
import io.headend.live.ChannelStats;
import io.headend.live.LiveChannel;
import io.headend.packaging.LiveSubtitles;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Processing;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one channel behind the edge until its end, the given time or an interrupt; shared by {@code demo} and {@code live}. */
final class ChannelRun {

    @Option(names = "--port", defaultValue = "8080", description = "0 for any free one (default: ${DEFAULT-VALUE})")
    int port = 8080;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "end after so long, with a summary")
    double duration;

    @Option(names = "--json", description = "print the summary as JSON")
    boolean json;

    @Option(
            names = "--push",
            paramLabel = "URL",
            description = "also send every segment to a slot of an origin, such as http://127.0.0.1:8090/news/A/")
    @Nullable
    URI push;

    @Option(names = "--ts", description = "list the segments as transport streams, too, at master-ts.m3u8")
    boolean transportStreams;

    @Option(
            names = "--subtitles",
            paramLabel = "LANG",
            description = "have subtitles in a language, such as en: the source's text track of it, or its first one")
    @Nullable
    String subtitles;

    @Option(
            names = "--say-time",
            description = "say the seconds since 1970 in the subtitles, as a host says its own words")
    boolean sayTime;

    @Mixin
    DrmOptions drm = new DrmOptions();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli fills it in before run
    CommandSpec spec;

    /**
     * Runs the channel.
     *
     * @param asked the channel
     * @param processing what is done to pictures and sound
     * @param encoding what is made of every rung's settings
     * @param sources gives a source again where one failed
     * @param input what the source was named on the command line
     * @param clearKey whether the keys of a protected channel are given to whoever asks; keys of chance will do then
     */
    void run(
            ChannelSpec asked,
            Processing processing,
            UnaryOperator<EncoderSettings> encoding,
            Supplier<StreamSource> sources,
            String input,
            boolean clearKey)
            throws InterruptedException {
        ChannelSpec carried = transportStreams ? asked.withTransportStreams() : asked;
        String language = subtitles == null && sayTime ? "en" : subtitles;
        ChannelSpec what = language == null ? carried : carried.withSubtitles(language);
        GroupLog groups = new GroupLog();
        AtomicInteger bound = new AtomicInteger(port);
        Supplier<String> license = () -> clearKey ? "http://127.0.0.1:" + bound.get() + ClearKeyDoor.PATH : "";
        Protection protection = drm.channel(what.name(), clearKey, license).orElse(null);
        LiveChannel.Builder building = LiveChannel.builder(what, sources)
                .processing(processing)
                .encoding(encoding)
                .gopReports(groups);
        if (protection != null) {
            check(protection, what);
            protection.protect(building);
        }
        if (push != null) {
            building.push(push);
        }
        LiveChannel channel = building.build();
        ChannelJson figures =
                new ChannelJson(channel, groups, input, what, protection == null ? "" : protection.scheme());
        MediaHandler cache = EdgeCache.builder(channel.origin()).build();
        MediaHandler served = protection != null && clearKey ? ClearKeyDoor.of(protection.keys(), cache) : cache;
        EdgeServer server = EdgeServer.builder(new WebPage(figures::json, served))
                .port(port)
                .build();
        AtomicBoolean reported = new AtomicBoolean();
        Thread onInterrupt = new Thread(
                () -> {
                    report(figures, reported);
                    close(server, channel);
                },
                "end-channel");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            server.start();
            bound.set(server.port());
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
    }

    private void check(Protection protection, ChannelSpec what) {
        if (!protection.isWhole() && what.listing().transportStreams()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "transport streams of a live channel are in the clear or encrypted as whole segments: leave out --ts, or say"
                            + " --drm aes-128");
        }
        if (protection.isWhole() && what.isLowLatency()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--drm aes-128 encrypts whole segments, which have no parts: leave low latency out, or say --drm cbcs");
        }
        if (protection.isWhole() && push != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--push sends segments to an origin that reads them; it goes with --drm cenc and cbcs, not aes-128");
        }
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

    private void watch(LiveChannel channel, ChannelJson figures) throws InterruptedException {
        long end = duration > 0 ? System.nanoTime() + (long) (duration * 1e9) : Long.MAX_VALUE;
        Duration poll = Duration.ofMillis(20);
        long said = 0;
        try (ProgressBar line = new ProgressBar(figures.channel())) {
            while (System.nanoTime() < end && !channel.awaitEnd(poll)) {
                if (channel.state() == ChannelState.RUNNING && figures.playable(Instant.now())) {
                    poll = Duration.ofMillis(500);
                }
                said = sayTime ? say(channel, said) : 0;
                line.show(() -> status(channel.stats()));
            }
        }
        MediaException failure = channel.failure().orElse(null);
        if (failure != null) {
            throw failure;
        }
    }

    /** Says seconds that come soon; returns the last one. */
    private static long say(LiveChannel channel, long said) {
        LiveSubtitles words = channel.subtitles().orElse(null);
        if (words == null) {
            return said;
        }
        long now = Instant.now().getEpochSecond();
        for (long second = Math.max(said + 1, now - 4); second <= now + 3; second++) {
            Instant at = Instant.ofEpochSecond(second);
            words.show(at, at.plusMillis(900), "second " + second);
        }
        return now + 3;
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
    private void report(ChannelJson figures, AtomicBoolean reported) {
        if (reported.getAndSet(true)) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? Json.pretty(figures.summary()) : figures.text());
        out.flush();
    }
}
