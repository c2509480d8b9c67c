package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Timestamp;
import io.headend.ingest.FileInput;
import io.headend.ingest.InputSpec;
import io.headend.transcode.quality.ClipComparison;
import io.headend.transcode.quality.FrameQuality;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Pooled;
import io.headend.transcode.quality.QualityReport;
import io.headend.transcode.quality.VmafModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend score}: how far a clip is from its reference. */
@Command(
        name = "score",
        description = "Score a distorted clip against its reference: VMAF, SSIM, PSNR.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend score film.mp4 film-encoded.mp4 --html score.html",
            "Metrics: vmaf vmafNeg vmafPhone vmaf4k ssim ssimAll ssimDb floatSsim floatMsSsim psnr psnrAll.",
            "A clip of another size is scaled to the reference's (bicubic)."
        })
final class ScoreCommand implements Callable<Integer> {

    private static final int WORST_FRAMES = 6;
    private static final int WORST_APART = 12;

    @Parameters(index = "0", paramLabel = "REF", description = "the reference: a file or URL")
    String reference = "";

    @Parameters(index = "1", paramLabel = "DIST", description = "the distorted clip: a file or URL")
    String distorted = "";

    @Option(
            names = "--metrics",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "vmaf,vmafNeg,ssim,ssimAll,psnr",
            description = "what to measure (default: ${DEFAULT-VALUE})")
    List<String> metrics = List.of();

    @Option(names = "--model", paramLabel = "FILE", description = "also score by this VMAF model (Netflix's JSON form)")
    @Nullable
    Path model;

    @Option(names = "--subsample", paramLabel = "K", defaultValue = "1", description = "measure every K-th frame only")
    int subsample = 1;

    @Option(names = "--shortest", description = "score the common part where one clip ends before the other")
    boolean shortest;

    @Option(names = "--threads", paramLabel = "N", description = "frames measured at a time (default: one per core)")
    int threads = Math.min(8, Runtime.getRuntime().availableProcessors());

    @Option(names = "--json", description = "print every frame and the pooled scores as JSON")
    boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page with plots and the worst frames")
    @Nullable
    Path html;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @Override
    public Integer call() {
        Set<Metric> wanted = wanted();
        if (subsample < 1 || threads < 1 || threads > 64) {
            throw new ParameterException(spec.commandLine(), "--subsample is at least 1, --threads 1 to 64");
        }
        if (html != null) {
            Outputs.requireWritable(html);
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "score");
            thread.setDaemon(true);
            return thread;
        });
        try {
            long start = System.nanoTime();
            ScoreResult result = measure(wanted, executor);
            if (html != null) {
                writePage(result, html);
            }
            report(result, Duration.ofNanos(System.nanoTime() - start));
        } finally {
            executor.shutdownNow();
        }
        return 0;
    }

    private Set<Metric> wanted() {
        Set<Metric> wanted = EnumSet.noneOf(Metric.class);
        for (String name : metrics) {
            try {
                wanted.add(Metric.ofKey(name.trim()));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage() + "; see --help for the names", e);
            }
        }
        return wanted;
    }

    private ScoreResult measure(Set<Metric> wanted, ExecutorService executor) {
        ClipComparison.Builder builder = comparison().metrics(wanted).executor(executor, threads);
        if (model != null) {
            builder.model(Metric.VMAF_MODEL, VmafModel.load(model));
        }
        try (ProgressBar bar = new ProgressBar("score")) {
            Duration[] total = {Duration.ZERO};
            long[] first = {Long.MIN_VALUE};
            builder.onFrame(frame -> {
                first[0] = first[0] == Long.MIN_VALUE ? frame.pts() : first[0];
                bar.update(Duration.ofNanos(frame.pts() - first[0]), total[0]);
            });
            try (ClipComparison comparison = builder.open()) {
                Timestamp length = comparison.duration();
                total[0] = length == null ? Duration.ZERO : Duration.ofNanos(length.toNanos());
                QualityReport report = comparison.run();
                return new ScoreResult(reference, distorted, comparison.size(), comparison.preparation(), report);
            }
        }
    }

    private ClipComparison.Builder comparison() {
        return ClipComparison.builder(url(reference), url(distorted))
                .subsample(subsample)
                .shortest(shortest);
    }

    private static String url(String input) {
        InputSpec spec = Inputs.spec(input);
        return spec instanceof FileInput file ? file.file().toString() : input;
    }

    private void writePage(ScoreResult result, Path file) {
        Set<Long> worst = worst(result.report());
        List<ScorePage.Shot> shots = new ArrayList<>();
        try (ClipComparison again = comparison().metrics(Set.of(Metric.PSNR)).open()) {
            again.show(worst, (index, ref, dist) -> shots.add(ScorePage.shot(index, ref, dist)));
        }
        shots.sort(Comparator.comparingDouble(shot -> result.score(shot.index())));
        try {
            Files.writeString(file, ScorePage.of(result, shots));
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot write '" + file + "'", e);
        }
    }

    /** The frames of the least first metric, not all from one place. */
    private static Set<Long> worst(QualityReport report) {
        Metric metric = ScoreResult.leading(report);
        List<FrameQuality> sorted = report.frames().stream()
                .sorted(Comparator.comparingDouble(frame -> frame.score(metric)))
                .toList();
        Set<Long> chosen = new TreeSet<>();
        for (FrameQuality frame : sorted) {
            boolean near = chosen.stream().anyMatch(other -> Math.abs(other - frame.index()) < WORST_APART);
            if (!near && chosen.size() < WORST_FRAMES) {
                chosen.add(frame.index());
            }
        }
        return chosen;
    }

    private void report(ScoreResult result, Duration elapsed) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(Json.pretty(result.json()));
            out.flush();
            return;
        }
        QualityReport report = result.report();
        out.printf(
                Locale.ROOT,
                "%d frames of %s%s%s%n",
                report.frames().size(),
                result.size(),
                report.subsample() == 1 ? "" : ", every " + report.subsample() + ". frame",
                result.preparation().isEmpty() ? "" : "; " + result.preparation());
        out.printf(Locale.ROOT, "%-12s %10s %10s %10s %10s %10s%n", "", "mean", "harmonic", "min", "5 %", "10 %");
        for (Metric metric : result.metrics()) {
            Pooled p = report.pooled(metric);
            out.printf(
                    Locale.ROOT,
                    "%-12s %10.4f %10.4f %10.4f %10.4f %10.4f%n",
                    metric.key(),
                    p.mean(),
                    p.harmonicMean(),
                    p.min(),
                    p.p5(),
                    p.p10());
        }
        double seconds = elapsed.toNanos() / 1e9;
        out.printf(Locale.ROOT, "%.1f s, %.1f frames a second%n", seconds, report.pushed() / seconds);
        out.flush();
    }
}
