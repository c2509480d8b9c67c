package io.headend.cdn;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.netty.handler.codec.http.HttpHeaders;

/** Cross-origin reads (Fetch, CORS protocol): players usually come from another origin than their media. */
record Cors(String allowedOrigin) {

    static boolean isPreflight(MediaRequest request) {
        return request.method().equals("OPTIONS")
                && request.headers().first("Origin").isPresent()
                && request.headers().first("Access-Control-Request-Method").isPresent();
    }

    MediaResponse preflight(MediaRequest request) {
        Headers.Builder headers = Headers.builder()
                .add("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS")
                .add("Access-Control-Max-Age", "7200");
        request.headers()
                .first("Access-Control-Request-Headers")
                .ifPresent(names -> headers.add("Access-Control-Allow-Headers", names)
                        .add("Vary", "Access-Control-Request-Headers"));
        return new MediaResponse(204, headers.build(), MediaBody.empty());
    }

    void apply(HttpHeaders headers) {
        if (allowedOrigin.equals("*") && headers.contains("Access-Control-Allow-Origin")) {
            return;
        }
        headers.set("Access-Control-Allow-Origin", allowedOrigin);
        headers.set("Access-Control-Expose-Headers", "Content-Length, Content-Range, Date, Age, ETag");
        headers.set("Timing-Allow-Origin", allowedOrigin);
        if (!allowedOrigin.equals("*")) {
            headers.add("Vary", "Origin");
        }
    }
}
