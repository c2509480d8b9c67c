package io.headend.core.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request.
 *
 * @param method upper case, such as {@code GET}
 * @param path decoded absolute path without query, dot segments resolved; begins with a slash
 * @param rawQuery the part behind the question mark as it came, or empty
 * @param headers request fields
 * @param body payload, {@link MediaBody.Empty} where there is none
 */
public record MediaRequest(String method, String path, String rawQuery, Headers headers, MediaBody body) {

    public MediaRequest {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must begin with a slash: '" + path + "'");
        }
    }

    public static MediaRequest get(String pathAndQuery) {
        int mark = pathAndQuery.indexOf('?');
        return mark < 0
                ? new MediaRequest("GET", pathAndQuery, "", Headers.EMPTY, MediaBody.empty())
                : new MediaRequest(
                        "GET",
                        pathAndQuery.substring(0, mark),
                        pathAndQuery.substring(mark + 1),
                        Headers.EMPTY,
                        MediaBody.empty());
    }

    public MediaRequest withPath(String newPath) {
        return new MediaRequest(method, newPath, rawQuery, headers, body);
    }

    public MediaRequest withHeaders(Headers newHeaders) {
        return new MediaRequest(method, path, rawQuery, newHeaders, body);
    }

    /** A query parameter, decoded; the first of that name. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(queryParameters().get(name));
    }

    /**
     * All query parameters in order, decoded, the first of each name.
     *
     * @throws IllegalArgumentException if an escape is malformed
     */
    public Map<String, String> queryParameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (rawQuery.isEmpty()) {
            return parameters;
        }
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            parameters.putIfAbsent(
                    URLDecoder.decode(key, StandardCharsets.UTF_8), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
