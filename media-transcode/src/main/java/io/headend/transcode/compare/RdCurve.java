package io.headend.transcode.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How quality grows with rate: points in strictly rising order of both. Between points runs the monotone piecewise cubic of
 * Fritsch and Carlson (PCHIP) through the logarithm of the rate over quality.
 */
public final class RdCurve {

    /**
     * One encode.
     *
     * @param rate bit/s, above 0
     * @param quality in any unit that grows with quality: VMAF, decibels
     */
    public record Point(double rate, double quality) {

        public Point {
            if (!(rate > 0) || !Double.isFinite(rate) || !Double.isFinite(quality)) {
                throw new IllegalArgumentException("not a point of a curve: " + rate + " bit/s, quality " + quality);
            }
        }
    }

    private final List<Point> points;
    private final double[] quality;
    private final double[] logRate;
    private final double[] slope;

    private RdCurve(List<Point> points) {
        this.points = points;
        quality = points.stream().mapToDouble(Point::quality).toArray();
        logRate = points.stream().mapToDouble(point -> Math.log(point.rate())).toArray();
        slope = slopes(quality, logRate);
    }

    /** The curve through points in any order; one that costs no less than a better one is left out. */
    public static RdCurve of(List<Point> measured) {
        List<Point> sorted = new ArrayList<>(measured);
        sorted.sort(Comparator.comparingDouble(Point::rate)
                .thenComparing(Comparator.comparingDouble(Point::quality).reversed()));
        List<Point> rising = new ArrayList<>();
        for (Point point : sorted) {
            if (rising.isEmpty()
                    || point.quality() > rising.get(rising.size() - 1).quality()) {
                rising.add(point);
            }
        }
        return new RdCurve(List.copyOf(rising));
    }

    /** The points that the curve runs through, by rising rate. */
    public List<Point> points() {
        return points;
    }

    double lowest() {
        return quality[0];
    }

    double highest() {
        return quality[quality.length - 1];
    }

    /**
     * The rate at which the curve reaches a quality, in bit/s.
     *
     * @param wanted inside the curve's range; outside it the nearest end counts
     */
    public double rateAt(double wanted) {
        return Math.exp(logRateAt(Math.max(lowest(), Math.min(highest(), wanted))));
    }

    private double logRateAt(double q) {
        int last = quality.length - 1;
        if (last == 0) {
            return logRate[0];
        }
        int i = 0;
        while (i < last - 1 && q > quality[i + 1]) {
            i++;
        }
        double width = quality[i + 1] - quality[i];
        double t = (q - quality[i]) / width;
        double u = 1 - t;
        return (1 + 2 * t) * u * u * logRate[i]
                + t * u * u * width * slope[i]
                + t * t * (3 - 2 * t) * logRate[i + 1]
                - t * t * u * width * slope[i + 1];
    }

    /** Integral of the logarithm of the rate over a range of quality inside the curve's. */
    double integral(double from, double to) {
        double sum = 0;
        for (int i = 0; i + 1 < quality.length; i++) {
            double low = Math.max(from, quality[i]);
            double high = Math.min(to, quality[i + 1]);
            if (high > low) {
                // Simpson's rule is exact for a cubic.
                sum += (high - low) / 6 * (logRateAt(low) + 4 * logRateAt((low + high) / 2) + logRateAt(high));
            }
        }
        return sum;
    }

    private static double[] slopes(double[] x, double[] y) {
        int n = x.length;
        double[] result = new double[n];
        if (n < 2) {
            return result;
        }
        double[] width = new double[n - 1];
        double[] secant = new double[n - 1];
        for (int i = 0; i + 1 < n; i++) {
            width[i] = x[i + 1] - x[i];
            secant[i] = (y[i + 1] - y[i]) / width[i];
        }
        if (n == 2) {
            result[0] = secant[0];
            result[1] = secant[0];
            return result;
        }
        for (int i = 1; i + 1 < n; i++) {
            if (secant[i - 1] * secant[i] > 0) {
                double before = 2 * width[i] + width[i - 1];
                double after = width[i] + 2 * width[i - 1];
                result[i] = (before + after) / (before / secant[i - 1] + after / secant[i]);
            }
        }
        result[0] = end(width[0], width[1], secant[0], secant[1]);
        result[n - 1] = end(width[n - 2], width[n - 3], secant[n - 2], secant[n - 3]);
        return result;
    }

    private static double end(double near, double far, double secantNear, double secantFar) {
        double d = ((2 * near + far) * secantNear - near * secantFar) / (near + far);
        if (d * secantNear <= 0) {
            return 0;
        }
        return secantNear * secantFar <= 0 && Math.abs(d) > 3 * Math.abs(secantNear) ? 3 * secantNear : d;
    }
}
