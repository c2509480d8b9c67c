package io.headend.formats.hls;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.StringJoiner;

/** An attribute list (RFC 8216bis, 4.2) being written. */
final class Attributes {

    private final StringJoiner list = new StringJoiner(",");

    /** An enumerated string, a decimal number or a resolution. */
    Attributes plain(String name, Object value) {
        list.add(name + "=" + value);
        return this;
    }

    /** A quoted string. */
    Attributes quoted(String name, String value) {
        list.add(name + "=\"" + requireQuotable(value) + "\"");
        return this;
    }

    Attributes yes(String name, boolean condition) {
        return condition ? plain(name, "YES") : this;
    }

    Attributes seconds(String name, Duration value) {
        return plain(name, decimal(value));
    }

    /** Seconds without trailing zeros, down to a microsecond. */
    static String decimal(Duration value) {
        BigDecimal seconds = BigDecimal.valueOf(value.toNanos(), 9).setScale(6, RoundingMode.HALF_UP);
        return seconds.stripTrailingZeros().toPlainString();
    }

    static String requireQuotable(String value) {
        if (value.chars().anyMatch(c -> c == '"' || c == '\n' || c == '\r')) {
            throw new IllegalArgumentException("a quoted string must not hold a quote or a line break: " + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return list.toString();
    }
}
