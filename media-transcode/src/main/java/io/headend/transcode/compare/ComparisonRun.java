package io.headend.transcode.compare;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.pictures.ClipFrames;
import io.headend.transcode.pictures.Mp4File;
import io.headend.transcode.pictures.Scratch;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.QualityReport;
import io.headend.transcode.shots.ShotEncoder;
import io.headend.transcode.shots.ShotReport;
import io.headend.transcode.shots.ShotTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The work of a comparison: look at the clips, then every encode with its score, those that follow rates last. */
final class ComparisonRun {

    static final String FOREIGN = "anchor";

    private static final int LUMA_EVERY = 8;

    private final RateControlComparison.Builder settings;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong total = new AtomicLong();
    private volatile boolean failed;

    ComparisonRun(RateControlComparison.Builder settings) {
        this.settings = settings;
    }

    ComparisonReport run() {
        List<ClipShape> clips = all(settings.clips.keySet().stream()
                .map(name -> (Supplier<ClipShape>) () -> look(name))
                .toList());
        Path scratch = folder();
        try {
            List<Trial> trials = new ArrayList<>(all(first(clips, scratch)));
            all(followers(clips, trials, scratch)).forEach(trials::addAll);
            List<String> names = new ArrayList<>(
                    settings.contenders.stream().map(Contender::name).toList());
            if (!settings.foreign.isEmpty()) {
                names.add(FOREIGN);
            }
            return new ComparisonReport(clips, names, named(trials));
        } finally {
            if (settings.folder == null) {
                Scratch.delete(scratch);
            } else {
                // What has no name yet is left of a comparison that failed.
                Scratch.deleteFiles(scratch, "*.part.mp4");
            }
        }
    }

    private Path folder() {
        Path kept = settings.folder;
        if (kept != null) {
            return kept;
        }
        try {
            return Files.createTempDirectory("headend-compare");
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot make a folder for the encodes", e);
        }
    }

    private List<Supplier<Trial>> first(List<ClipShape> clips, Path scratch) {
        List<Supplier<Trial>> work = new ArrayList<>();
        for (ClipShape clip : clips) {
            for (Contender contender : settings.contenders) {
                for (Contender.Point point : contender.points()) {
                    total.addAndGet(2L * clip.frames());
                    work.add(() -> trial(clip, contender.name(), point, scratch));
                }
                if (contender.followsRates()) {
                    total.addAndGet(2L * clip.frames() * leader().points().size());
                }
            }
            for (Path file : settings.foreign.getOrDefault(clip.name(), List.of())) {
                total.addAndGet(clip.frames());
                work.add(() -> foreign(clip, file));
            }
        }
        return work;
    }

    private List<Supplier<List<Trial>>> followers(List<ClipShape> clips, List<Trial> trials, Path scratch) {
        List<Supplier<List<Trial>>> work = new ArrayList<>();
        for (ClipShape clip : clips) {
            List<Trial> led = trials.stream()
                    .filter(trial ->
                            trial.clip().equals(clip.name()) && trial.control().equals(leader().name()))
                    .toList();
            for (Contender contender : settings.contenders) {
                Contender.Shots shots = contender.shots();
                if (shots != null) {
                    work.add(() -> shotTrials(clip, contender.name(), shots, led, scratch));
                } else if (contender.followsRates()) {
                    for (Trial leading : led) {
                        long rate = Math.max(1_000L, Math.round(leading.rate()));
                        work.add(() -> List.of(trial(clip, contender.name(), contender.at(rate), scratch)));
                    }
                }
            }
        }
        return work;
    }

    private List<Trial> shotTrials(
            ClipShape clip, String control, Contender.Shots shots, List<Trial> led, Path scratch) {
        List<Trial> result = new ArrayList<>();
        EpochGrid grid = RateControlComparison.grid(clip.frameRate(), settings.gop);
        try (ShotEncoder encoder = ShotEncoder.builder(url(clip.name()), shots.settings())
                .size(clip.size())
                .scoredAt(clip.size())
                .longest(shots.longest())
                .anyRate(true)
                .build()) {
            for (Trial leading : led) {
                double target = Math.max(1, leading.mean(Metric.VMAF));
                String label = String.format(Locale.ROOT, "VMAF %.1f", target);
                Path file = scratch.resolve(clip.name() + "." + control + "." + result.size() + ".part.mp4");
                Encoded encoded = shots(encoder, ShotTarget.mean(target), file);
                advance(clip.frames());
                result.add(new Trial(
                        clip.name(),
                        control,
                        label,
                        8.0 * encoded.bytes() / clip.seconds(),
                        encoded,
                        score(clip, grid, file)));
            }
        }
        return result;
    }

    private static Encoded shots(ShotEncoder encoder, ShotTarget target, Path file) {
        try (Mp4File output = new Mp4File(file)) {
            ShotReport report = encoder.encode(target, item -> {
                output.accept(item);
                output.write();
            });
            output.finish();
            return new Encoded(file, output.bytes(), report.cpuNanos(), -1, List.of());
        }
    }

    private Contender leader() {
        return settings.contenders.stream()
                .filter(contender -> !contender.followsRates())
                .findFirst()
                .orElseThrow();
    }

    private ClipFrames open(ClipShape clip) {
        return ClipFrames.open(url(clip.name()), clip.size());
    }

    private String url(String clip) {
        return String.valueOf(settings.clips.get(clip));
    }

    private ClipShape look(String name) {
        try (ClipFrames frames = ClipFrames.open(url(name), settings.sizes.getOrDefault(name, settings.size))) {
            int count = 0;
            double luma = 0;
            for (AvFrame next = frames.next(); next != null; next = frames.next()) {
                try (AvFrame frame = next) {
                    if (count++ % LUMA_EVERY == 0) {
                        luma += meanLuma(frame);
                    }
                }
            }
            if (count == 0) {
                throw MediaException.malformed("'" + url(name) + "' has no pictures");
            }
            double mean = luma / Math.ceil((double) count / LUMA_EVERY);
            int gopFrames =
                    RateControlComparison.grid(frames.frameRate(), settings.gop).gopFrames();
            return new ClipShape(name, frames.size(), frames.frameRate(), count, mean, gopFrames);
        }
    }

    private static double meanLuma(AvFrame frame) {
        ByteBuffer plane = frame.plane(0);
        long sum = 0;
        for (int y = 0; y < frame.height(); y++) {
            int row = y * frame.stride(0);
            for (int x = 0; x < frame.width(); x++) {
                sum += plane.get(row + x) & 0xff;
            }
        }
        return (double) sum / frame.width() / frame.height();
    }

    private Trial trial(ClipShape clip, String control, Contender.Point point, Path scratch) {
        EpochGrid grid = RateControlComparison.grid(clip.frameRate(), settings.gop);
        Path file = scratch.resolve(
                clip.name() + "." + control + "." + point.label().replaceAll("[^A-Za-z0-9.-]", "") + ".part.mp4");
        Encoded encoded;
        try (ClipFrames frames = open(clip)) {
            encoded = TrialEncode.run(frames, grid, point.settings(), file, this::advance);
        }
        return new Trial(
                clip.name(),
                control,
                point.label(),
                8.0 * encoded.bytes() / clip.seconds(),
                encoded,
                score(clip, grid, file));
    }

    private Trial foreign(ClipShape clip, Path file) {
        Encoded encoded = new Encoded(file, Mp4File.pictureBytes(file), 0, -1, List.of());
        EpochGrid grid = RateControlComparison.grid(clip.frameRate(), settings.gop);
        String label = String.valueOf(file.getFileName());
        return new Trial(
                clip.name(), FOREIGN, label, 8.0 * encoded.bytes() / clip.seconds(), encoded, score(clip, grid, file));
    }

    private QualityReport score(ClipShape clip, EpochGrid grid, Path file) {
        try (ClipFrames reference = open(clip);
                ClipFrames distorted = ClipFrames.open(file.toString(), clip.size())) {
            return TrialScore.run(reference, distorted, grid.gopFrames(), this::advance);
        }
    }

    private void advance(int pictures) {
        if (failed) {
            throw MediaException.closed("the comparison");
        }
        settings.progress.update(done.addAndGet(pictures), total.get());
    }

    /** Gives the kept files their names, which tell the rate and so are known late. */
    private List<Trial> named(List<Trial> trials) {
        if (settings.folder == null) {
            return trials;
        }
        List<Trial> result = new ArrayList<>();
        for (Trial trial : trials) {
            result.add(trial.control().equals(FOREIGN) ? trial : named(trial, result));
        }
        return result;
    }

    private static Trial named(Trial trial, List<Trial> before) {
        String stem = trial.clip() + "." + trial.control() + "." + Math.round(trial.rate() / 1000) + "k";
        Path file = trial.encoded().file();
        int copies = 1;
        Path target = file.resolveSibling(stem + ".mp4");
        while (isTaken(target, before)) {
            copies++;
            target = file.resolveSibling(stem + "-" + copies + ".mp4");
        }
        try {
            Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot name '" + target + "'", e);
        }
        Encoded old = trial.encoded();
        Encoded moved = new Encoded(target, old.bytes(), old.cpuNanos(), old.latencyFrames(), old.gops());
        return new Trial(trial.clip(), trial.control(), trial.label(), trial.rate(), moved, trial.quality());
    }

    private static boolean isTaken(Path target, List<Trial> trials) {
        return trials.stream().anyMatch(trial -> trial.encoded().file().equals(target));
    }

    /** Does everything on the executor; in the order asked for. */
    private <T> List<T> all(List<Supplier<T>> work) {
        List<CompletableFuture<T>> futures = new ArrayList<>();
        for (Supplier<T> one : work) {
            futures.add(CompletableFuture.supplyAsync(() -> guarded(one), settings.executor));
        }
        List<T> results = new ArrayList<>();
        Throwable failure = null;
        for (CompletableFuture<T> future : futures) {
            try {
                results.add(future.join());
            } catch (CompletionException e) {
                failure = worse(failure, e.getCause());
            }
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        return results;
    }

    private <T> T guarded(Supplier<T> work) {
        if (failed) {
            throw MediaException.closed("the comparison");
        }
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            failed = true;
            throw e;
        }
    }

    // What ended because something else had failed is not the story.
    private static Throwable worse(@Nullable Throwable first, @Nullable Throwable next) {
        Throwable later = next == null ? new IllegalStateException("a failure without a cause") : next;
        if (first == null || (first instanceof MediaException e && e.code() == MediaErrorCode.CLOSED)) {
            return later;
        }
        return first;
    }
}
