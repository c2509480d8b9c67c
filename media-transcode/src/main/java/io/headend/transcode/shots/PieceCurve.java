package io.headend.transcode.shots;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a piece costs and gives at a quantiser: through probes at some constant rate factors, the logarithm of the rate and VMAF run
 * along parabolas or lines between them. Immutable.
 */
final class PieceCurve {

    private final int frames;
    private final double[] factors;
    private final double[] logBits;
    private final double[] quality;

    /**
     * @param bits of the whole piece by factor, at least two factors
     * @param vmaf by the same factors
     */
    PieceCurve(int frames, Map<Double, Double> bits, Map<Double, Double> vmaf) {
        this.frames = frames;
        TreeMap<Double, Double> sorted = new TreeMap<>(bits);
        factors = sorted.keySet().stream().mapToDouble(f -> f).toArray();
        logBits = sorted.values().stream()
                .mapToDouble(b -> Math.log(Math.max(1, b)))
                .toArray();
        quality = new TreeMap<>(vmaf).values().stream().mapToDouble(q -> q).toArray();
        // More quantisation never gives more; where a probe says so, it is noise.
        for (int i = 1; i < factors.length; i++) {
            logBits[i] = Math.min(logBits[i], logBits[i - 1] - 1e-6);
            quality[i] = Math.min(quality[i], quality[i - 1] - 1e-6);
        }
    }

    private PieceCurve(int frames, double[] factors, double[] logBits, double[] quality) {
        this.frames = frames;
        this.factors = factors;
        this.logBits = logBits;
        this.quality = quality;
    }

    /** The curve of several pieces together, probed at the same factors. */
    static PieceCurve sum(List<PieceCurve> pieces) {
        int frames = pieces.stream().mapToInt(PieceCurve::frames).sum();
        TreeMap<Double, Double> bits = new TreeMap<>();
        TreeMap<Double, Double> vmaf = new TreeMap<>();
        for (PieceCurve piece : pieces) {
            for (int i = 0; i < piece.factors.length; i++) {
                bits.merge(piece.factors[i], Math.exp(piece.logBits[i]), Double::sum);
                vmaf.merge(piece.factors[i], piece.quality[i] * piece.frames / frames, Double::sum);
            }
        }
        return new PieceCurve(frames, bits, vmaf);
    }

    /** The curve with all rates times a number and all qualities plus one. */
    PieceCurve moved(double scale, double shift) {
        return new PieceCurve(
                frames,
                factors,
                Arrays.stream(logBits).map(bits -> bits + Math.log(scale)).toArray(),
                Arrays.stream(quality).map(vmaf -> vmaf + shift).toArray());
    }

    int frames() {
        return frames;
    }

    double bits(double factor) {
        return Math.exp(between(logBits, factor));
    }

    double vmaf(double factor) {
        return Math.max(0, Math.min(100, between(quality, factor)));
    }

    /** Monotone: a parabola through three probes could turn, so each stretch has a cubic with limited slopes. */
    private double between(double[] y, double x) {
        int last = factors.length - 1;
        int i = 0;
        while (i < last - 1 && x > factors[i + 1]) {
            i++;
        }
        double width = factors[i + 1] - factors[i];
        double secant = (y[i + 1] - y[i]) / width;
        double left = slope(y, i);
        double right = slope(y, i + 1);
        if (x < factors[0]) {
            return y[0] + (x - factors[0]) * left;
        }
        if (x > factors[last]) {
            return y[last] + (x - factors[last]) * right;
        }
        left = Math.max(left, 3 * secant);
        right = Math.max(right, 3 * secant);
        double t = (x - factors[i]) / width;
        double u = 1 - t;
        return (1 + 2 * t) * u * u * y[i]
                + t * u * u * width * left
                + t * t * (3 - 2 * t) * y[i + 1]
                - t * t * u * width * right;
    }

    private double slope(double[] y, int i) {
        int last = factors.length - 1;
        if (i == 0) {
            return (y[1] - y[0]) / (factors[1] - factors[0]);
        }
        if (i == last) {
            return (y[last] - y[last - 1]) / (factors[last] - factors[last - 1]);
        }
        return (y[i + 1] - y[i - 1]) / (factors[i + 1] - factors[i - 1]);
    }
}
