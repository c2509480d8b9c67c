package io.headend.cdn;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one client, and all clients together, may take from a server. */
record EdgeLimits(
        int uriBytes,
        int headerBytes,
        int bodyBytes,
        int connections,
        Timeouts timeouts,
        @Nullable Uploads uploads) {

    /**
     * What a body may take that is given to the handler while it comes.
     *
     * @param maxBytes of the whole body
     * @param longest from its head to its end
     */
    record Uploads(long maxBytes, Duration longest) {}

    /**
     * Deadlines of one exchange.
     *
     * @param request from the first byte of a request to its last; of an upload, from one byte to the next
     * @param response from a request to the handler's answer, and to each next chunk of it
     * @param idle between requests, and without a byte of an answer taken
     * @param close from the begin of {@code close()} to cutting what is still being sent
     */
    record Timeouts(Duration request, Duration response, Duration idle, Duration close) {}
}
