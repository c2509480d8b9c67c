package io.headend.benchmarks.quality;

/** Linear least squares by Householder reflections; columns are scaled to one length first. */
final class LeastSquares {

    private LeastSquares() {}

    /**
     * The coefficients that bring {@code sum_k x_k columns[k]} nearest to {@code target}.
     *
     * @param columns one array per unknown, one value per equation
     */
    static double[] solve(double[][] columns, double[] target) {
        int n = columns.length;
        int m = target.length;
        double[][] a = new double[n][m];
        double[] b = new double[m];
        double[] scale = new double[n];
        System.arraycopy(target, 0, b, 0, target.length);
        for (int k = 0; k < n; k++) {
            double square = dot(columns[k], columns[k], 0);
            scale[k] = square > 0 ? 1 / Math.sqrt(square) : 0;
            for (int i = 0; i < target.length; i++) {
                a[k][i] = columns[k][i] * scale[k];
            }
        }
        double[] diagonal = new double[n];
        for (int k = 0; k < n; k++) {
            double[] v = a[k];
            double length = Math.sqrt(dot(v, v, k));
            diagonal[k] = v[k] > 0 ? -length : length;
            if (length == 0) {
                continue;
            }
            v[k] -= diagonal[k];
            double square = dot(v, v, k);
            for (int j = k + 1; j < n; j++) {
                reflect(v, square, a[j], k);
            }
            reflect(v, square, b, k);
        }
        double[] x = new double[n];
        for (int k = n - 1; k >= 0; k--) {
            double sum = b[k];
            for (int j = k + 1; j < n; j++) {
                sum -= a[j][k] * x[j];
            }
            x[k] = Math.abs(diagonal[k]) < 1e-13 ? 0 : sum / diagonal[k];
        }
        for (int k = 0; k < n; k++) {
            x[k] *= scale[k];
        }
        return x;
    }

    private static double dot(double[] a, double[] b, int from) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = from;
        for (; i + 3 < a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static void reflect(double[] v, double square, double[] column, int from) {
        double factor = 2 * dot(v, column, from) / square;
        for (int i = from; i < column.length; i++) {
            column[i] -= factor * v[i];
        }
    }
}
