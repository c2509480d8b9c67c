package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A live stream that FFmpeg's own protocol code reads.
 *
 * @param url the address, in FFmpeg's form; its query part goes to FFmpeg's protocol
 * @param options options for FFmpeg's demultiplexer and protocol, over those that this library sets
 */
public record LiveInput(String url, Map<String, String> options) implements InputSpec {

    static final Set<String> SCHEMES = Set.of("http", "https", "udp", "rtp", "tcp", "rtmp", "rtmps");

    private static final Set<String> WITH_PORT = Set.of("udp", "rtp", "tcp");

    /**
     * @throws MediaException {@code INVALID_ARGUMENT} if the scheme is not one of those above, or if the host, or the port
     *     where the protocol has no usual one, is missing
     */
    public LiveInput {
        options = Map.copyOf(options);
        URI uri = InputSpec.uri(url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw MediaException.invalidArgument(
                    "'" + RedactedUrl.of(url) + "' is not a live input; its scheme must be one of "
                            + String.join(", ", SCHEMES.stream().sorted().toList()));
        }
        String authority = uri.getRawAuthority();
        if (authority == null || authority.isEmpty()) {
            throw MediaException.invalidArgument("'" + RedactedUrl.of(url) + "' names no host");
        }
        if (WITH_PORT.contains(scheme) && port(authority) < 0) {
            throw MediaException.invalidArgument("'" + RedactedUrl.of(url) + "' needs a port from 1 to 65535, as in "
                    + scheme + "://127.0.0.1:9000");
        }
    }

    public static LiveInput of(String url) {
        return new LiveInput(url, Map.of());
    }

    // URI.getPort() is -1 for "@239.0.0.1:5000" and ":5000", which FFmpeg's udp and srt take.
    private static int port(String authority) {
        String digits = authority.substring(authority.lastIndexOf(':') + 1);
        if (authority.indexOf(':') < 0 || !digits.matches("[0-9]{1,5}")) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65_535 ? port : -1;
    }

    @Override
    public String toString() {
        return "LiveInput[" + RedactedUrl.of(url) + "]";
    }

    String scheme() {
        return url.substring(0, url.indexOf(':')).toLowerCase(Locale.ROOT);
    }
}
