package io.headend.cdn;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What makes two requests the same.
 *
 * @param path normalised path
 * @param query the parameters that matter, sorted, so that their order does not
 */
record CacheKey(String path, String query) {

    static CacheKey of(MediaRequest request, Predicate<String> parameters) {
        if (request.rawQuery().isEmpty()) {
            return new CacheKey(request.path(), "");
        }
        String query = Arrays.stream(request.rawQuery().split("&", -1))
                .filter(pair -> parameters.test(pair.substring(0, end(pair))))
                .sorted()
                .collect(Collectors.joining("&"));
        return new CacheKey(request.path(), query);
    }

    private static int end(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair.length() : equals;
    }

    /**
     * What the origin is asked. It sees nothing of the client but this, so every client may have the answer whatever its
     * {@code Vary} says.
     */
    MediaRequest request() {
        return new MediaRequest("GET", path, query, Headers.EMPTY, MediaBody.empty());
    }

    int weight() {
        return 2 * (path.length() + query.length());
    }
}
