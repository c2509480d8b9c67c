package io.headend.cdn;

import org.jspecify.annotations.Nullable;

/**
 * One byte range of a representation (RFC 9110, 14.1.2).
 *
 * @param first offset of the first byte
 * @param length bytes; 0 where the range cannot be satisfied
 */
record ByteRange(long first, long length) {

    static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

    // Eighteen digits always fit a long.
    private static final int MAX_DIGITS = 18;

    /**
     * Reads a {@code Range} field against a representation of {@code total} bytes.
     *
     * @return the range, {@link #UNSATISFIABLE}, or {@code null} where the field is to be ignored: malformed, another unit,
     *     several ranges
     */
    static @Nullable ByteRange of(String field, long total) {
        if (!field.regionMatches(true, 0, "bytes=", 0, 6)) {
            return null;
        }
        String spec = field.substring(6).strip();
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return null;
        }
        String from = spec.substring(0, dash);
        String to = spec.substring(dash + 1);
        if (!digits(from) || !digits(to) || (from.isEmpty() && to.isEmpty())) {
            return null;
        }
        if (from.isEmpty()) {
            long suffix = Math.min(Long.parseLong(to), total);
            return suffix == 0 ? UNSATISFIABLE : new ByteRange(total - suffix, suffix);
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        if (last < first) {
            return null;
        }
        return first >= total ? UNSATISFIABLE : new ByteRange(first, Math.min(last, total - 1) - first + 1);
    }

    private static boolean digits(String text) {
        return text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
