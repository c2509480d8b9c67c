package io.headend.benchmarks.quality;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Makes the table that stands in for VMAF's regression, from measured pairs of features and scores.
 *
 * <p>Question: how near does {@code bias + exp(-0.04 |u|^2) * P(u)} come to the scores of frames it has not seen?
 *
 * <p>{@code java -cp … io.headend.benchmarks.quality.FitVmafTable TRAIN.csv HOLDOUT.csv OUT.table [degree [least most]]}
 *
 * <p>The pairs have the columns clip, frame, adm2, motion2, vif_scale0 to vif_scale3, score_raw, score. Pairs whose raw
 * score is outside least to most (default -8 to 115) are left out of the fit, because clipping decides them.
 */
public final class FitVmafTable {

    private static final double[] SCALE = {2.8, 0.06, 1.2, 1.5, 1.8, 2.1};
    private static final double[] CENTRE = {0.86, 4.5, 0.36, 0.45, 0.63, 0.83};
    private static final double GAMMA = 0.04;
    private static final double LEAST_RAW = -8;
    private static final double MOST_RAW = 115;

    private FitVmafTable() {}

    // Read once and never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Frame(double[] features, double raw) {}

    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        if (args.length < 3) {
            out.println("usage: FitVmafTable TRAIN.csv HOLDOUT.csv OUT.table [degree [least most]]");
            return;
        }
        int degree = args.length > 3 ? Integer.parseInt(args[3]) : 4;
        List<Frame> train = read(Path.of(args[0]));
        List<Frame> holdout = read(Path.of(args[1]));
        double least = args.length > 5 ? Double.parseDouble(args[4]) : LEAST_RAW;
        double most = args.length > 5 ? Double.parseDouble(args[5]) : MOST_RAW;
        double[] best = fit(train, degree, least, most);
        out.printf(Locale.ROOT, "degree %d, %d numbers%n", degree, best.length);
        report(out, "train", train, best, degree);
        report(out, "held out", holdout, best, degree);
        write(Path.of(args[2]), best, degree);
    }

    private static List<Frame> read(Path file) throws IOException {
        List<Frame> frames = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            in.readLine();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(",", -1);
                double[] features = new double[6];
                for (int i = 0; i < 6; i++) {
                    features[i] = Double.parseDouble(words[i + 2]);
                }
                frames.add(new Frame(features, Double.parseDouble(words[8])));
            }
        }
        return frames;
    }

    private static double[] fit(List<Frame> train, int degree, double least, double most) {
        List<Frame> used = train.stream()
                .filter(frame -> frame.raw >= least && frame.raw <= most)
                .toList();
        double[] target = used.stream().mapToDouble(Frame::raw).toArray();
        return LeastSquares.solve(columns(used, degree), target);
    }

    private static double[][] columns(List<Frame> frames, int degree) {
        double[][] columns = null;
        for (int i = 0; i < frames.size(); i++) {
            double[] row = terms(frames.get(i).features, degree);
            if (columns == null) {
                columns = new double[row.length][frames.size()];
            }
            for (int k = 0; k < row.length; k++) {
                columns[k][i] = row[k];
            }
        }
        if (columns == null) {
            throw new IllegalArgumentException("there are no pairs to fit");
        }
        return columns;
    }

    /** 1, then every monomial by degree, then in lexicographic order of its variables, times the Gaussian. */
    private static double[] terms(double[] features, int degree) {
        double[] u = new double[6];
        double distance = 0;
        for (int i = 0; i < 6; i++) {
            u[i] = (features[i] - CENTRE[i]) * SCALE[i];
            distance += u[i] * u[i];
        }
        List<Double> out = new ArrayList<>();
        out.add(1.0);
        double gauss = Math.exp(-GAMMA * distance);
        for (int d = 0; d <= degree; d++) {
            monomials(u, d, 0, gauss, out);
        }
        return out.stream().mapToDouble(v -> v).toArray();
    }

    private static void monomials(double[] u, int left, int first, double product, List<Double> out) {
        if (left == 0) {
            out.add(product);
            return;
        }
        for (int i = first; i < 6; i++) {
            monomials(u, left - 1, i, product * u[i], out);
        }
    }

    private static void report(PrintStream out, String name, List<Frame> frames, double[] x, int degree) {
        double max = 0;
        double squares = 0;
        int usual = 0;
        double maxUsual = 0;
        for (Frame frame : frames) {
            double[] row = terms(frame.features, degree);
            double raw = 0;
            for (int k = 0; k < x.length; k++) {
                raw += x[k] * row[k];
            }
            double error = Math.abs(clip(raw) - clip(frame.raw));
            max = Math.max(max, error);
            squares += error * error;
            if (frame.raw > 0 && frame.raw < 100) {
                usual++;
                maxUsual = Math.max(maxUsual, error);
            }
        }
        out.printf(
                Locale.ROOT,
                "%s: %d frames, clipped score: max error %.6f, RMS %.6f; %d frames strictly inside 0..100: max %.6f%n",
                name,
                frames.size(),
                max,
                Math.sqrt(squares / frames.size()),
                usual,
                maxUsual);
    }

    private static double clip(double raw) {
        return Math.max(0, Math.min(100, raw));
    }

    private static void write(Path file, double[] x, int degree) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# bias + exp(-gamma |u|^2) * P(u), u = (feature - centre) * scale; written by FitVmafTable");
        lines.add("# features: adm2 motion2 vif_scale0 vif_scale1 vif_scale2 vif_scale3;"
                + " monomials by degree, then in order of their variables");
        lines.add("scale " + join(SCALE, 0, 6));
        lines.add("centre " + join(CENTRE, 0, 6));
        lines.add("gamma " + GAMMA);
        lines.add("degree " + degree);
        lines.add("bias " + x[0]);
        for (int i = 1; i < x.length; i += 6) {
            lines.add("coefficients " + join(x, i, Math.min(x.length, i + 6)));
        }
        Files.write(file, lines);
    }

    private static String join(double[] values, int from, int to) {
        StringJoiner out = new StringJoiner(" ");
        for (int i = from; i < to; i++) {
            out.add(Double.toString(values[i]));
        }
        return out.toString();
    }
}
