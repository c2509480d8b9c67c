package io.headend.transcode.quality;

/**
 * A sum of logarithms kept as a product: mantissa and exponent apart, so that one logarithm per picture is enough.
 * Factors are at least 1.
 */
final class LogProduct {

    private static final long MANTISSA = (1L << 52) - 1;
    private static final long ONE = 1023L << 52;

    private double mantissa = 1;
    private long exponent;

    void clear() {
        mantissa = 1;
        exponent = 0;
    }

    /** Multiplies by a finite factor of at least 1. */
    void multiply(double factor) {
        long bits = Double.doubleToRawLongBits(mantissa * factor);
        exponent += (bits >>> 52) - 1023;
        mantissa = Double.longBitsToDouble((bits & MANTISSA) | ONE);
    }

    void multiply(LogProduct other) {
        multiply(other.mantissa);
        exponent += other.exponent;
    }

    /** Multiplies by {@code factors[0..n)}, each below 2^112, so that eight of them fit in a double. */
    void multiply(float[] factors, int n) {
        int j = 0;
        for (; j + 8 <= n; j += 8) {
            double a = (double) factors[j] * factors[j + 1];
            double b = (double) factors[j + 2] * factors[j + 3];
            double c = (double) factors[j + 4] * factors[j + 5];
            double d = (double) factors[j + 6] * factors[j + 7];
            multiply((a * b) * (c * d));
        }
        for (; j < n; j++) {
            multiply(factors[j]);
        }
    }

    /** Multiplies by 2 to the power of {@code by}. */
    void scale(long by) {
        exponent += by;
    }

    double log2() {
        return exponent + Math.log(mantissa) / Math.log(2);
    }
}
