package io.headend.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.packaging.Mezzanine;
import io.headend.packaging.PublishedTrack;
import io.headend.packaging.SegmentEntry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend package}: a ladder of files to HLS and DASH, without transcoding. */
@Command(
        name = "package",
        description = "Package files as HLS and DASH without transcoding. Each track of each file becomes a rendition.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend package film-1080.mp4 film-720.mp4 film-audio.mp4 -o film",
            "  ./headend package film-1080.mp4 film-720.mp4 film-audio.mp4 -o film --drm cbcs --key-file keys.txt",
            "  ./headend package film.mp4 -o film --ts --drm aes-128 --key-file keys.txt --license https://keys.example/key",
            "writes film/master.m3u8, film/manifest.mpd and one folder per rendition."
        })
final class PackageCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "IN",
            arity = "1..*",
            description =
                    "MP4, TS, MKV or other media files, and subtitles such as film.en.vtt, film.de.srt, film.fr.ttml")
    List<String> inputs = new ArrayList<>();

    @Option(names = "-o", paramLabel = "DIR", required = true, description = "the folder to make")
    Path output = Path.of("");

    @Option(
            names = "--hls",
            description = "write HLS with CMAF segments; without --hls, --dash and --ts both HLS and DASH are written")
    boolean hls;

    @Option(names = "--dash", description = "write DASH")
    boolean dash;

    @Option(names = "--ts", description = "write HLS with transport stream segments; beside --hls as master-ts.m3u8")
    boolean ts;

    @Option(
            names = "--subtitles",
            paramLabel = "LANG[,forced][,sdh]:FILE",
            description = "subtitles in WebVTT, SubRip or TTML, such as en:film.vtt; may be given several times")
    List<String> subtitles = new ArrayList<>();

    @Option(names = "--trick-play", description = "add the key pictures of the smallest rendition, to wind through")
    boolean trickPlay;

    @Option(
            names = "--thumbnails",
            paramLabel = "SECONDS",
            description = "add small pictures of the first input, one for so many seconds")
    double thumbnails;

    @Option(names = "--segment", paramLabel = "SECONDS", description = "wished segment length; default: 4")
    double segment = 4;

    @Mixin
    DrmOptions drm = new DrmOptions();

    @Option(names = "--json", description = "print the result as JSON")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @SuppressWarnings("try") // closed early, so that the result comes after it
    @Override
    public Integer call() {
        long start = System.nanoTime();
        Duration length = Duration.ofMillis(Math.round(segment * 1000));
        Mezzanine.Builder builder = Mezzanine.builder().segment(length);
        Set<Mezzanine.Output> outputs = outputs();
        protection(outputs).ifPresent(protection -> protection.protect(builder, length));
        List<String> notes = new ArrayList<>();
        try (OutputFolder folder = OutputFolder.at(output);
                ProgressBar bar = new ProgressBar("package")) {
            try (Remuxed remuxed = new Remuxed(folder.work().resolve(".remuxed"))) {
                for (String input : inputs) {
                    if (SubtitleFile.is(input)) {
                        builder.subtitles(SubtitleFile.input(input));
                    } else {
                        notes.addAll(remuxed.add(input, builder));
                    }
                }
                subtitles.forEach(text -> builder.subtitles(SubtitleFile.option(text)));
                builder.trickPlay(trickPlay);
                if (thumbnails != 0) {
                    Duration each = Duration.ofMillis(Math.round(thumbnails * 1000));
                    ThumbnailMaker.make(inputs.get(0), folder.work().resolve(".remuxed/thumbnails"), each)
                            .ifPresentOrElse(
                                    builder::thumbnails,
                                    () -> notes.add(inputs.get(0) + ": has no pictures to make thumbnails of"));
                }
                try (Mezzanine film = builder.open()) {
                    Duration whole = film.duration();
                    double bytes = Math.max(1, film.sampleBytes());
                    film.write(
                            folder.work(),
                            outputs,
                            done -> bar.update(Duration.ofMillis((long) (whole.toMillis() * (done / bytes))), whole));
                    notes.addAll(film.notes());
                    remuxed.close();
                    folder.keep();
                    report(film, notes, Duration.ofNanos(System.nanoTime() - start));
                }
            }
        }
        return 0;
    }

    private Optional<Protection> protection(Set<Mezzanine.Output> outputs) {
        boolean streams = outputs.contains(Mezzanine.Output.TS);
        boolean fragments = outputs.contains(Mezzanine.Output.HLS);
        if (drm.isHls() && outputs.contains(Mezzanine.Output.DASH)) {
            throw usage("--drm " + drm.method + " has no form in DASH; use --hls or --ts");
        }
        if (drm.method == DrmMethod.SAMPLE_AES && fragments) {
            throw usage("--drm sample-aes is for transport streams: --ts alone; CMAF takes --drm cbcs");
        }
        if (drm.method != null && !drm.isHls() && streams) {
            throw usage("--drm " + drm.method + " has no form in transport streams");
        }
        return drm.protection("vod");
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private Set<Mezzanine.Output> outputs() {
        Set<Mezzanine.Output> outputs = EnumSet.noneOf(Mezzanine.Output.class);
        boolean none = !hls && !dash && !ts;
        boolean samples = drm.method == DrmMethod.SAMPLE_AES;
        if (hls || (none && !samples)) {
            outputs.add(Mezzanine.Output.HLS);
        }
        if (dash || (none && !drm.isHls())) {
            outputs.add(Mezzanine.Output.DASH);
        }
        if (ts || (none && samples)) {
            outputs.add(Mezzanine.Output.TS);
        }
        return outputs;
    }

    private void report(Mezzanine film, List<String> notes, Duration elapsed) {
        PrintWriter out = spec.commandLine().getOut();
        double seconds = elapsed.toNanos() / 1e9;
        long bytes = 0;
        List<PublishedTrack> tracks = film.presentation().tracks();
        for (PublishedTrack track : tracks) {
            bytes += size(track);
        }
        if (json) {
            ObjectNode result = Json.object();
            result.put("output", output.toString())
                    .put("seconds", Json.rounded(seconds))
                    .put("bytes", bytes);
            for (PublishedTrack track : tracks) {
                result.withArray("renditions")
                        .addObject()
                        .put("name", track.name())
                        .put("codec", track.codec().value())
                        .put("segments", track.segments().size())
                        .put("bytes", size(track))
                        .put("averageBitrate", track.averageBitrate());
            }
            notes.forEach(result.withArray("notes")::add);
            out.print(Json.pretty(result));
        } else {
            for (PublishedTrack track : tracks) {
                out.printf(
                        Locale.ROOT,
                        "%-12s %-16s %6d segments %12d bytes%n",
                        track.name(),
                        track.codec(),
                        track.segments().size(),
                        size(track));
            }
            notes.forEach(note -> out.println("note: " + note));
            out.printf(Locale.ROOT, "%s in %.2f s, %.0f MB/s%n", output, seconds, bytes / 1e6 / seconds);
        }
        out.flush();
    }

    private static long size(PublishedTrack track) {
        return track.segments().stream().mapToLong(SegmentEntry::bytes).sum();
    }
}
