package io.headend.cdn;

/**
 * What a server did since it started.
 *
 * @param connections open now
 * @param accepted connections taken
 * @param refused connections closed at once because the limit was reached
 * @param requests requests given to the handler
 * @param malformed requests refused before the handler
 * @param bytesSent payload bytes handed to the transport
 */
public record EdgeFigures(
        long connections, long accepted, long refused, long requests, long malformed, long bytesSent) {}
