package io.headend.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.core.AudioFormat;
import io.headend.core.Cue;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.ingest.Reconnect;
import io.headend.packaging.Mezzanine;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend ingest}: records any input without transcoding. */
@Command(
        name = "ingest",
        description = "Record any input without transcoding.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./headend ingest 'srt://0.0.0.0:9000?mode=listener' -o take.ts --duration 60 --json",
            "  ./headend ingest https://example.org/live.m3u8 -o take     (a folder with HLS and DASH)",
            "Ctrl-C ends the recording and finishes the file. Exit code 1 if the input failed; what had come is kept."
        })
final class IngestCommand implements Callable<Integer> {

    /** Counters that the JSON always has, whatever the input. */
    private static final List<String> COUNTERS = List.of(
            "received",
            "lost",
            "recovered",
            "unrecovered",
            "reordered",
            "late",
            "duplicates",
            "continuity_errors",
            "transport_errors",
            "discontinuities",
            "reconnects",
            "bytes");

    @Parameters(
            paramLabel = "URL",
            description = "a file, http(s)://….mp4|.m3u8, udp://, rtp://, srt://, rtsp://, rtmp:// or rtmp-listen://")
    String input = "";

    @Option(
            names = "-o",
            paramLabel = "FILE|DIR",
            required = true,
            description = "FILE.ts, FILE.mp4, or a folder to make with HLS and DASH")
    Path output = Path.of("");

    @Option(names = "--duration", paramLabel = "SECONDS", description = "end after so long")
    double duration;

    @Option(
            names = "--give-up",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "a live input that is silent for so long has failed (default: ${DEFAULT-VALUE})")
    double giveUp = 10;

    @Option(names = "--json", description = "print every counter as JSON")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    private boolean reported;

    @Override
    public Integer call() {
        try {
            run();
            return 0;
        } catch (MediaException e) {
            if (json && !reported) {
                ObjectNode result = Json.object();
                result.put("input", RedactedUrl.of(input)).put("output", output.toString());
                spec.commandLine().getOut().print(Json.pretty(result.put("error", Failures.sentence(e))));
                spec.commandLine().getOut().flush();
            }
            throw e;
        }
    }

    @SuppressWarnings("try") // closed early, so that the result comes after it
    private void run() {
        if (Inputs.isTest(input)) {
            throw MediaException.unsupported(
                    "test: gives raw pictures, which are not recorded without transcoding; use vod or live");
        }
        InputSpec what = Inputs.spec(input);
        Target target = Target.of(output);
        long start = System.nanoTime();
        Duration patience = Duration.ofMillis(Math.round(giveUp * 1000));
        try (PartialFile file = target.file();
                Ingest ingest = Ingest.builder(what)
                        .openTimeout(patience)
                        .readTimeout(patience)
                        .reconnect(Reconnect.STANDARD.withGiveUp(patience))
                        .build();
                Recording recording = new Recording(file.work(), target.format())) {
            MediaException failure = null;
            // The program ends only when all of this is done, also after an interrupt.
            try (RecordingClock clock = RecordingClock.start(ingest, what.isLive() ? duration : 0)) {
                failure = record(ingest, recording, clock);
                if (recording.finish()) {
                    recording.close();
                    try {
                        target.keep(file, recording).forEach(recording::note);
                    } catch (MediaException e) {
                        failure = failure == null ? e : failure;
                    }
                    report(ingest, recording, Duration.ofNanos(System.nanoTime() - start), failure);
                } else if (failure == null) {
                    failure = new MediaException(
                            MediaErrorCode.NOT_FOUND,
                            RedactedUrl.of(input) + " ended before anything came that can be recorded");
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    private @Nullable MediaException record(Ingest ingest, Recording recording, RecordingClock clock) {
        long most = duration > 0 ? (long) (duration * 1e9) : Long.MAX_VALUE;
        try (ProgressBar bar = new ProgressBar("ingest")) {
            ingest.run(item -> {
                if (item instanceof Sample) {
                    clock.begun();
                }
                recording.accept(item);
                bar.update(recording.recorded(), Duration.ofMillis(Math.round(duration * 1000)));
                if (recording.recorded().toNanos() >= most) {
                    ingest.close();
                }
            });
            return null;
        } catch (MediaException e) {
            return e;
        }
    }

    private void report(Ingest ingest, Recording recording, Duration elapsed, @Nullable MediaException failure) {
        Map<String, Long> counters = new TreeMap<>(ingest.counters());
        counters.putIfAbsent("bytes", counters.getOrDefault("payload_bytes", 0L));
        counters.putIfAbsent("received", counters.getOrDefault("samples", 0L)); // of a file there are no packets
        COUNTERS.forEach(name -> counters.putIfAbsent(name, 0L));
        reported = true;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode result = Json.object();
            result.put("input", RedactedUrl.of(input)).put("output", output.toString());
            result.put("wallSeconds", Json.rounded(elapsed.toNanos() / 1e9));
            result.put("seconds", Json.rounded(recording.recorded().toNanos() / 1e9));
            counters.forEach(result::put);
            for (Track track : recording.tracks()) {
                describe(result.withArray("tracks").addObject(), track, recording);
            }
            recording.notes().forEach(result.withArray("notes")::add);
            if (failure != null) {
                result.put("error", Failures.sentence(failure));
            }
            out.print(Json.pretty(result));
        } else {
            for (Track track : recording.tracks()) {
                out.printf(
                        Locale.ROOT,
                        "%-10s %-10s %8d samples %12d bytes%n",
                        track.name(),
                        track.format().codec().name(),
                        recording.samples(track.id()),
                        recording.bytes(track.id()));
            }
            counters.forEach((name, value) -> {
                if (value > 0) {
                    out.printf("%-20s %d%n", name, value);
                }
            });
            recording.notes().forEach(note -> out.println("note: " + note));
            out.printf(
                    Locale.ROOT,
                    "%s: %.3f s of stream in %.1f s%n",
                    output,
                    recording.recorded().toNanos() / 1e9,
                    elapsed.toNanos() / 1e9);
        }
        out.flush();
    }

    private static void describe(ObjectNode entry, Track track, Recording recording) {
        entry.put("name", track.name())
                .put("kind", track.kind().name().toLowerCase(Locale.ROOT))
                .put("codec", track.format().codec().name())
                .put("samples", recording.samples(track.id()))
                .put("bytes", recording.bytes(track.id()));
        if (track.language() != null) {
            entry.put("language", track.language());
        }
        if (track.format() instanceof VideoFormat video) {
            entry.put("width", video.width()).put("height", video.height());
        } else if (track.format() instanceof AudioFormat audio) {
            entry.put("sampleRate", audio.sampleRate()).put("channels", audio.channels());
        }
    }

    /** What is made of the recording: a file, or a folder packaged from one. */
    private record Target(Path place, String format, boolean folder) {

        static Target of(Path output) {
            String name = output.toString().toLowerCase(Locale.ROOT);
            if (name.endsWith(".ts") || name.endsWith(".m2ts") || name.endsWith(".mts")) {
                return new Target(output, "mpegts", false);
            }
            if (name.endsWith(".mp4") || name.endsWith(".m4v") || name.endsWith(".mov")) {
                return new Target(output, "mp4", false);
            }
            Path last = output.getFileName();
            if (last != null && last.toString().matches(".+\\.[A-Za-z0-9]{1,4}") && !Files.isDirectory(output)) {
                throw MediaException.invalidArgument(
                        "'" + output + "' is neither .ts nor .mp4; name such a file, or a folder");
            }
            return new Target(output, "mp4", true);
        }

        PartialFile file() {
            Path beside = folder ? takeOf(place) : place;
            return PartialFile.at(beside);
        }

        /** Returns what is to be said of the result, one sentence each. */
        List<String> keep(PartialFile file, Recording recording) {
            List<Cue> cues = recording.cues();
            if (!folder) {
                if (format.equals("mpegts")) {
                    recording.addCues();
                }
                file.keep();
                return cues.isEmpty() || format.equals("mpegts")
                        ? List.of()
                        : List.of(cues.size() + " splice messages have no place in this container and are left out;"
                                + " record to a .ts file or a folder");
            }
            Mezzanine.Builder builder = Mezzanine.builder().input(file.work(), place.toString());
            cues.forEach(builder::cue);
            try (Mezzanine film = builder.open();
                    OutputFolder made = OutputFolder.at(place)) {
                film.write(made.work(), EnumSet.allOf(Mezzanine.Output.class), done -> {});
                made.keep();
                return film.notes();
            } catch (MediaException e) {
                file.keep();
                throw new MediaException(
                        e.code(),
                        "the recording could not be packaged and is in '" + takeOf(place) + "': " + e.getMessage(),
                        e);
            }
        }

        private static Path takeOf(Path place) {
            return place.resolveSibling(place.getFileName() + ".take.mp4");
        }
    }
}
