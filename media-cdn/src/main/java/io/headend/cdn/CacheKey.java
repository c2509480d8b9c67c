package io.headend.cdn;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What makes two requests the same.
 *
 * @param path normalised path
 * @param query the parameters that matter, sorted, so that their order does not
 * @param gzip whether the answer may be compressed
 */
record CacheKey(String path, String query, boolean gzip) {

    private static final Headers COMPRESSED = Headers.of("Accept-Encoding", "gzip");
    private static final Pattern TEXT = Pattern.compile("(?i).*\\.(?:m3u8|mpd|mpp|vtt|ttml|json|xml|html|js|css)");

    static CacheKey of(MediaRequest request, Predicate<String> parameters) {
        // media does not get smaller, and would be kept twice
        boolean gzip =
                TEXT.matcher(request.path()).matches() && request.headers().takesGzip();
        if (request.rawQuery().isEmpty()) {
            return new CacheKey(request.path(), "", gzip);
        }
        String query = Arrays.stream(request.rawQuery().split("&", -1))
                .filter(pair -> parameters.test(pair.substring(0, end(pair))))
                .sorted()
                .collect(Collectors.joining("&"));
        return new CacheKey(request.path(), query, gzip);
    }

    private static int end(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair.length() : equals;
    }

    /**
     * What the origin is asked. It sees nothing of the client but this, so every client with the same key may have the answer whatever
     * its {@code Vary} says.
     */
    MediaRequest request() {
        return new MediaRequest("GET", path, query, gzip ? COMPRESSED : Headers.EMPTY, MediaBody.empty());
    }

    int weight() {
        return 2 * (path.length() + query.length());
    }
}
