package io.headend.transcode.quality;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.file.Path;

/** A support vector regression in LIBSVM's text form: a header of words, {@code SV}, then one vector per line. */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record LibSvmText(double gamma, double rho, double[] alphas, double[][] vectors) {

    private static final int MAX_VECTORS = 100_000;

    /**
     * @param order for each feature of the text its place in the vectors returned
     */
    static LibSvmText parse(String text, int[] order, Path file) {
        try {
            return parse(text.split("\n", -1), order, file);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new MediaException(
                    MediaErrorCode.MALFORMED, "the support vectors in model file " + file + " are damaged", e);
        }
    }

    private static LibSvmText parse(String[] lines, int[] order, Path file) {
        double gamma = Double.NaN;
        double rho = Double.NaN;
        int count = -1;
        int at = 0;
        for (; at < lines.length && !lines[at].trim().equals("SV"); at++) {
            String[] words = lines[at].trim().split(" ", -1);
            switch (words[0]) {
                case "svm_type" -> require(words[1].equals("nu_svr"), lines[at], file);
                case "kernel_type" -> require(words[1].equals("rbf"), lines[at], file);
                case "gamma" -> gamma = Double.parseDouble(words[1]);
                case "rho" -> rho = Double.parseDouble(words[1]);
                case "total_sv" -> count = Integer.parseInt(words[1]);
                default -> {
                    // nr_class and the like say nothing about a regression
                }
            }
        }
        if (Double.isNaN(gamma) || Double.isNaN(rho) || count < 1 || count > MAX_VECTORS) {
            throw new NumberFormatException("gamma, rho or total_sv");
        }
        double[] alphas = new double[count];
        double[][] vectors = new double[count][order.length];
        for (int j = 0; j < count; j++) {
            String[] words = lines[at + 1 + j].trim().split("\\s+", -1);
            alphas[j] = Double.parseDouble(words[0]);
            for (int i = 1; i < words.length; i++) {
                int colon = words[i].indexOf(':');
                int feature = Integer.parseInt(words[i].substring(0, Math.max(colon, 0)));
                vectors[j][order[feature - 1]] = Double.parseDouble(words[i].substring(colon + 1));
            }
        }
        return new LibSvmText(gamma, rho, alphas, vectors);
    }

    private static void require(boolean fine, String line, Path file) {
        if (!fine) {
            throw new MediaException(
                    MediaErrorCode.UNSUPPORTED,
                    "model file " + file + " has '" + line + "'; only nu_svr with an rbf kernel is evaluated");
        }
    }
}
