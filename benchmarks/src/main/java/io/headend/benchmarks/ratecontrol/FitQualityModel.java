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
    private record Row(String family, double[] inputs, double vmaf, double ssimDb, double vmafSlope, double dbSlope) {}

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
                List<AvFrame> small = probe.halve(full);
                full.forEach(AvFrame::close);
                for (int i = 0; small.size() > 4 && i < FACTORS.length; i++) {
                    ProbeResult seen = probe.run(small, FACTORS[i], true);
                    PictureScores real = curves.get(i).get(group);
                    int other = i + 1 < FACTORS.length ? i + 1 : i - 1;
                    double step = FACTORS[other] - FACTORS[i];
                    PictureScores next = curves.get(other).get(group);
                    double slope = (real.vmaf() - next.vmaf()) / step;
                    double dbSlope = (decibels(real) - decibels(next)) / step;
                    rows.add(new Row(
                            clip.family(),
                            QualityModel.inputs(seen, FACTORS[i]),
                            real.vmaf(),
                            decibels(real),
                            slope,
                            dbSlope));
                }
                small.forEach(AvFrame::close);
            }
        }
        return rows;
    }

    private static double decibels(PictureScores scores) {
        return -10 * Math.log10(1 - scores.ssim());
    }

    private static void report(List<Row> rows) {
        List<Double> vmaf = new ArrayList<>();
        List<Double> db = new ArrayList<>();
        for (String family : rows.stream().map(Row::family).distinct().toList()) {
            List<Row> rest =
                    rows.stream().filter(r -> !r.family().equals(family)).toList();
            double[] vmafModel = fit(rest, rest.stream().mapToDouble(Row::vmaf).toArray());
            double[] dbModel = fit(rest, rest.stream().mapToDouble(Row::ssimDb).toArray());
            for (Row row : rows) {
                // Where nobody aims, an error does no harm.
                if (row.family().equals(family) && row.vmaf() > 70) {
                    vmaf.add(Math.abs(Math.min(100, dot(vmafModel, row.inputs())) - row.vmaf()));
                    db.add(Math.abs(dot(dbModel, row.inputs()) - row.ssimDb()));
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "left out in turn, %d groups and rates above VMAF 70: VMAF off by %.2f in the mean, within 2 in %.0f %%; SSIM by %.2f dB%n",
                vmaf.size(),
                vmaf.stream().mapToDouble(v -> v).average().orElse(0),
                100.0 * vmaf.stream().filter(v -> v <= 2).count() / vmaf.size(),
                db.stream().mapToDouble(v -> v).average().orElse(0));
    }

    private static void write(List<Row> rows, Path out) throws IOException {
        List<Row> aimed =
                rows.stream().filter(r -> r.vmaf() > 60 && r.vmaf() < 98.5).toList();
        StringBuilder text = new StringBuilder(
                "# model,1,probe VMAF / 100,probe SSIM dB / 10,ln detail bits,ln motion bits,factor / 10\n");
        text.append(line("vmaf", fit(rows, rows.stream().mapToDouble(Row::vmaf).toArray())));
        text.append(
                line("ssim-db", fit(rows, rows.stream().mapToDouble(Row::ssimDb).toArray())));
        text.append(line(
                "vmaf-slope",
                fit(aimed, aimed.stream().mapToDouble(Row::vmafSlope).toArray())));
        text.append(line(
                "ssim-db-slope",
                fit(aimed, aimed.stream().mapToDouble(Row::dbSlope).toArray())));
        Files.writeString(out, text);
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
    private static double[] fit(List<Row> rows, double[] wanted) {
        int n = rows.get(0).inputs().length;
        double[][] a = new double[n][n + 1];
        for (int r = 0; r < rows.size(); r++) {
            double[] x = rows.get(r).inputs();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    a[i][j] += x[i] * x[j];
                }
                a[i][n] += x[i] * wanted[r];
            }
        }
        for (int i = 1; i < n; i++) {
            a[i][i] += 1e-3 * rows.size();
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
