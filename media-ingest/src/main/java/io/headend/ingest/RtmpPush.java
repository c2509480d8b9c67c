package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.ingest.rtmp.StreamKey;
import java.net.URI;

/**
 * A stream that somebody else publishes to this process over RTMP, Enhanced RTMP included.
 *
 * @param url {@code rtmp-listen://host:port/app/name}: the address to listen on, and the only stream that is taken; the name may
 *     carry {@code ?txKey=KEY}, which asks publishers for a signed URL (see {@link PublishAuth#txSecret})
 */
public record RtmpPush(String url) implements InputSpec {

    /** @throws MediaException {@code INVALID_ARGUMENT} if host, port, app or name is missing */
    public RtmpPush {
        URI uri = InputSpec.uri(url);
        if (!"rtmp-listen".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
            throw MediaException.invalidArgument(
                    "'" + RedactedUrl.of(url) + "' is not rtmp-listen://host:port/app/name");
        }
        StreamKey.parse(path(uri));
    }

    private static String path(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        return path.startsWith("/") ? path.substring(1) : path;
    }

    public String host() {
        String host = InputSpec.uri(url).getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** 0 for any free port. */
    public int port() {
        return InputSpec.uri(url).getPort();
    }

    public StreamKey stream() {
        return StreamKey.parse(path(InputSpec.uri(url)));
    }

    /** The key that publishers must know, or empty. */
    public String signingKey() {
        String query = InputSpec.uri(url).getQuery();
        return query != null && query.startsWith("txKey=") ? query.substring("txKey=".length()) : "";
    }

    @Override
    public String toString() {
        return "RtmpPush[" + RedactedUrl.of(url) + "]";
    }
}
