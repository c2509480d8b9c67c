package io.headend.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.core.StreamSource;
import io.headend.ingest.FileInput;
import io.headend.packaging.FileSegmentStore;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentStore;
import io.headend.transcode.Processing;
import io.headend.transcode.RenditionStats;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend vod}: a file to a packaged ladder. */
@Command(
        name = "vod",
        description = "Transcode a file to a ladder and package it as HLS and DASH.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend vod film.mp4 -o film",
            "  ./headend vod film.mp4 -o film --target-vmaf 93 --ladder auto --preset medium",
            "  ./headend vod film.mp4 -o film --drm cbcs --key-file keys.txt",
            "  ./headend vod film.mp4 -o film --rate-control adaptive --floor 88 --ceiling 95 --scenario film",
            "writes film/master.m3u8, film/manifest.mpd and one folder per rendition."
        })
final class VodCommand implements Callable<Integer> {

    private static final String CONTENT = "vod";

    @Parameters(paramLabel = "IN", description = "a file or URL, or test:?duration=10 for synthetic pictures and tones")
    String input = "";

    @Option(names = "-o", paramLabel = "DIR", required = true, description = "the folder to make")
    Path output = Path.of("");

    @Mixin
    LadderOptions ladder = new LadderOptions();

    @Mixin
    ProcessingOptions processing = new ProcessingOptions();

    @Mixin
    DrmOptions drm = new DrmOptions();

    @Mixin
    ShotOptions shots = new ShotOptions();

    @Option(names = "--json", description = "print the result as JSON")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @Override
    public Integer call() {
        long start = System.nanoTime();
        if (ladder.encoding.steersRate(0) && shots.isWanted()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--target-vmaf encodes shot by shot; --rate-control and a band are for encoding without it");
        }
        if (shots.isWanted()) {
            return byShots(start);
        }
        ladder.bandFloor = shots.floor;
        if (shots.isAutomatic()) {
            throw new ParameterException(spec.commandLine(), "--ladder auto needs --target-vmaf");
        }
        Optional<Protection> protection = drm.protection(CONTENT);
        Duration length = Inputs.duration(input);
        Processing way = processing.processing(() -> Inputs.recording(input));
        try (StreamSource source = Inputs.recording(input);
                OutputFolder folder = OutputFolder.at(output)) {
            try (SegmentStore store = FileSegmentStore.open(folder.work());
                    ProgressBar bar = new ProgressBar("vod");
                    VodJob job = new VodJob(ladder, way, protection, store, done -> bar.update(done, length))) {
                source.run(job);
                job.finish();
                report(job, Duration.ofNanos(System.nanoTime() - start));
            }
            folder.keep();
        }
        return 0;
    }

    @SuppressWarnings("try") // closed early, so that the result comes after it
    private int byShots(long start) {
        if (input.startsWith("test:") || !(Inputs.spec(input) instanceof FileInput file)) {
            throw new ParameterException(
                    spec.commandLine(), "--target-vmaf reads its input several times: give a file, not " + input);
        }
        if (!shots.isValid()) {
            throw new ParameterException(
                    spec.commandLine(), "--target-vmaf is above 0 to 100, --floor 0 to 100, --ladder standard or auto");
        }
        Optional<Protection> protection = drm.protection(CONTENT);
        Duration length = Inputs.duration(input);
        try (OutputFolder folder = OutputFolder.at(output)) {
            try (SegmentStore store = FileSegmentStore.open(folder.work());
                    ProgressBar bar = new ProgressBar("vod");
                    ShotVod vod = new ShotVod(
                            input,
                            file.file().toString(),
                            ladder,
                            shots,
                            protection,
                            store,
                            part -> bar.show(() -> part))) {
                vod.run();
                bar.close();
                report(vod, length, Duration.ofNanos(System.nanoTime() - start));
            }
            folder.keep();
        }
        return 0;
    }

    private void report(ShotVod vod, Duration length, Duration elapsed) {
        ObjectNode result = Json.object();
        double seconds = elapsed.toNanos() / 1e9;
        result.put("output", output.toString()).put("seconds", Json.rounded(seconds));
        PrintWriter out = spec.commandLine().getOut();
        vod.reports().forEach((name, report) -> {
            double rate = 8.0 * report.bytes() / Math.max(0.001, length.toNanos() / 1e9);
            ObjectNode node = result.withArray("renditions").addObject();
            node.put("name", name)
                    .put("bytes", report.bytes())
                    .put("bitrate", Math.round(rate))
                    .put("vmaf", Json.rounded(report.vmaf()))
                    .put("worst", Json.rounded(report.worst()))
                    .put("shots", report.shots())
                    .put("parts", report.parts().size())
                    .put("encodedAgain", report.again())
                    .put("late", report.late());
            if (!json) {
                out.printf(
                        Locale.ROOT,
                        "%-10s %7.0f kbit/s  VMAF %.2f, worst part %.2f; %d shots, %d parts, %d encoded again%n",
                        name,
                        rate / 1000,
                        report.vmaf(),
                        report.worst(),
                        report.shots(),
                        report.parts().size(),
                        report.again());
            }
        });
        Packager packager = vod.packager();
        if (packager != null) {
            result.put("segments", packager.figures().listed());
        }
        out.print(json ? Json.pretty(result) : String.format(Locale.ROOT, "%s in %.1f s%n", output, seconds));
        out.flush();
    }

    private void report(VodJob job, Duration elapsed) {
        ObjectNode result = Json.object();
        double seconds = elapsed.toNanos() / 1e9;
        result.put("output", output.toString()).put("seconds", Json.rounded(seconds));
        PrintWriter out = spec.commandLine().getOut();
        job.stats().ifPresent(stats -> {
            for (RenditionStats rendition : stats.renditions()) {
                result.withArray("renditions")
                        .addObject()
                        .put("name", rendition.name())
                        .put("frames", rendition.frames())
                        .put("bytes", rendition.bytes());
                if (!json) {
                    out.printf(
                            Locale.ROOT,
                            "%-8s %8d frames %12d bytes%n",
                            rendition.name(),
                            rendition.frames(),
                            rendition.bytes());
                }
            }
        });
        job.packager()
                .ifPresent(packager -> result.put("segments", packager.figures().listed())
                        .put("avDriftTicks", packager.figures().maxDriftTicks()));
        out.print(json ? Json.pretty(result) : String.format(Locale.ROOT, "%s in %.1f s%n", output, seconds));
        out.flush();
    }
}
