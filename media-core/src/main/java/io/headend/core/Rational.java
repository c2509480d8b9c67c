package io.headend.core;

/**
 * An exact ratio of two integers in lowest terms, such as a frame rate (30000/1001) or a sample aspect ratio.
 *
 * @param num numerator, at least 0
 * @param den denominator, at least 1
 */
public record Rational(int num, int den) implements Comparable<Rational> {

    public static final Rational ONE = new Rational(1, 1);

    public Rational {
        if (num < 0 || den < 1) {
            throw new IllegalArgumentException(
                    "not a ratio of a non-negative and a positive integer: " + num + "/" + den);
        }
        int gcd = gcd(num, den);
        num /= gcd;
        den /= gcd;
    }

    public static Rational of(int num, int den) {
        return new Rational(num, den);
    }

    /** Reads {@code "30000/1001"}, {@code "16:9"} or {@code "25"}. */
    public static Rational parse(String text) {
        String[] parts = text.split("[/:]", -1);
        try {
            return switch (parts.length) {
                case 1 -> of(Integer.parseInt(parts[0]), 1);
                case 2 -> of(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                default -> throw new NumberFormatException();
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a ratio: '" + text + "'", e);
        }
    }

    public Rational inverse() {
        return new Rational(den, num);
    }

    /** For display only; decisions are made on the exact ratio. */
    public double toDouble() {
        return (double) num / den;
    }

    @Override
    public int compareTo(Rational other) {
        return Long.compare((long) num * other.den, (long) other.num * den);
    }

    @Override
    public String toString() {
        return den == 1 ? Integer.toString(num) : num + "/" + den;
    }

    static int gcd(int a, int b) {
        while (b != 0) {
            int t = a % b;
            a = b;
            b = t;
        }
        return Math.max(a, 1);
    }
}
