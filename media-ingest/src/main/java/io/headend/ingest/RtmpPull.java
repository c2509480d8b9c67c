package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.ingest.rtmp.RtmpInputs;

/**
 * A stream of another RTMP server.
 *
 * @param url {@code rtmp://host[:port]/app/name} or {@code rtmps://…}; what stands behind the last slash goes to the server as it is,
 *     its query included
 */
public record RtmpPull(String url) implements InputSpec {

    /** @throws MediaException {@code INVALID_ARGUMENT} if it is not such a URL */
    public RtmpPull {
        RtmpInputs.check(url);
    }

    @Override
    public String toString() {
        return "RtmpPull[" + RedactedUrl.of(url) + "]";
    }
}
