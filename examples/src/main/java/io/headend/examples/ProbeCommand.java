package io.headend.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.core.AudioFormat;
import io.headend.core.Rational;
import io.headend.core.Timestamp;
import io.headend.core.VideoFormat;
import io.headend.ingest.HealthEvent;
import io.headend.ingest.InputHealth;
import io.headend.ingest.InputSpec;
import io.headend.ingest.Probe;
import io.headend.ingest.ProbeReport;
import io.headend.ingest.TrackReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend probe}: what an input holds. */
@Command(
        name = "probe",
        description = "Tell what an input holds: tracks, rates, key frames, faults.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {"  ./headend probe film.mp4", "reads the whole file; of a live stream it looks at five seconds."})
final class ProbeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "URL", description = "a file or URL")
    String input = "";

    @Option(
            names = {"--duration", "--look"},
            paramLabel = "SECONDS",
            description = "how long to look (default: files whole, streams 5)")
    double look = -1;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "30", description = "give up after so long")
    double timeout = 30;

    @Option(names = "--decode", description = "decode as well, which finds damage that the container does not show")
    boolean decode;

    @Option(names = "--json", description = "print the report as JSON")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @Override
    public Integer call() {
        InputSpec what = Inputs.spec(input);
        Probe.Builder probe = Probe.builder(what)
                .timeout(Duration.ofMillis(Math.round(timeout * 1000)))
                .decode(decode);
        if (look >= 0) {
            probe.look(Duration.ofMillis(Math.round(look * 1000)));
        }
        List<HealthEvent> events = new CopyOnWriteArrayList<>();
        InputHealth health = InputHealth.builder("input")
                .events(event -> events.add((HealthEvent) event))
                .build();
        ProbeReport report = watched(probe, what, health);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode result = json(report);
            events.forEach(event -> result.withArray("health").add(event.message()));
            out.print(Json.pretty(result));
        } else {
            out.print(text(report));
            events.forEach(event -> out.println("  health: " + event.message()));
        }
        out.flush();
        return report.end() == ProbeReport.End.FAILED ? 1 : 0;
    }

    /** Of a live input, health is judged and the rate shown while it lasts. */
    @SuppressWarnings("FutureReturnValueIgnored") // a tick that fails ends the display, not the probe
    private static ProbeReport watched(Probe.Builder probe, InputSpec what, InputHealth health) {
        if (!what.isLive()) {
            return probe.build().run();
        }
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "input-health");
            thread.setDaemon(true);
            return thread;
        });
        try (ProgressBar line = new ProgressBar("probe")) {
            ticker.scheduleAtFixedRate(
                    () -> {
                        health.tick();
                        line.show(() -> status(health.snapshot()));
                    },
                    0,
                    50,
                    TimeUnit.MILLISECONDS);
            return probe.health(health).build().run();
        } finally {
            ticker.shutdownNow();
        }
    }

    private static String status(InputHealth.Snapshot snapshot) {
        String problems = snapshot.isHealthy()
                ? "healthy"
                : snapshot.problems().keySet().toString().toLowerCase(Locale.ROOT);
        return "probe  " + snapshot.bitrate() / 1000 + " kbit/s  " + problems;
    }

    private static String text(ProbeReport report) {
        Timestamp length = report.duration();
        StringBuilder text = new StringBuilder(report.url())
                .append("  ")
                .append(report.format())
                .append(length == null ? "" : String.format(Locale.ROOT, "  %.3f s", length.toNanos() / 1e9))
                .append('\n');
        for (TrackReport track : report.tracks()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-10s %-12s %-28s %8d samples  %6d kbit/s  %s%s%n",
                    track.track().name(),
                    track.track().format().codec().name(),
                    shape(track),
                    track.counts().samples(),
                    track.bitrate() / 1000,
                    keys(track),
                    track.counts().frames() < 0
                            ? ""
                            : "  " + track.counts().frames() + " decoded, "
                                    + track.counts().errors() + " damaged"));
        }
        report.problems().forEach(problem -> text.append("  ! ").append(problem).append('\n'));
        return text.toString();
    }

    private static String shape(TrackReport report) {
        String language = report.track().language();
        if (report.track().format() instanceof VideoFormat video) {
            return String.format(
                    Locale.ROOT,
                    "%s %s %.3f/s%s",
                    video.size(),
                    video.pixelFormat(),
                    frameRate(video, report),
                    report.variableFrameRate() ? " variable" : "");
        }
        if (report.track().format() instanceof AudioFormat audio) {
            return audio.sampleRate() + " Hz, " + audio.channels() + " channels"
                    + (language == null ? "" : ", " + language);
        }
        return language == null ? "" : language;
    }

    // What the stream says is exact; the mean over a short clip is not.
    private static double frameRate(VideoFormat video, TrackReport report) {
        Rational said = video.frameRate();
        return said == null || report.variableFrameRate() ? report.rate() : said.toDouble();
    }

    private static String keys(TrackReport report) {
        TrackReport.Keys keys = report.keys();
        if (!(report.track().format() instanceof VideoFormat) || keys.count() == 0) {
            return "";
        }
        return keys.count() < 2
                ? "1 key frame"
                : String.format(
                        Locale.ROOT, "%d key frames, every %d to %d", keys.count(), keys.shortest(), keys.longest());
    }

    private static ObjectNode json(ProbeReport report) {
        ObjectNode json = Json.object().put("url", report.url()).put("format", report.format());
        Timestamp length = report.duration();
        if (length != null) {
            json.put("seconds", Json.rounded(length.toNanos() / 1e9));
        }
        json.put("end", report.end().name().toLowerCase(Locale.ROOT));
        json.putArray("tracks");
        for (TrackReport track : report.tracks()) {
            describe(json.withArray("tracks").addObject(), track);
        }
        json.putArray("problems");
        report.problems().forEach(problem -> json.withArray("problems").add(problem));
        return json;
    }

    private static void describe(ObjectNode json, TrackReport report) {
        json.put("id", report.track().id())
                .put("name", report.track().name())
                .put("kind", report.track().kind().name().toLowerCase(Locale.ROOT))
                .put("codec", report.track().format().codec().name());
        if (report.track().language() != null) {
            json.put("language", report.track().language());
        }
        if (report.track().format() instanceof VideoFormat video) {
            json.put("width", video.width())
                    .put("height", video.height())
                    .put("pixelFormat", video.pixelFormat())
                    .put("frameRate", Json.rounded(frameRate(video, report)))
                    .put("variableFrameRate", report.variableFrameRate());
            json.putObject("keyFrames")
                    .put("count", report.keys().count())
                    .put("shortest", report.keys().shortest())
                    .put("longest", report.keys().longest());
        } else if (report.track().format() instanceof AudioFormat audio) {
            json.put("sampleRate", audio.sampleRate()).put("channels", audio.channels());
        }
        json.put("samples", report.counts().samples())
                .put("bytes", report.counts().bytes())
                .put("bitrate", report.bitrate());
        TrackReport.Span span = report.span();
        if (span != null) {
            json.put("start", Json.rounded(span.start().toNanos() / 1e9))
                    .put("end", Json.rounded(span.end().toNanos() / 1e9));
        }
        if (report.counts().frames() >= 0) {
            json.put("decoded", report.counts().frames())
                    .put("damaged", report.counts().errors());
        }
    }
}
