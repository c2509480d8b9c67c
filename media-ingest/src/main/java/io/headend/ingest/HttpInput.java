package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URI;

/**
 * A recording on an HTTP server, read while it is played.
 *
 * @param uri an {@code http} or {@code https} URL of one file, such as an MP4
 * @param playback once or looped, paced or not
 */
public record HttpInput(URI uri, Playback playback) implements InputSpec {

    /**
     * @throws MediaException {@code INVALID_ARGUMENT} if the URL has another scheme or no host
     */
    public HttpInput {
        String scheme = uri.getScheme();
        if (uri.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            throw MediaException.invalidArgument(
                    "'" + RedactedUrl.of(uri.toString()) + "' is not an http or https URL with a host");
        }
    }

    public HttpInput withPlayback(Playback newPlayback) {
        return new HttpInput(uri, newPlayback);
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public String url() {
        return uri.toString();
    }

    @Override
    public String toString() {
        return "HttpInput[" + RedactedUrl.of(url()) + ", " + playback + "]";
    }
}
