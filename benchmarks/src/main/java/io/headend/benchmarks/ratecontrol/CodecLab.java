package io.headend.benchmarks.ratecontrol;

import io.headend.core.Codec;
import io.headend.core.PictureSize;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.RateControl;
import io.headend.transcode.compare.BdRate;
import io.headend.transcode.compare.Bootstrap;
import io.headend.transcode.compare.Contender;
import io.headend.transcode.compare.RateControlComparison;
import io.headend.transcode.compare.RdCurve;
import io.headend.transcode.compare.Trial;
import io.headend.transcode.quality.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What is a change of settings worth with x265 or SVT-AV1? The sister of {@link RecipeLab} for encoders that do not hand back
 * their reconstruction: every encode is a file that is decoded and scored. Prints BD-rates against the capped preset, clip by
 * clip and in the mean with its interval, the means with each source left out in turn, and the ratio of processor time. Results are
 * kept by settings in a file.
 *
 * <p>{@code CodecLab MEDIA CACHE CLIPS.csv hevc|av1 PRESET [crfs=a,b,...] [verbose] NAME:PARAMETERS...} with parameters such as
 * {@code aq-mode=1/rdoq-level=1}; {@code @adaptive} is the product's own choice, {@code @low} that of low latency.
 */
public final class CodecLab {

    private static final List<Metric> METRICS = List.of(Metric.VMAF, Metric.VMAF_NEG, Metric.SSIM, Metric.PSNR);

    private final Path media;
    private final Path cache;
    private final Codec codec;
    private final String preset;
    private final Map<String, double[]> known = new TreeMap<>();
    private double[] factors;
    private boolean verbose;

    private CodecLab(Path media, Path cache, Codec codec, String preset) {
        this.media = media;
        this.cache = cache;
        this.codec = codec;
        this.preset = preset;
        factors = codec == Codec.AV1 ? new double[] {27, 34, 41, 48, 55} : new double[] {22, 26, 30, 34, 38};
    }

    public static void main(String[] args) throws IOException {
        if (args.length < 6) {
            System.err.println(
                    "usage: CodecLab MEDIA CACHE CLIPS.csv hevc|av1 PRESET [key=value...] NAME:PARAMETERS...");
            System.exit(2);
        }
        CodecLab lab = new CodecLab(
                Path.of(args[0]),
                Files.createDirectories(Path.of(args[1])),
                args[3].equals("av1") ? Codec.AV1 : args[3].equals("avc") ? Codec.AVC : Codec.HEVC,
                args[4]);
        Map<String, String> recipes = new LinkedHashMap<>();
        recipes.put("anchor", "");
        for (String arg : Arrays.asList(args).subList(5, args.length)) {
            int colon = arg.indexOf(':');
            if (arg.startsWith("crfs=")) {
                lab.factors = Arrays.stream(arg.substring(5).split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
            } else if (colon > 0) {
                recipes.put(arg.substring(0, colon), arg.substring(colon + 1));
            } else {
                lab.verbose = arg.equals("verbose");
            }
        }
        lab.run(LabClip.read(Path.of(args[2])), recipes);
    }

    private void run(List<LabClip> clips, Map<String, String> recipes) throws IOException {
        Path results = cache.resolve("codecs.tsv");
        if (Files.exists(results)) {
            for (String line : Files.readAllLines(results)) {
                String[] fields = line.split("\t", -1);
                known.put(
                        fields[0],
                        Arrays.stream(fields[1].split(" ", -1))
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
        }
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            for (Map.Entry<String, String> recipe : recipes.entrySet()) {
                for (LabClip clip : clips) {
                    if (!known.containsKey(key(clip, recipe.getValue(), factors[0]))) {
                        measure(clip, recipe.getValue(), executor, results);
                    }
                }
                if (!recipe.getKey().equals("anchor")) {
                    print(clips, recipe.getKey(), recipe.getValue());
                }
            }
        } finally {
            executor.shutdown();
        }
    }

    private String key(LabClip clip, String parameters, double factor) {
        return String.join(" ", clip.name(), clip.size().toString(), codec.name(), preset, parameters, "" + factor);
    }

    private void measure(LabClip clip, String parameters, ExecutorService executor, Path results) throws IOException {
        Map<String, EncoderSettings> points = new LinkedHashMap<>();
        for (double factor : factors) {
            points.put("" + factor, settings(clip.size(), parameters, factor));
        }
        List<Trial> trials = RateControlComparison.builder()
                .clip(clip.name(), file(clip).toString())
                .contender(Contender.of("test", points))
                .executor(executor)
                .build()
                .run()
                .trials();
        StringBuilder lines = new StringBuilder();
        for (Trial trial : trials) {
            double[] values = new double[METRICS.size() + 2];
            values[0] = trial.rate();
            values[1] = trial.encoded().cpuNanos() / 1e6;
            for (int m = 0; m < METRICS.size(); m++) {
                values[m + 2] = trial.onCurve(METRICS.get(m));
            }
            String key = key(clip, parameters, Double.parseDouble(trial.label()));
            known.put(key, values);
            lines.append(key).append('\t');
            for (int i = 0; i < values.length; i++) {
                lines.append(i == 0 ? "" : " ").append(String.format(Locale.ROOT, "%.4f", values[i]));
            }
            lines.append('\n');
        }
        Files.writeString(results, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private EncoderSettings settings(PictureSize size, String parameters, double factor) {
        // A cap that only the hardest pictures reach.
        long cap = Math.round(60.0 * Math.pow((double) size.width() * size.height(), 0.87));
        RateControl control = RateControl.CappedQuality.of(factor, cap);
        if (parameters.startsWith("@")) {
            RateControl.ContentAdaptive adaptive = RateControl.ContentAdaptive.of(factor, cap);
            control = parameters.equals("@low") ? adaptive.withLatency(LatencyClass.LOW) : adaptive;
            if (parameters.startsWith("@band=")) {
                String[] bounds = parameters.substring(6).split("-", -1);
                control = adaptive.withTarget(
                        QualityTarget.vmaf(Double.parseDouble(bounds[0]), Double.parseDouble(bounds[1])));
            }
        }
        EncoderSettings settings = new EncoderSettings(codec, preset, control, "yuv420p", 1, Map.of());
        if (codec == Codec.HEVC) {
            settings = settings.withOption("pools", "1");
        }
        for (String pair : parameters.split("/", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && !pair.startsWith("@")) {
                settings = settings.withOption(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return settings;
    }

    /** The working pictures as a file that any demuxer reads. */
    private Path file(LabClip clip) throws IOException {
        Path file = cache.resolve(clip.name() + "." + clip.size() + ".y4m");
        if (Files.exists(file)) {
            return file;
        }
        List<ByteBuffer> pictures = clip.pictures(media, cache);
        Path part = cache.resolve(file.getFileName() + ".part");
        try (OutputStream out = Files.newOutputStream(part)) {
            out.write(String.format(
                            Locale.ROOT,
                            "YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED%n",
                            clip.size().width(),
                            clip.size().height(),
                            clip.rate().num(),
                            clip.rate().den())
                    .getBytes(StandardCharsets.US_ASCII));
            for (ByteBuffer picture : pictures) {
                byte[] samples = new byte[picture.remaining()];
                picture.duplicate().get(samples);
                out.write("FRAME\n".getBytes(StandardCharsets.US_ASCII));
                out.write(samples);
            }
        }
        return Files.move(part, file);
    }

    private RdCurve curve(LabClip clip, String parameters, int column) {
        List<RdCurve.Point> points = new ArrayList<>();
        for (double factor : factors) {
            double[] values = values(clip, parameters, factor);
            points.add(new RdCurve.Point(values[0], values[column]));
        }
        return RdCurve.of(points);
    }

    private double[] values(LabClip clip, String parameters, double factor) {
        return Objects.requireNonNull(known.get(key(clip, parameters, factor)));
    }

    private double cpu(LabClip clip, String parameters) {
        return Arrays.stream(factors)
                .map(factor -> values(clip, parameters, factor)[1])
                .sum();
    }

    private void print(List<LabClip> clips, String name, String parameters) {
        double[][] bd = new double[METRICS.size()][clips.size()];
        double own = 0;
        double anchor = 0;
        for (int c = 0; c < clips.size(); c++) {
            LabClip clip = clips.get(c);
            own += cpu(clip, parameters);
            anchor += cpu(clip, "");
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "  %-24s", clip.name()));
            for (int m = 0; m < METRICS.size(); m++) {
                bd[m][c] = BdRate.of(curve(clip, "", m + 2), curve(clip, parameters, m + 2))
                        .percent();
                row.append(String.format(Locale.ROOT, " %+7.1f", bd[m][c]));
            }
            if (verbose) {
                System.out.println(row);
            }
        }
        StringBuilder mean = new StringBuilder(String.format(Locale.ROOT, "%-26s", name));
        StringBuilder worst = new StringBuilder("  worst");
        StringBuilder left = new StringBuilder("  one source left out");
        StringBuilder interval = new StringBuilder("  95 %");
        for (double[] each : bd) {
            Bootstrap all = Bootstrap.of(each);
            mean.append(String.format(Locale.ROOT, " %+7.1f", all.mean()));
            interval.append(String.format(Locale.ROOT, " [%+.1f, %+.1f]", all.low(), all.high()));
            worst.append(String.format(
                    Locale.ROOT, " %+.1f", Arrays.stream(each).max().orElse(Double.NaN)));
            double[] without = clips.stream()
                    .map(LabClip::family)
                    .distinct()
                    .mapToDouble(family -> without(clips, each, family))
                    .sorted()
                    .toArray();
            left.append(String.format(Locale.ROOT, " %+.1f..%+.1f", without[0], without[without.length - 1]));
        }
        System.out.println(mean + String.format(Locale.ROOT, "  CPU %+.0f %%", 100 * (own / anchor - 1)) + worst + "  "
                + parameters);
        if (verbose) {
            System.out.println(interval);
            System.out.println(left);
        }
        System.out.flush();
    }

    private static double without(List<LabClip> clips, double[] values, String family) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < clips.size(); i++) {
            if (!clips.get(i).family().equals(family) && !Double.isNaN(values[i])) {
                sum += values[i];
                count++;
            }
        }
        return sum / count;
    }
}
