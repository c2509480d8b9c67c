package io.headend.core.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One HTTP response.
 *
 * @param status status code, 200 to 599
 * @param headers response fields without {@code Content-Length}, {@code Transfer-Encoding} and {@code Connection}, which are
 *     the server's
 * @param body payload; the server closes it when it is sent or given up
 */
public record MediaResponse(int status, Headers headers, MediaBody body) {

    public MediaResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not a final status: " + status);
        }
    }

    public static MediaResponse ok(String contentType, ByteBuffer body) {
        return new MediaResponse(200, Headers.of("Content-Type", contentType), new MediaBody.Bytes(body));
    }

    /** An error with one sentence of plain text. */
    public static MediaResponse error(int status, String sentence) {
        return new MediaResponse(
                status,
                Headers.of("Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store"),
                new MediaBody.Bytes(ByteBuffer.wrap((sentence + "\n").getBytes(StandardCharsets.UTF_8))));
    }

    public MediaResponse withHeader(String name, String value) {
        return new MediaResponse(status, headers.toBuilder().set(name, value).build(), body);
    }
}
