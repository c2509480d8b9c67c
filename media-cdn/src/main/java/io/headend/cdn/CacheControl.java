package io.headend.cdn;

import io.headend.core.http.Headers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What a response says of being kept (RFC 9111, 4.2.1 and 5.2.2).
 *
 * @param shareable whether several clients may have it
 * @param storable whether it may be kept after it was sent
 * @param lifetime how long it is fresh when it comes from the origin, if it says so
 */
record CacheControl(boolean shareable, boolean storable, Optional<Duration> lifetime) {

    private static final int MAX_DIGITS = 9;

    static CacheControl of(Headers headers) {
        boolean shareable = headers.first("Set-Cookie").isEmpty();
        boolean storable = shareable;
        long maxAge = -1;
        long sharedMaxAge = -1;
        for (String field : headers.all("Cache-Control")) {
            for (String directive : field.toLowerCase(Locale.ROOT).split(",", -1)) {
                int equals = directive.indexOf('=');
                String name = (equals < 0 ? directive : directive.substring(0, equals)).strip();
                String value = equals < 0 ? "" : directive.substring(equals + 1).strip();
                switch (name) {
                    case "private" -> {
                        shareable = false;
                        storable = false;
                    }
                    case "no-store", "no-cache" -> storable = false;
                    case "max-age" -> maxAge = seconds(value);
                    case "s-maxage" -> sharedMaxAge = seconds(value);
                    default -> {}
                }
            }
        }
        long lifetime = sharedMaxAge >= 0 ? sharedMaxAge : maxAge;
        if (lifetime < 0) {
            return new CacheControl(shareable, storable, Optional.empty());
        }
        return new CacheControl(
                shareable, storable, Optional.of(Duration.ofSeconds(Math.max(0, lifetime - age(headers)))));
    }

    /** Seconds that an answer spent in caches before it came here. */
    static long age(Headers headers) {
        return headers.first("Age").map(CacheControl::seconds).orElse(0L);
    }

    /** A malformed age is no age: what cannot be read must not be kept. */
    private static long seconds(String value) {
        String digits = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
        boolean sound = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return sound ? Long.parseLong(digits) : 0;
    }
}
