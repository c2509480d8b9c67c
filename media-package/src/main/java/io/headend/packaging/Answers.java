package io.headend.packaging;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;

/** What all answers of an origin have in common: CORS, validators, HEAD. */
final class Answers {

    private Answers() {}

    static MediaResponse ok(String contentType, String cacheControl, StoredObject object) {
        Headers headers = object.entityTag().isEmpty()
                ? Headers.of("Content-Type", contentType, "Cache-Control", cacheControl)
                : Headers.of("Content-Type", contentType, "Cache-Control", cacheControl, "ETag", object.entityTag());
        return new MediaResponse(200, headers, object.body());
    }

    /** A manifest, compressed where the client takes that. */
    static MediaResponse manifest(String contentType, String cacheControl, StoredObject object, boolean gzip) {
        MediaResponse plain = ok(contentType, cacheControl, object).withHeader("Vary", "Accept-Encoding");
        return gzip ? plain.withHeader("Content-Encoding", "gzip") : plain;
    }

    /** Turns an answer to GET into the answer to this request. */
    static MediaResponse finish(MediaRequest request, MediaResponse answer) {
        Headers.Builder headers = answer.headers().toBuilder();
        headers.set("Access-Control-Allow-Origin", "*");
        headers.set("Access-Control-Expose-Headers", "ETag, Date, Content-Length, Content-Range");
        int status = answer.status();
        MediaBody body = answer.body();
        String tag = answer.headers().first("ETag").orElse("");
        boolean unchanged = status == 200
                && !tag.isEmpty()
                && request.headers()
                        .first("If-None-Match")
                        .filter(condition -> EntityTag.matches(condition, tag))
                        .isPresent();
        if (unchanged) {
            status = 304;
            body = MediaBody.empty();
        }
        return new MediaResponse(status, headers.build(), body);
    }

    static MediaResponse options() {
        return new MediaResponse(
                204,
                Headers.of(
                        "Access-Control-Allow-Methods",
                        "GET, HEAD, OPTIONS",
                        "Access-Control-Allow-Headers",
                        "Range, If-None-Match, Content-Type",
                        "Access-Control-Max-Age",
                        "86400",
                        "Allow",
                        "GET, HEAD, OPTIONS"),
                MediaBody.empty());
    }

    static MediaResponse methodNotAllowed() {
        return MediaResponse.error(405, "Only GET, HEAD and OPTIONS are answered here.")
                .withHeader("Allow", "GET, HEAD, OPTIONS");
    }
}
