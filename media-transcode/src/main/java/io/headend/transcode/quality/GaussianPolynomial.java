package io.headend.transcode.quality;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bias + exp(-gamma |u|^2) * P(u)} with {@code u = (feature - centre) * scale} and P a polynomial in six variables.
 * A radial-basis regression of small gamma is nearly of this form, so a table fitted to measured pairs of features and
 * scores stands in for it (see the fitting program in {@code benchmarks}).
 *
 * @param coefficients one per monomial, by degree, then in lexicographic order of the variables
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record GaussianPolynomial(double[] scale, double[] centre, double gamma, double bias, int degree, double[] coefficients)
        implements Regression {

    private static final int MAX_DEGREE = 6;

    GaussianPolynomial {
        if (scale.length != VmafFeatures.COUNT || centre.length != VmafFeatures.COUNT) {
            throw MediaException.malformed("a regression table needs six scales and six centres");
        }
        if (degree < 0 || degree > MAX_DEGREE || coefficients.length != monomials(degree)) {
            throw MediaException.malformed(
                    "a regression table of degree " + degree + " with " + coefficients.length + " coefficients");
        }
    }

    static int monomials(int degree) {
        int count = 1;
        for (int i = 1; i <= VmafFeatures.COUNT; i++) {
            count = count * (degree + i) / i;
        }
        return count;
    }

    @Override
    public double raw(VmafFeatures features) {
        double[] u = features.toArray();
        double distance = 0;
        for (int i = 0; i < u.length; i++) {
            u[i] = (u[i] - centre[i]) * scale[i];
            distance += u[i] * u[i];
        }
        double[] sum = new double[1];
        int at = 0;
        for (int d = 0; d <= degree; d++) {
            at = addMonomials(u, d, 0, 1, at, sum);
        }
        return bias + Math.exp(-gamma * distance) * sum[0];
    }

    private int addMonomials(double[] u, int left, int first, double product, int at, double[] sum) {
        if (left == 0) {
            sum[0] += coefficients[at] * product;
            return at + 1;
        }
        int next = at;
        for (int i = first; i < u.length; i++) {
            next = addMonomials(u, left - 1, i, product * u[i], next, sum);
        }
        return next;
    }

    /** Reads a table shipped with this module. */
    static GaussianPolynomial ofResource(String name) {
        try (InputStream in = GaussianPolynomial.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new MediaException(MediaErrorCode.NOT_FOUND, "the regression table " + name + " is missing");
            }
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "the regression table " + name + " cannot be read", e);
        }
    }

    static boolean hasResource(String name) {
        return GaussianPolynomial.class.getResource(name) != null;
    }

    private static GaussianPolynomial parse(BufferedReader in) throws IOException {
        double[] scale = {};
        double[] centre = {};
        double gamma = 0;
        double bias = 0;
        int degree = 0;
        List<Double> coefficients = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.trim().split("\\s+", -1);
            double[] numbers = new double[words.length - 1];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Double.parseDouble(words[i + 1]);
            }
            switch (words[0]) {
                case "scale" -> scale = numbers;
                case "centre" -> centre = numbers;
                case "gamma" -> gamma = numbers[0];
                case "bias" -> bias = numbers[0];
                case "degree" -> degree = (int) numbers[0];
                case "coefficients" -> {
                    for (double number : numbers) {
                        coefficients.add(number);
                    }
                }
                default -> throw MediaException.malformed("unknown word in a regression table: " + words[0]);
            }
        }
        return new GaussianPolynomial(
                scale,
                centre,
                gamma,
                bias,
                degree,
                coefficients.stream().mapToDouble(d -> d).toArray());
    }
}
