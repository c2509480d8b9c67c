package io.headend.benchmarks.ratecontrol;

import io.headend.transcode.compare.BdRate;
import io.headend.transcode.compare.RdCurve;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * What is a change of settings worth? Encodes every clip at several rates with an anchor and with each recipe, and prints the
 * mean BD-rates, the worst clip and the ratio of CPU time. Results are kept by settings in a file, so that nothing is
 * encoded twice.
 *
 * <p>{@code RecipeLab MEDIA CACHE CLIPS.csv [preset=veryfast] [crfs=21,25,29,33] [every=3] [threads=2] [verbose] NAME:PARAMETERS...}
 */
public final class RecipeLab {

    private final Path media;
    private final Path cache;
    private final Map<String, LabPoint> known = new ConcurrentHashMap<>();
    private final Map<String, List<ByteBuffer>> loaded = new ConcurrentHashMap<>();
    private String preset = "veryfast";
    private double[] rates = {21, 25, 29, 33};
    private int every = 3;
    private int threads = 2;
    private boolean verbose;
    private int rounds;

    private RecipeLab(Path media, Path cache) {
        this.media = media;
        this.cache = cache;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 4) {
            System.err.println("usage: RecipeLab MEDIA CACHE CLIPS.csv [key=value...] NAME:PARAMETERS...");
            System.exit(2);
        }
        RecipeLab lab = new RecipeLab(Path.of(args[0]), Files.createDirectories(Path.of(args[1])));
        Map<String, String> recipes = new LinkedHashMap<>();
        for (String arg : Arrays.asList(args).subList(3, args.length)) {
            int colon = arg.indexOf(':');
            if (colon > 0) {
                recipes.put(arg.substring(0, colon), arg.substring(colon + 1));
            } else {
                lab.set(arg);
            }
        }
        lab.run(LabClip.read(Path.of(args[2])), recipes);
    }

    private void set(String arg) {
        String value = arg.substring(arg.indexOf('=') + 1);
        if (arg.startsWith("preset=")) {
            preset = value;
        } else if (arg.startsWith("crfs=")) {
            rates = Arrays.stream(value.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } else if (arg.startsWith("every=")) {
            every = Integer.parseInt(value);
        } else if (arg.startsWith("threads=")) {
            threads = Integer.parseInt(value);
        } else if (arg.startsWith("cpu=")) {
            rounds = Integer.parseInt(value);
        } else if (arg.equals("verbose")) {
            verbose = true;
        } else {
            throw new IllegalArgumentException("unknown setting " + arg);
        }
    }

    private void run(List<LabClip> clips, Map<String, String> recipes) throws IOException, InterruptedException {
        Path results = cache.resolve("results.tsv");
        if (Files.exists(results)) {
            for (String line : Files.readAllLines(results)) {
                int tab = line.indexOf('\t');
                known.put(line.substring(0, tab), LabPoint.parse(line.substring(tab + 1)));
            }
        }
        Map<String, String> all = new LinkedHashMap<>();
        all.put("anchor", "");
        all.putAll(recipes);
        if (rounds > 0) {
            time(clips, all);
            return;
        }
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            for (Map.Entry<String, String> recipe : all.entrySet()) {
                List<Future<?>> jobs = new ArrayList<>();
                for (LabClip clip : clips) {
                    for (double crf : rates) {
                        LabSettings settings = LabSettings.parse(preset, crf, recipe.getValue());
                        if (!known.containsKey(key(clip, settings))) {
                            jobs.add(workers.submit(() -> measure(clip, settings, results)));
                        }
                    }
                }
                for (Future<?> job : jobs) {
                    await(job);
                }
                if (!recipe.getKey().equals("anchor")) {
                    print(clips, recipe.getKey(), recipe.getValue());
                }
            }
        } finally {
            workers.shutdown();
        }
    }

    // Anchor and recipes in turn, so that what else the machine does meets all of them; the least of the rounds counts.
    private void time(List<LabClip> clips, Map<String, String> recipes) {
        Map<String, Double> least = new LinkedHashMap<>();
        double crf = rates[rates.length / 2];
        for (int round = 0; round <= rounds; round++) {
            for (LabClip clip : clips) {
                List<ByteBuffer> pictures = loaded.computeIfAbsent(clip.name(), name -> load(clip));
                for (Map.Entry<String, String> recipe : recipes.entrySet()) {
                    LabSettings settings = LabSettings.parse(preset, crf, recipe.getValue());
                    LabEncode encode = new LabEncode(clip, pictures, settings);
                    double millis = encode.cpuMillis();
                    if (round > 0) {
                        least.merge(clip.name() + " " + recipe.getKey(), millis, Math::min);
                        least.merge(clip.name() + " look " + recipe.getKey(), encode.analysisMillis(), Math::min);
                    }
                }
            }
        }
        for (String recipe : recipes.keySet()) {
            double sum = 0;
            double look = 0;
            for (LabClip clip : clips) {
                double anchor = Objects.requireNonNull(least.get(clip.name() + " anchor"));
                sum += Objects.requireNonNull(least.get(clip.name() + " " + recipe)) / anchor;
                look += Objects.requireNonNull(least.get(clip.name() + " look " + recipe)) / anchor;
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-26s %+5.1f %% encoder CPU, looking at pictures %.1f %%%n",
                    recipe,
                    100 * (sum / clips.size() - 1),
                    100 * look / clips.size());
        }
    }

    private static void await(Future<?> job) throws InterruptedException {
        try {
            job.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private String key(LabClip clip, LabSettings settings) {
        return clip.name() + " " + every + " " + settings.key();
    }

    private void measure(LabClip clip, LabSettings settings, Path results) {
        List<ByteBuffer> pictures = loaded.computeIfAbsent(clip.name(), name -> load(clip));
        LabPoint point = new LabEncode(clip, pictures, settings).run(every);
        synchronized (this) {
            known.put(key(clip, settings), point);
            try {
                Files.writeString(
                        results,
                        key(clip, settings) + "\t" + point.line() + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private synchronized List<ByteBuffer> load(LabClip clip) {
        try {
            return clip.pictures(media, cache);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LabPoint[] curve(LabClip clip, String parameters) {
        LabPoint[] points = new LabPoint[rates.length];
        for (int i = 0; i < rates.length; i++) {
            points[i] = Objects.requireNonNull(known.get(key(clip, LabSettings.parse(preset, rates[i], parameters))));
        }
        return points;
    }

    private static double bd(LabPoint[] anchor, LabPoint[] test, ToDoubleFunction<LabPoint> quality) {
        return BdRate.of(curve(anchor, quality), curve(test, quality)).percent();
    }

    private static RdCurve curve(LabPoint[] points, ToDoubleFunction<LabPoint> quality) {
        return RdCurve.of(Arrays.stream(points)
                .map(point -> new RdCurve.Point(1000 * point.kbps(), quality.applyAsDouble(point)))
                .toList());
    }

    private void print(List<LabClip> clips, String name, String parameters) {
        double[][] table = new double[clips.size()][];
        for (int i = 0; i < clips.size(); i++) {
            LabPoint[] anchor = curve(clips.get(i), "");
            LabPoint[] test = curve(clips.get(i), parameters);
            table[i] = new double[] {
                bd(anchor, test, LabPoint::vmaf),
                bd(anchor, test, LabPoint::neg),
                bd(anchor, test, LabPoint::ssimDb),
                bd(anchor, test, LabPoint::psnr),
                bd(anchor, test, LabPoint::psnrChroma),
                100 * (total(test) / total(anchor) - 1)
            };
        }
        if (verbose) {
            for (int i = 0; i < clips.size(); i++) {
                System.out.println(row("  " + clips.get(i).name(), table[i]));
            }
        }
        double[] mean = new double[6];
        double[] worst = new double[6];
        for (int c = 0; c < 6; c++) {
            int column = c;
            mean[c] = Arrays.stream(table)
                    .mapToDouble(r -> r[column])
                    .filter(v -> !Double.isNaN(v))
                    .average()
                    .orElse(Double.NaN);
            worst[c] = Arrays.stream(table)
                    .mapToDouble(r -> r[column])
                    .filter(v -> !Double.isNaN(v))
                    .max()
                    .orElse(Double.NaN);
        }
        System.out.println(
                row(name, mean) + "   worst" + row("", worst).strip().replaceAll("^", " ") + "   " + parameters);
    }

    private static double total(LabPoint[] points) {
        return Arrays.stream(points).mapToDouble(LabPoint::cpuMillis).sum();
    }

    private static String row(String name, double[] v) {
        return String.format(
                Locale.ROOT, "%-26s %6.1f %6.1f %6.1f %6.1f %6.1f %+5.0f%%", name, v[0], v[1], v[2], v[3], v[4], v[5]);
    }
}
