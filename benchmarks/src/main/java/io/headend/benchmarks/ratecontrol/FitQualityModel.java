package io.headend.benchmarks.ratecontrol;

import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.PictureScores;
import io.headend.transcode.tsc.GopProbe;
import io.headend.transcode.tsc.ProbeResult;
import io.headend.transcode.tsc.QualityModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * How well does a probe of the first pictures of a group predict the group's quality? Encodes every group of every clip at several
 * rates, probes it as the controller does, fits the linear models by ridge regression, prints the errors with each family of
 * clips left out in turn, and writes the coefficients that the library reads.
 *
 * <p>{@code FitQualityModel MEDIA CACHE CLIPS.csv RECIPE OUT.csv}
 */
public final class FitQualityModel {

    private static final double[] FACTORS = {20, 24, 28, 32, 36};
    private static final int WINDOW = 12;

    // Compared by nobody.
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(String family, double[] inputs, double vmaf, double ssimDb, double lossSlope, double dbSlope) {}

    private FitQualityModel() {}

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        Path media = Path.of(args[0]);
        Path cache = Path.of(args[1]);
        ExecutorService workers = Executors.newFixedThreadPool(2);
        List<Future<List<Row>>> jobs = new ArrayList<>();
        try {
            for (LabClip clip : LabClip.read(Path.of(args[2]))) {
                jobs.add(workers.submit(() -> rows(clip, clip.pictures(media, cache), args[3])));
            }
            List<Row> rows = new ArrayList<>();
            for (Future<List<Row>> job : jobs) {
                rows.addAll(job.get());
            }
            report(rows);
            write(rows, Path.of(args[4]));
        } finally {
            workers.shutdown();
        }
    }

    private static List<Row> rows(LabClip clip, List<ByteBuffer> pictures, String recipe) {
        List<List<PictureScores>> curves = new ArrayList<>();
        for (double factor : FACTORS) {
            curves.add(new LabEncode(clip, pictures, LabSettings.parse("veryfast", factor, recipe)).groups(5));
        }
        List<Row> rows = new ArrayList<>();
        LabEncode source = new LabEncode(clip, pictures, LabSettings.parse("veryfast", 24, recipe));
        try (GopProbe probe = new GopProbe(clip.size())) {
            for (int group = 0; group < curves.get(0).size(); group++) {
                int first = group * clip.gop();
                List<AvFrame> full = new ArrayList<>();
                for (int i = first; i < Math.min(pictures.size(), first + Math.min(WINDOW, clip.gop())); i++) {
                    full.add(source.frame(i));
                }
                List<AvFrame> whole = probe.whole(full);
                full.forEach(AvFrame::close);
                for (int i = 0; whole.size() == WINDOW && i < FACTORS.length; i++) {
                    ProbeResult seen = probe.run(whole, FACTORS[i], true);
                    PictureScores real = curves.get(i).get(group);
                    int other = i + 1 < FACTORS.length ? i + 1 : i - 1;
                    double step = FACTORS[other] - FACTORS[i];
                    PictureScores next = curves.get(other).get(group);
                    double slope = (QualityModel.loss(next.vmaf()) - QualityModel.loss(real.vmaf())) / step;
                    double dbSlope = (decibels(real) - decibels(next)) / step;
                    rows.add(new Row(
                            clip.family(),
                            QualityModel.inputs(seen, FACTORS[i]),
                            real.vmaf(),
                            decibels(real),
                            slope,
                            dbSlope));
                }
                whole.forEach(AvFrame::close);
            }
        }
        return rows;
    }

    private static double decibels(PictureScores scores) {
        return -10 * Math.log10(1 - scores.ssim());
    }

    // Where nobody aims, an error does no harm, and what is far away would bend the lines.
    private static boolean isAimed(Row row, double margin) {
        return row.vmaf() > 75 - margin && row.vmaf() < 97.5 + margin / 10;
    }

    private static void report(List<Row> rows) {
        List<Double> vmaf = new ArrayList<>();
        List<Double> steps = new ArrayList<>();
        List<Double> db = new ArrayList<>();
        for (String family : rows.stream().map(Row::family).distinct().toList()) {
            List<Row> rest = rows.stream()
                    .filter(r -> !r.family().equals(family) && isAimed(r, 10))
                    .toList();
            double[] lossModel = fit(rest, FitQualityModel::loss);
            double[] slopeModel = fit(rest, Row::lossSlope);
            double[] dbModel = fit(rest, Row::ssimDb);
            double sum = 0;
            int count = 0;
            for (Row row : rows) {
                if (row.family().equals(family) && isAimed(row, 0)) {
                    double loss = dot(lossModel, row.inputs());
                    double error = Math.min(100, 102 - Math.exp(loss)) - row.vmaf();
                    vmaf.add(Math.abs(error));
                    steps.add(Math.abs(loss - loss(row)) / Math.max(0.05, dot(slopeModel, row.inputs())));
                    db.add(Math.abs(dot(dbModel, row.inputs()) - row.ssimDb()));
                    sum += error;
                    count++;
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "  without %-10s %3d groups and rates, off by %+.2f VMAF%n",
                    family,
                    count,
                    sum / count);
        }
        System.out.printf(
                Locale.ROOT,
                "left out in turn, %d groups and rates, VMAF 75 to 97.5: off by %.2f VMAF in the mean, within 2 in %.0f %%;"
                        + " by %.2f steps of the factor; SSIM by %.2f dB%n",
                vmaf.size(),
                mean(vmaf),
                100.0 * vmaf.stream().filter(v -> v <= 2).count() / vmaf.size(),
                mean(steps),
                mean(db));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    private static double loss(Row row) {
        return QualityModel.loss(row.vmaf());
    }

    private static void write(List<Row> rows, Path out) throws IOException {
        List<Row> aimed = rows.stream().filter(r -> isAimed(r, 10)).toList();
        Files.writeString(
                out,
                "# version 2: x264 around veryfast; the probe has the pictures' own size\n"
                        + "# model,1,ln(102 - probe VMAF),probe SSIM dB / 10,ln detail bits,ln motion bits,factor / 10\n"
                        + line("vmaf-loss", fit(aimed, FitQualityModel::loss))
                        + line("vmaf-loss-slope", fit(aimed, Row::lossSlope))
                        + line("ssim-db", fit(aimed, Row::ssimDb))
                        + line("ssim-db-slope", fit(aimed, Row::dbSlope)));
    }

    private static String line(String name, double[] weights) {
        StringBuilder line = new StringBuilder(name);
        for (double weight : weights) {
            line.append(String.format(Locale.ROOT, ",%.6g", weight));
        }
        return line.append('\n').toString();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    // Ridge with a weight that only keeps the system solvable; the constant is not held back.
    private static double[] fit(List<Row> rows, ToDoubleFunction<Row> wanted) {
        int n = rows.get(0).inputs().length;
        double[][] a = new double[n][n + 1];
        for (int r = 0; r < rows.size(); r++) {
            double[] x = rows.get(r).inputs();
            double value = wanted.applyAsDouble(rows.get(r));
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    a[i][j] += x[i] * x[j];
                }
                a[i][n] += x[i] * value;
            }
        }
        for (int i = 1; i < n; i++) {
            a[i][i] += 3e-3 * rows.size();
        }
        return solve(a);
    }

    private static double[] solve(double[][] a) {
        int n = a.length;
        for (int i = 0; i < n; i++) {
            int pivot = i;
            for (int r = i + 1; r < n; r++) {
                pivot = Math.abs(a[r][i]) > Math.abs(a[pivot][i]) ? r : pivot;
            }
            double[] swap = a[i];
            a[i] = a[pivot];
            a[pivot] = swap;
            for (int r = 0; r < n; r++) {
                if (r != i) {
                    double factor = a[r][i] / a[i][i];
                    for (int c = i; c <= n; c++) {
                        a[r][c] -= factor * a[i][c];
                    }
                }
            }
        }
        double[] x = new double[n];
        Arrays.setAll(x, i -> a[i][n] / a[i][i]);
        return x;
    }
}
