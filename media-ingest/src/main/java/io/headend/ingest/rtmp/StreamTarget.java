package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a client names: a stream, and the query parameters that stood behind the app or behind the stream name. */
record StreamTarget(StreamKey key, Map<String, String> parameters) {

    private static final int MAX_PARAMETERS = 64;

    /**
     * @param app of {@code connect}, maybe with a query
     * @param tcUrl of {@code connect}, maybe with a query
     * @param name of {@code publish} or {@code play}, maybe with a query
     * @throws MediaException {@code INVALID_ARGUMENT} if that is no name of a stream
     */
    static StreamTarget of(String app, String tcUrl, String name) {
        Map<String, String> parameters = new LinkedHashMap<>();
        // What stands nearest to the stream counts most.
        addQuery(parameters, name);
        addQuery(parameters, app);
        addQuery(parameters, tcUrl);
        return new StreamTarget(new StreamKey(trim(bare(app)), trim(bare(name))), parameters);
    }

    private static String bare(String text) {
        int mark = text.indexOf('?');
        return mark < 0 ? text : text.substring(0, mark);
    }

    private static String trim(String text) {
        String rest = text;
        while (rest.startsWith("/")) {
            rest = rest.substring(1);
        }
        while (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        return rest;
    }

    private static void addQuery(Map<String, String> parameters, String text) {
        int mark = text.indexOf('?');
        if (mark < 0) {
            return;
        }
        for (String pair : text.substring(mark + 1).split("[&?]", MAX_PARAMETERS)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** The parts of an {@code rtmp://} or {@code rtmps://} URL that a client needs. */
    record Remote(boolean tls, String host, int port, String app, String name, String tcUrl) {

        /**
         * @throws MediaException {@code INVALID_ARGUMENT} if it is not such a URL with app and stream
         */
        static Remote parse(String url) {
            URI uri;
            try {
                uri = new URI(url);
            } catch (URISyntaxException e) {
                throw MediaException.invalidArgument("'" + RedactedUrl.of(url) + "' is not a URL: " + e.getReason());
            }
            boolean tls = "rtmps".equalsIgnoreCase(uri.getScheme());
            if ((!tls && !"rtmp".equalsIgnoreCase(uri.getScheme())) || uri.getHost() == null) {
                throw MediaException.invalidArgument(
                        "'" + RedactedUrl.of(url) + "' is not rtmp://host[:port]/app/stream");
            }
            String path = uri.getRawPath() == null ? "" : trim(uri.getRawPath());
            int slash = path.lastIndexOf('/');
            if (slash < 1 || slash == path.length() - 1) {
                throw MediaException.invalidArgument(
                        "'" + RedactedUrl.of(url) + "' names no stream; write rtmp://host[:port]/app/stream");
            }
            int port = uri.getPort() < 0 ? tls ? 443 : 1935 : uri.getPort();
            String app = path.substring(0, slash);
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String tcUrl = uri.getScheme() + "://" + uri.getHost() + ":" + port + "/" + app;
            String host = uri.getHost().replaceAll("[\\[\\]]", "");
            return new Remote(tls, host, port, app, path.substring(slash + 1) + query, tcUrl);
        }
    }
}
