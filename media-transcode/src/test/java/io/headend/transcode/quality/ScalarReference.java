package io.headend.transcode.quality;

/**
 * VMAF's features written down as plainly as possible, in doubles, one sample at a time: what the fast kernels are held
 * against.
 */
final class ScalarReference {

    private static final double[][] TAPS = {
        {489, 935, 1640, 2640, 3896, 5274, 6547, 7455, 7784, 7455, 6547, 5274, 3896, 2640, 1640, 935, 489},
        {1244, 3663, 7925, 12590, 14692, 12590, 7925, 3663, 1244},
        {3571, 16004, 26386, 16004, 3571},
        {10904, 43728, 10904}
    };
    private static final double[] LOW = {15826 / 32768., 27411 / 32768., 7345 / 32768., -4240 / 32768.};
    private static final double[] HIGH = {-4240 / 32768., -7345 / 32768., 27411 / 32768., -15826 / 32768.};
    private static final double[] AMPLITUDE = {.67234, .41317, .22727, .11792};
    private static final double[] AMPLITUDE_D = {.72709, .49428, .28688, .15214};

    private ScalarReference() {}

    static double[][] image(SamplePlane plane) {
        double[][] out = new double[plane.height][plane.width];
        for (int y = 0; y < plane.height; y++) {
            for (int x = 0; x < plane.width; x++) {
                out[y][x] = plane.sample(x, y) / (double) (1 << (plane.bitDepth - 8));
            }
        }
        return out;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] out = new double[a.length][a[0].length];
        for (int y = 0; y < a.length; y++) {
            for (int x = 0; x < a[0].length; x++) {
                out[y][x] = a[y][x] * b[y][x];
            }
        }
        return out;
    }

    static double[][] filter(double[][] in, double[] taps) {
        int h = in.length;
        int w = in[0].length;
        int reach = taps.length / 2;
        double[][] rows = new double[h][w];
        double[][] out = new double[h][w];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                for (int k = -reach; k <= reach; k++) {
                    rows[y][x] += taps[k + reach] / 65536 * in[Edge.reflect(y + k, h)][x];
                }
            }
        }
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                for (int k = -reach; k <= reach; k++) {
                    out[y][x] += taps[k + reach] / 65536 * rows[y][Edge.reflect(x + k, w)];
                }
            }
        }
        return out;
    }

    static double[] vif(SamplePlane ref, SamplePlane dist, double gainLimit) {
        double[] out = new double[4];
        double[][] r = image(ref);
        double[][] d = image(dist);
        for (int s = 0; s < 4; s++) {
            if (s > 0) {
                r = half(filter(r, TAPS[s]));
                d = half(filter(d, TAPS[s]));
            }
            double[][] m1 = filter(r, TAPS[s]);
            double[][] m2 = filter(d, TAPS[s]);
            double[][] rr = filter(product(r, r), TAPS[s]);
            double[][] dd = filter(product(d, d), TAPS[s]);
            double[][] rd = filter(product(r, d), TAPS[s]);
            double num = 0;
            double den = 0;
            for (int y = 0; y < r.length; y++) {
                for (int x = 0; x < r[0].length; x++) {
                    double s1 = rr[y][x] - m1[y][x] * m1[y][x];
                    double s2 = Math.max(dd[y][x] - m2[y][x] * m2[y][x], 0);
                    double s12 = rd[y][x] - m1[y][x] * m2[y][x];
                    if (s1 < 2) {
                        den += 1;
                        num += 1 - s2 * 4 / 65025;
                        continue;
                    }
                    den += log2(1 + s1 / 2);
                    if (s12 > 0 && s2 > 0) {
                        double g = s12 / (s1 + 1e-10);
                        double v = Math.max(s2 - g * s12, 0);
                        g = Math.min(g, gainLimit);
                        num += log2(1 + g * g * s1 / (v + 2));
                    }
                }
            }
            out[s] = num / den;
        }
        return out;
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    private static double[][] half(double[][] in) {
        double[][] out = new double[in.length / 2][in[0].length / 2];
        for (int y = 0; y < out.length; y++) {
            for (int x = 0; x < out[0].length; x++) {
                out[y][x] = in[2 * y][2 * x];
            }
        }
        return out;
    }

    static double motion(SamplePlane before, SamplePlane now) {
        double[][] a = image(before);
        double[][] b = image(now);
        double[][] difference = new double[a.length][a[0].length];
        for (int y = 0; y < a.length; y++) {
            for (int x = 0; x < a[0].length; x++) {
                difference[y][x] = a[y][x] - b[y][x];
            }
        }
        double sum = 0;
        for (double[] row : filter(difference, TAPS[2])) {
            for (double v : row) {
                sum += Math.abs(v);
            }
        }
        return sum / (a.length * (double) a[0].length);
    }

    private static double[][] wavelet(double[][] in, double[] vertical, double[] horizontal) {
        int h = in.length;
        int w = in[0].length;
        double[][] out = new double[(h + 1) / 2][(w + 1) / 2];
        for (int y = 0; y < out.length; y++) {
            for (int x = 0; x < out[0].length; x++) {
                for (int i = 0; i < 4; i++) {
                    for (int j = 0; j < 4; j++) {
                        out[y][x] += vertical[i]
                                * horizontal[j]
                                * in[Edge.wavelet(2 * y - 1 + i, h)][Edge.wavelet(2 * x - 1 + j, w)];
                    }
                }
            }
        }
        return out;
    }

    static double adm2(SamplePlane ref, SamplePlane dist, double gainLimit) {
        double[][] r = image(ref);
        double[][] d = image(dist);
        double num = 0;
        double den = 0;
        for (int s = 0; s < 4; s++) {
            double[][][] o = {wavelet(r, HIGH, LOW), wavelet(r, LOW, HIGH), wavelet(r, HIGH, HIGH)};
            double[][][] t = {wavelet(d, HIGH, LOW), wavelet(d, LOW, HIGH), wavelet(d, HIGH, HIGH)};
            r = wavelet(r, LOW, LOW);
            d = wavelet(d, LOW, LOW);
            int h = r.length;
            int w = r[0].length;
            double[] f = {weight(AMPLITUDE[s], 1, s), weight(AMPLITUDE[s], 1, s), weight(AMPLITUDE_D[s], .534, s)};
            double[][][] x = new double[3][h][w];
            double[][] c = new double[h][w];
            for (int y = 0; y < h; y++) {
                for (int i = 0; i < w; i++) {
                    boolean aligned = aligned(o[0][y][i], o[1][y][i], t[0][y][i], t[1][y][i]);
                    for (int b = 0; b < 3; b++) {
                        double k = o[b][y][i] == 0 ? 1 : Math.max(0, Math.min(1, t[b][y][i] / o[b][y][i]));
                        double left = k * o[b][y][i];
                        if (aligned && left > 0) {
                            left = Math.min(left * gainLimit, t[b][y][i]);
                        } else if (aligned && left < 0) {
                            left = Math.max(left * gainLimit, t[b][y][i]);
                        }
                        x[b][y][i] = left;
                        c[y][i] += Math.abs(f[b] * (t[b][y][i] - left));
                    }
                }
            }
            int left = (int) (0.1 * w - 0.5);
            int top = (int) (0.1 * h - 0.5);
            double floor = Math.cbrt((w - 2 * left) * (double) (h - 2 * top) / 32);
            for (int b = 0; b < 3; b++) {
                double sumNum = 0;
                double sumDen = 0;
                for (int y = top; y < h - top; y++) {
                    for (int i = left; i < w - left; i++) {
                        double threshold = c[y][i];
                        for (int dy = -1; dy <= 1; dy++) {
                            for (int dx = -1; dx <= 1; dx++) {
                                threshold += c[near(y + dy, h)][near(i + dx, w)];
                            }
                        }
                        sumNum += Math.pow(Math.max(Math.abs(f[b] * x[b][y][i]) - threshold / 30, 0), 3);
                        sumDen += Math.pow(Math.abs(f[b] * o[b][y][i]), 3);
                    }
                }
                num += Math.cbrt(sumNum) + floor;
                den += Math.cbrt(sumDen) + floor;
            }
        }
        return num / den;
    }

    private static int near(int i, int n) {
        return i < 0 ? Math.min(1, n - 1) : Math.min(i, n - 1);
    }

    private static double weight(double amplitude, double g, int s) {
        double y = Math.log10(Math.pow(2, s + 1) * 0.401 * g / (3.0 * 1080 * Math.PI / 180));
        return amplitude / (2 * 0.495 * Math.pow(10, 0.466 * y * y));
    }

    private static boolean aligned(double oh, double ov, double th, double tv) {
        double p = oh * th + ov * tv;
        double cos = Math.cos(Math.PI / 180);
        return p >= 0 && p * p >= cos * cos * (oh * oh + ov * ov) * (th * th + tv * tv);
    }
}
