package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URI;

/**
 * A stream of an RTSP server (RFC 2326), read with FFmpeg.
 *
 * @param url {@code rtsp://} or {@code rtsps://}, with user and password where the server asks for them
 * @param transport how packets come
 */
public record Rtsp(String url, Transport transport) implements InputSpec {

    /** How packets come. */
    public enum Transport {
        /** Inside the RTSP connection: passes firewalls, loses nothing. */
        TCP,
        /** By UDP, for servers that know nothing else. */
        UDP
    }

    /** @throws MediaException {@code INVALID_ARGUMENT} if it is no such URL */
    public Rtsp {
        URI uri = InputSpec.uri(url);
        boolean rtsp = "rtsp".equalsIgnoreCase(uri.getScheme()) || "rtsps".equalsIgnoreCase(uri.getScheme());
        if (!rtsp || uri.getRawAuthority() == null) {
            throw MediaException.invalidArgument(
                    "'" + RedactedUrl.of(url) + "' names no host; write rtsp://host[:port]/stream");
        }
    }

    /** Over TCP. */
    public static Rtsp of(String url) {
        return new Rtsp(url, Transport.TCP);
    }

    public Rtsp withTransport(Transport newTransport) {
        return new Rtsp(url, newTransport);
    }

    @Override
    public String toString() {
        return "Rtsp[" + RedactedUrl.of(url) + ", " + transport + "]";
    }
}
