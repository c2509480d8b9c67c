package io.headend.examples;

import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.ingest.FileInput;
import io.headend.ingest.InputSpec;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.compare.ComparisonReport;
import io.headend.transcode.compare.RateControlComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

/** {@code headend compare}: rate controls side by side. */
@Command(
        name = "compare",
        description = "Encode clips under several rate controls and say how many bits each needs for the same quality.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend compare film.mp4 game.mp4 --size 640x360 --html compare.html --keep encodes",
            "The first rate control is what the others are held against (BD-rate; below 0 is fewer bits).",
            "Rate controls: capped (constant rate factor under a cap), content-adaptive; vbr, cbr at the rates that the first",
            "of those came to; vod (shot by shot, GOPs of up to 6 s) for its mean VMAF. Every encode has one thread; clips are encoded side by side."
        })
final class CompareCommand implements Callable<Integer> {

    @Parameters(paramLabel = "IN", arity = "1..*", description = "clips: files or URLs")
    List<String> inputs = List.of();

    @Option(
            names = "--rate-controls",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "capped,content-adaptive",
            description = "what to compare (default: ${DEFAULT-VALUE})")
    List<String> controls = List.of();

    @Option(names = "--codec", paramLabel = "avc|hevc|av1", defaultValue = "avc", description = "default: avc")
    String codec = "avc";

    @Option(names = "--preset", description = "the encoder's preset (default: veryfast; 8 for av1)")
    @Nullable
    String preset;

    @Option(
            names = "--cap",
            paramLabel = "RATE",
            defaultValue = "8M",
            description = "the most bit/s, such as 3000k, in a buffer of 2 s (default: ${DEFAULT-VALUE})")
    String cap = "8M";

    @Option(
            names = "--crf",
            paramLabel = "N",
            split = ",",
            description = "constant rate factors to run at, at least 5 (default: five that suit the codec)")
    List<Double> factors = new ArrayList<>();

    @Option(
            names = "--gop",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "from one IDR picture to the next")
    double gopSeconds = 2;

    @Option(
            names = "--vod-gop",
            paramLabel = "SECONDS",
            defaultValue = "6",
            description = "the longest GOP of vod (default: 6)")
    double longestSeconds = 6;

    @Option(
            names = "--latency",
            paramLabel = "normal|low",
            defaultValue = "normal",
            description = "low: 10 pictures ahead")
    LatencyClass latency = LatencyClass.NORMAL;

    @Option(
            names = "--size",
            paramLabel = "[CLIP=]WxH",
            description = "encode and score at this size, one clip or all (default: each clip's own); repeatable")
    List<String> sizes = new ArrayList<>();

    @Option(
            names = "--anchor",
            paramLabel = "[CLIP=]FILE",
            description = "score an encode made elsewhere, with every picture of the clip once; repeatable")
    List<String> anchors = new ArrayList<>();

    @Option(names = "--keep", paramLabel = "DIR", description = "keep every encode as CLIP.CONTROL.RATEk.mp4")
    @Nullable
    Path keep;

    @Option(names = "--threads", paramLabel = "N", description = "encodes at a time (default: one per core)")
    int threads = Math.min(32, Runtime.getRuntime().availableProcessors());

    @Option(names = "--json", description = "print the result as JSON")
    boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page with curves and plots")
    @Nullable
    Path html;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @SuppressWarnings("try") // closed early, so that the result comes after it
    @Override
    public Integer call() {
        if (threads < 1 || threads > 64) {
            throw usage("--threads is 1 to 64");
        }
        if (!(longestSeconds >= 0.1 && longestSeconds <= 60)) {
            throw usage("--vod-gop is 0.1 to 60 seconds");
        }
        if (!factors.isEmpty() && factors.size() < 5) {
            throw usage("--crf takes at least 5 values");
        }
        if (html != null) {
            Outputs.requireWritable(html);
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "compare");
            thread.setDaemon(true);
            return thread;
        });
        try (ProgressBar bar = new ProgressBar("compare")) {
            RateControlComparison comparison = comparison()
                    .executor(executor)
                    // Pictures count as if 25 of them lasted a second.
                    .progress((done, total) -> bar.update(Duration.ofMillis(40 * done), Duration.ofMillis(40 * total)))
                    .build();
            ComparisonReport report = comparison.run();
            bar.close();
            show(report);
        } finally {
            executor.shutdownNow();
        }
        return 0;
    }

    private void show(ComparisonReport report) {
        CompareSettings about = new CompareSettings(
                codec.toLowerCase(Locale.ROOT),
                preset(),
                rate(),
                gopSeconds,
                latency.name().toLowerCase(Locale.ROOT));
        if (html != null) {
            try {
                Files.writeString(html, ComparePage.of(report, about));
            } catch (IOException e) {
                throw new MediaException(MediaErrorCode.IO, "cannot write '" + html + "'", e);
            }
        }
        String text = json ? Json.pretty(CompareJson.of(report, about)) : CompareText.of(report, about);
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }

    private RateControlComparison.Builder comparison() {
        RateControlComparison.Builder builder =
                RateControlComparison.builder().gop(Duration.ofNanos(Math.round(gopSeconds * 1e9)));
        List<String> clips = new ArrayList<>();
        for (String input : inputs) {
            String name = clipName(input);
            clips.add(name);
            builder.clip(name, url(input));
        }
        RateControls known = new RateControls(
                codec(), preset(), rate(), latency, factors, Duration.ofNanos(Math.round(longestSeconds * 1e9)));
        try {
            controls.forEach(name -> builder.contender(known.contender(name.trim())));
            if (controls.stream().allMatch(name -> name.trim().matches("cbr|vbr|vod"))) {
                // Somebody has to say which rates.
                builder.contender(known.contender("capped"));
            }
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        for (String wanted : sizes) {
            int split = wanted.indexOf('=');
            PictureSize pictures = size(wanted.substring(split + 1));
            if (split > 0) {
                builder.size(wanted.substring(0, split), pictures);
            } else {
                builder.size(pictures);
            }
        }
        for (String anchor : anchors) {
            int split = anchor.indexOf('=');
            String clip = split > 0 ? anchor.substring(0, split) : clipOf(anchor, clips);
            builder.foreign(clip, existing(Path.of(split > 0 ? anchor.substring(split + 1) : anchor)));
        }
        if (keep != null) {
            builder.keep(folder(keep));
        }
        return builder;
    }

    private String clipOf(String anchor, List<String> clips) {
        if (clips.size() == 1) {
            return clips.get(0);
        }
        String file = String.valueOf(Path.of(anchor).getFileName());
        return clips.stream()
                .filter(file::startsWith)
                .findFirst()
                .orElseThrow(() ->
                        usage("--anchor " + anchor + ": say of which clip, as CLIP=FILE; the clips are " + clips));
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, file + ": no such file");
        }
        return file;
    }

    private static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.ACCESS_DENIED, "cannot make the folder '" + folder + "'", e);
        }
    }

    private static String clipName(String input) {
        String file = input.replaceAll("[?#].*", "").replaceAll(".*/", "");
        String stem = file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
        String name = stem.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^\\.+", "");
        return name.isEmpty() ? "clip" : name.substring(0, Math.min(128, name.length()));
    }

    private static String url(String input) {
        InputSpec spec = Inputs.spec(input);
        return spec instanceof FileInput file ? file.file().toString() : input;
    }

    private Codec codec() {
        return switch (codec.toLowerCase(Locale.ROOT)) {
            case "avc" -> Codec.AVC;
            case "hevc" -> Codec.HEVC;
            case "av1" -> Codec.AV1;
            default -> throw usage("--codec is avc, hevc or av1, not " + codec);
        };
    }

    private String preset() {
        String chosen = preset == null ? RateControls.preset(codec()) : preset;
        if (codec() == Codec.AV1 && !chosen.matches("\\d{1,2}")) {
            throw usage("--preset of av1 is a number from 0 to 13, not " + chosen);
        }
        return chosen;
    }

    private long rate() {
        if (!cap.matches("\\d{1,9}[kM]?")) {
            throw usage("--cap is a rate such as 3000k or 5M, not " + cap);
        }
        long unit = cap.endsWith("k") ? 1_000 : cap.endsWith("M") ? 1_000_000 : 1;
        long value = Math.multiplyExact(unit, Long.parseLong(cap.replaceAll("[kM]", "")));
        if (value < 1 || value > Integer.MAX_VALUE / 2) {
            throw usage("--cap is at most 1000M and above 0, not " + cap);
        }
        return value;
    }

    private PictureSize size(String text) {
        if (!text.matches("\\d{1,5}x\\d{1,5}")) {
            throw usage("--size is WxH, such as 640x360, not " + text);
        }
        String[] parts = text.split("x", 2);
        int width = Integer.parseInt(parts[0]);
        int height = Integer.parseInt(parts[1]);
        if (width % 2 != 0 || height % 2 != 0 || width < 2 || height < 2) {
            throw usage("--size needs even numbers, not " + text);
        }
        return new PictureSize(width, height);
    }

    private ParameterException usage(@Nullable String message) {
        return new ParameterException(spec.commandLine(), String.valueOf(message));
    }
}
