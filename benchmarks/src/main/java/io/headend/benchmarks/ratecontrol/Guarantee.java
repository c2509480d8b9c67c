package io.headend.benchmarks.ratecontrol;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.transcode.GopDecision;
import io.headend.transcode.PictureScores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * What does a band of quality guarantee, and what does it cost? Lays all clips of a list, which are of one size, one after the other
 * as one channel, encodes it at several constant rate factors under a cap and with the band, and compares the bits at which the worst
 * tenth of the groups of pictures look the same.
 *
 * <p>{@code Guarantee MEDIA CACHE CLIPS.csv [preset=veryfast] BASE BAND [BASE BAND...]} with a band such as {@code 88-95} or
 * {@code 88-92-0.95-0.96}
 */
public final class Guarantee {

    private static final int GROUP = 50;
    private static final double[] FACTORS = {18, 20, 22, 24, 26, 28, 30};

    private record Result(
            String name, double kbps, List<PictureScores> groups, List<GopDecision> decisions, double look) {
        double p10(ToDoubleFunction<PictureScores> score) {
            double[] sorted = groups.stream().mapToDouble(score).sorted().toArray();
            double rank = 0.1 * (sorted.length - 1);
            int below = (int) rank;
            return sorted[below] + (rank - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
        }
    }

    private Guarantee() {}

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        List<ByteBuffer> pictures = new ArrayList<>();
        PictureSize size = null;
        for (LabClip clip : LabClip.read(Path.of(args[2]))) {
            List<ByteBuffer> all = clip.pictures(Path.of(args[0]), Path.of(args[1]));
            // Whole groups only, so that a group shows one clip.
            pictures.addAll(all.subList(0, all.size() / GROUP * GROUP));
            size = clip.size();
        }
        LabClip channel =
                new LabClip("channel", "", Objects.requireNonNull(size), Rational.of(25, 1), "", 0, pictures.size());
        boolean named = args[3].startsWith("preset=");
        String preset = named ? args[3].substring("preset=".length()) : "veryfast";
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try {
            List<Future<Result>> jobs = new ArrayList<>();
            for (double factor : FACTORS) {
                jobs.add(workers.submit(() -> run(channel, pictures, preset, factor, "")));
            }
            List<Future<Result>> tests = new ArrayList<>();
            for (int i = named ? 4 : 3; i + 1 < args.length; i += 2) {
                double base = Double.parseDouble(args[i]);
                String settings = "@product=normal/@band=" + args[i + 1];
                tests.add(workers.submit(() -> run(channel, pictures, preset, base, settings)));
            }
            List<Result> anchors = new ArrayList<>();
            for (Future<Result> each : jobs) {
                anchors.add(each.get());
                System.out.println(line(each.get()));
            }
            for (int i = 0; i < tests.size(); i++) {
                print(anchors, tests.get(i).get(), args[(named ? 5 : 4) + 2 * i]);
            }
        } finally {
            workers.shutdown();
        }
    }

    private static Result run(
            LabClip channel, List<ByteBuffer> pictures, String preset, double factor, String settings) {
        LabEncode encode = new LabEncode(channel, pictures, LabSettings.parse(preset, factor, settings));
        List<PictureScores> groups = encode.groups(3);
        double seconds = pictures.size() / channel.rate().toDouble();
        return new Result(
                settings.isEmpty() ? "crf " + factor : factor + " " + settings,
                encode.bytes() * 8 / seconds / 1000,
                groups,
                encode.decisions(),
                100 * encode.analysisMillis() / encode.encodeMillis());
    }

    private static void print(List<Result> anchors, Result test, String band) {
        System.out.println(line(test));
        double low = Double.parseDouble(band.split("-", -1)[0]);
        double high = Double.parseDouble(band.split("-", -1)[1]);
        for (int i = 0; i < test.groups().size(); i++) {
            GopDecision decision = test.decisions().get(i);
            PictureScores seen = test.groups().get(i);
            System.out.printf(
                    Locale.ROOT,
                    "  group %3d  VMAF %5.1f  SSIM %.4f  expected %5.1f  offset %+5.2f  %s, %s, %s%n",
                    i,
                    seen.vmaf(),
                    seen.ssim(),
                    decision.predicted() == null
                            ? Double.NaN
                            : decision.predicted().vmaf(),
                    decision.offset(),
                    decision.content(),
                    decision.recipe(),
                    decision.reason());
        }
        long within = test.groups().stream()
                .filter(g -> g.vmaf() >= low - 2 && g.vmaf() <= high + 2)
                .count();
        System.out.printf(
                Locale.ROOT,
                "groups within 2 VMAF of the band: %.0f %%; looking and measuring: %.1f %% of the encoder's CPU%n",
                100.0 * within / test.groups().size(),
                test.look());
        System.out.printf(
                Locale.ROOT,
                "bits at equal p10 of VMAF: %+.1f %%, of SSIM: %+.1f %%%n",
                saving(anchors, test, PictureScores::vmaf),
                saving(anchors, test, PictureScores::ssim));
    }

    private static String line(Result result) {
        return String.format(
                Locale.ROOT,
                "%-40s %7.0f kbit/s  VMAF p10 %5.1f worst %5.1f  SSIM p10 %.4f worst %.4f",
                result.name(),
                result.kbps(),
                result.p10(PictureScores::vmaf),
                result.groups().stream().mapToDouble(PictureScores::vmaf).min().orElse(0),
                result.p10(PictureScores::ssim),
                result.groups().stream().mapToDouble(PictureScores::ssim).min().orElse(0));
    }

    /** Against the constant rate factor that reaches the same, between two of those that were run. */
    private static double saving(List<Result> anchors, Result test, ToDoubleFunction<PictureScores> score) {
        double wanted = test.p10(score);
        for (int i = 1; i < anchors.size(); i++) {
            double better = anchors.get(i - 1).p10(score);
            double worse = anchors.get(i).p10(score);
            if (wanted <= better && wanted >= worse) {
                double share = (better - wanted) / (better - worse);
                double rate = Math.exp((1 - share) * Math.log(anchors.get(i - 1).kbps())
                        + share * Math.log(anchors.get(i).kbps()));
                return 100 * (test.kbps() / rate - 1);
            }
        }
        System.err.println("p10 " + wanted + " is outside "
                + Arrays.toString(
                        anchors.stream().mapToDouble(a -> a.p10(score)).toArray()));
        return Double.NaN;
    }
}
