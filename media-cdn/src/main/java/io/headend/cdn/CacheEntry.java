package io.headend.cdn;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer that several clients may have.
 *
 * @param template status, fields and, once {@code filling} is {@code null}, the whole payload
 * @param filling the payload while it still comes in, or {@code null} once it is whole
 * @param lifetime how long it is fresh; zero where it must not be kept
 * @param receivedNanos when it came, by the cache's ticker
 */
record CacheEntry(MediaResponse template, @Nullable SharedBody filling, Duration lifetime, long receivedNanos) {

    // Key, fields, list nodes: what an entry without payload costs, roughly.
    private static final int OVERHEAD = 1024;

    MediaResponse answer(String how, long nowNanos) {
        long here = Math.max(0, (nowNanos - receivedNanos) / 1_000_000_000);
        Headers headers = template.headers().toBuilder()
                .set("Age", Long.toString(CacheControl.age(template.headers()) + here))
                .set("Cache-Status", "headend; " + how)
                .build();
        MediaBody body = filling == null ? template.body() : filling.reader();
        return new MediaResponse(template.status(), headers, body);
    }

    CacheEntry whole(SharedBody filled) {
        return new CacheEntry(
                new MediaResponse(template.status(), template.headers(), filled.bytes()),
                null,
                lifetime,
                receivedNanos);
    }

    boolean isStorable() {
        return filling == null && !lifetime.isZero() && !(template.body() instanceof MediaBody.FileRegion);
    }

    int weight(CacheKey key) {
        long bytes = OVERHEAD + key.weight() + Math.max(0, template.body().length());
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }
}
