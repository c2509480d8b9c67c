package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The query part of an address: {@code name=value} pairs, of which none may be unknown. */
final class Query {

    private final String url;
    private final Map<String, String> values = new HashMap<>();

    private Query(String url) {
        this.url = url;
    }

    static Query of(String url, Set<String> known) {
        Query query = new Query(url);
        int mark = url.indexOf('?');
        if (mark >= 0) {
            for (String pair : url.substring(mark + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                if (!known.contains(name)) {
                    throw MediaException.invalidArgument(
                            "'" + RedactedUrl.of(url) + "': unknown option '" + name + "'; known are "
                                    + String.join(", ", known.stream().sorted().toList()));
                }
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                query.values.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    /** Behind {@code scheme://} and before the path and the query. */
    static String authority(String url) {
        String rest = url.substring(url.indexOf("://") + 3);
        int end = rest.length();
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) == '/' || rest.charAt(i) == '?') {
                end = i;
                break;
            }
        }
        return rest.substring(0, end);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise, int max) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > max) {
            throw MediaException.invalidArgument(
                    "'" + RedactedUrl.of(url) + "': " + name + " is a number from 0 to " + max);
        }
        return Integer.parseInt(text);
    }

    Duration millis(String name, Duration otherwise, int max) {
        return Duration.ofMillis(number(name, (int) otherwise.toMillis(), max));
    }
}
