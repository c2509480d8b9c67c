package io.headend.formats.hls.parsed;

import io.headend.core.MediaException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code EXT-X-DEFINE} and substitution (RFC 8216bis, 4.3 and 4.4.2.3). */
final class Variables {

    private static final Pattern REFERENCE = Pattern.compile("\\{\\$([A-Za-z0-9_-]+)}");
    private static final int MOST = 1_000;

    private final Map<String, String> imported;
    private final Map<String, String> queryParameters;
    private final Map<String, String> values = new HashMap<>();

    Variables(Map<String, String> imported, Map<String, String> queryParameters) {
        this.imported = imported;
        this.queryParameters = queryParameters;
    }

    void define(Map<String, String> attributes) {
        String name = attributes.get("NAME");
        String importName = attributes.get("IMPORT");
        String query = attributes.get("QUERYPARAM");
        if (name != null) {
            put(name, attributes.getOrDefault("VALUE", ""));
        } else if (importName != null) {
            put(importName, known(imported, importName, "the multivariant playlist"));
        } else if (query != null) {
            put(query, known(queryParameters, query, "the query of the playlist's URI"));
        } else {
            throw MediaException.malformed("EXT-X-DEFINE has neither NAME, IMPORT nor QUERYPARAM");
        }
    }

    private static String known(Map<String, String> values, String name, String place) {
        String value = values.get(name);
        if (value == null) {
            throw MediaException.malformed("variable " + Values.shown(name) + " is not defined by " + place);
        }
        return value;
    }

    private void put(String name, String value) {
        if (values.size() >= MOST) {
            throw MediaException.malformed("more than " + MOST + " variables");
        }
        values.put(name, value);
    }

    String substitute(String text) {
        if (!text.contains("{$")) {
            return text;
        }
        String result = REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(known(values, found.group(1), "a line before it")));
        if (result.length() > PlaylistParser.LONGEST_LINE) {
            throw MediaException.malformed("variables make a line of " + result.length() + " characters");
        }
        return result;
    }

    Map<String, String> all() {
        return Map.copyOf(values);
    }
}
