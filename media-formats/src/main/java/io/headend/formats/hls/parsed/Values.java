package io.headend.formats.hls.parsed;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.formats.hls.parsed.ParsedMedia.ByteRange;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Reads the values of tags and attributes. */
final class Values {

    // A day: no segment of a playlist is longer, and sums of them stay far from the bounds of a Duration.
    private static final BigDecimal LONGEST = BigDecimal.valueOf(86_400);

    private Values() {}

    static long integer(String text, long most, String what) {
        String digits = text.strip();
        try {
            long value = Long.parseLong(digits);
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw MediaException.malformed(what + " is '" + shown(digits) + "', not a whole number");
        }
        throw MediaException.malformed(what + " is " + shown(digits) + ", which is out of range");
    }

    static Duration seconds(String text, String what) {
        BigDecimal seconds = decimal(text, what);
        if (seconds.signum() < 0 || seconds.compareTo(LONGEST) > 0) {
            throw MediaException.malformed(what + " is " + shown(text) + " s, which is out of range");
        }
        return Duration.ofNanos(
                seconds.movePointRight(9).setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    static BigDecimal decimal(String text, String what) {
        String number = text.strip();
        // Exponents would make a number of any size from a few characters.
        if (number.length() > 40 || !number.matches("-?[0-9]*\\.?[0-9]+|-?[0-9]+\\.")) {
            throw MediaException.malformed(what + " is '" + shown(number) + "', not a number");
        }
        return new BigDecimal(number);
    }

    /** {@code length[@offset]}; without an offset the range begins where the one before it ended. */
    static ByteRange range(String text, long next) {
        int at = text.indexOf('@');
        long length = integer(at < 0 ? text : text.substring(0, at), Long.MAX_VALUE / 4, "the length of a byte range");
        long offset = at < 0 ? next : integer(text.substring(at + 1), Long.MAX_VALUE / 4, "the offset of a byte range");
        if (length == 0) {
            throw MediaException.malformed("a byte range of no bytes");
        }
        return new ByteRange(offset, length);
    }

    static @Nullable PictureSize resolution(@Nullable String text) {
        if (text == null || !text.matches("[0-9]{1,5}[xX][0-9]{1,5}")) {
            return null;
        }
        int cross = Math.max(text.indexOf('x'), text.indexOf('X'));
        try {
            return new PictureSize(
                    Integer.parseInt(text.substring(0, cross)), Integer.parseInt(text.substring(cross + 1)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** ISO 8601, with any offset in any of its forms, or none, which is UTC; {@code null} where it is no date. */
    static @Nullable Instant instant(String text) {
        String date = text.strip()
                .replaceFirst("([+-][0-9]{2})([0-9]{2})$", "$1:$2")
                .replaceFirst("([+-][0-9]{2})$", "$1:00");
        try {
            return OffsetDateTime.parse(date).toInstant();
        } catch (DateTimeException withoutOffset) {
            try {
                return LocalDateTime.parse(date).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                return null;
            }
        }
    }

    static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
