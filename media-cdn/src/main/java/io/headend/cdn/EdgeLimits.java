package io.headend.cdn;

import java.time.Duration;

/** What one client, and all clients together, may take from a server. */
record EdgeLimits(
        int uriBytes, int headerBytes, int bodyBytes, int connections, Duration idleTimeout, Timeouts timeouts) {

    /**
     * Deadlines of one exchange.
     *
     * @param request from the first byte of a request to its last
     * @param response from a request to the handler's answer, and to each next chunk of it
     * @param close from the begin of {@code close()} to cutting what is still being sent
     */
    record Timeouts(Duration request, Duration response, Duration close) {}
}
