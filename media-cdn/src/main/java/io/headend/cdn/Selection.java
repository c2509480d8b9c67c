package io.headend.cdn;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Narrows a handler's full answer to what the request's conditions and range ask for: 304 (RFC 9110, 13.1.2) and 206 or 416
 * (14.2). A pure function; the body that comes in is the one that goes out, or is closed.
 */
final class Selection {

    private Selection() {}

    static MediaResponse of(MediaRequest request, MediaResponse response) {
        boolean head = request.method().equals("HEAD");
        if (response.status() != 200 || (!head && !request.method().equals("GET"))) {
            return response;
        }
        if (notModified(request, response)) {
            response.body().close();
            return new MediaResponse(304, response.headers(), MediaBody.empty());
        }
        if (!(response.body() instanceof MediaBody.Bytes) && !(response.body() instanceof MediaBody.FileRegion)) {
            return response;
        }
        MediaResponse whole = response.withHeader("Accept-Ranges", "bytes");
        ByteRange range = head ? null : range(request, response);
        return range == null ? whole : part(whole, range);
    }

    private static boolean notModified(MediaRequest request, MediaResponse response) {
        Optional<String> etag = response.headers().first("ETag");
        List<String> fields = request.headers().all("If-None-Match");
        if (fields.isEmpty() || etag.isEmpty()) {
            return false;
        }
        String wanted = opaque(etag.get());
        for (String field : fields) {
            for (String candidate : field.split(",", -1)) {
                if (candidate.strip().equals("*") || opaque(candidate.strip()).equals(wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String opaque(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }

    private static @Nullable ByteRange range(MediaRequest request, MediaResponse response) {
        List<String> fields = request.headers().all("Range");
        if (fields.size() != 1) {
            return null;
        }
        // RFC 9110, 13.1.5: another representation than the one asked for is sent whole.
        Optional<String> condition = request.headers().first("If-Range");
        if (condition.isPresent()) {
            boolean same = !condition.get().startsWith("W/")
                    && (condition.equals(response.headers().first("ETag"))
                            || condition.equals(response.headers().first("Last-Modified")));
            if (!same) {
                return null;
            }
        }
        return ByteRange.of(fields.get(0), response.body().length());
    }

    private static MediaResponse part(MediaResponse whole, ByteRange range) {
        long total = whole.body().length();
        if (range.length() == 0) {
            whole.body().close();
            Headers headers = whole.headers().toBuilder()
                    .set("Content-Range", "bytes */" + total)
                    .set("Cache-Control", "no-store")
                    .build();
            return new MediaResponse(416, headers, MediaBody.empty());
        }
        long last = range.first() + range.length() - 1;
        return new MediaResponse(
                206,
                whole.headers().toBuilder()
                        .set("Content-Range", "bytes " + range.first() + "-" + last + "/" + total)
                        .build(),
                cut(whole.body(), range));
    }

    private static MediaBody cut(MediaBody body, ByteRange range) {
        if (body instanceof MediaBody.FileRegion region) {
            return new MediaBody.FileRegion(region.file(), region.offset() + range.first(), range.length());
        }
        List<ByteBuffer> parts = new ArrayList<>();
        long skip = range.first();
        long left = range.length();
        for (ByteBuffer part : ((MediaBody.Bytes) body).parts()) {
            int from = (int) Math.min(skip, part.remaining());
            int take = (int) Math.min(left, part.remaining() - from);
            if (take > 0) {
                parts.add(part.slice(part.position() + from, take));
            }
            skip -= from;
            left -= take;
        }
        return new MediaBody.Bytes(parts);
    }
}
