package io.headend.cdn;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One request on its way to the origin, and whoever waits for it. */
final class Fetch {

    /** How much is taken, and whose time tells that it still comes. */
    record Limit(long bytes, LongSupplier ticker) {}

    /** Completes when the head has come; empty where the answer is for one client alone. */
    final CompletableFuture<Optional<CacheEntry>> entry = new CompletableFuture<>();

    private volatile long progressNanos;

    Fetch(long startedNanos) {
        this.progressNanos = startedNanos;
    }

    /** Whether neither head nor bytes came for longer than {@code patienceNanos}. */
    boolean isStuck(long nowNanos, long patienceNanos) {
        return nowNanos - progressNanos > patienceNanos;
    }

    void progressed(long nowNanos) {
        progressNanos = nowNanos;
    }

    /**
     * Fills {@code into} from {@code body} to its end, whoever reads it or has gone away.
     *
     * @param end hears of the end with {@code null}, or of the failure
     */
    void fill(SharedBody into, MediaBody.Pulled body, Limit limit, BiConsumer<SharedBody, @Nullable Throwable> end) {
        // A loop for chunks at hand and a callback for the others, so that neither recurses.
        for (; ; ) {
            CompletionStage<Optional<ByteBuffer>> stage;
            try {
                stage = body.source().next();
            } catch (RuntimeException e) {
                ended(into, body, e, end);
                return;
            }
            CompletableFuture<Optional<ByteBuffer>> next = stage.toCompletableFuture();
            if (!next.isDone()) {
                stage.whenComplete((chunk, failure) -> {
                    if (take(into, body, next, limit, end)) {
                        fill(into, body, limit, end);
                    }
                });
                return;
            }
            if (!take(into, body, next, limit, end)) {
                return;
            }
        }
    }

    private boolean take(
            SharedBody into,
            MediaBody.Pulled body,
            CompletableFuture<Optional<ByteBuffer>> next,
            Limit limit,
            BiConsumer<SharedBody, @Nullable Throwable> end) {
        try {
            Optional<ByteBuffer> chunk = next.join();
            if (chunk.isEmpty()) {
                if (body.length() >= 0 && into.size() != body.length()) {
                    throw MediaException.malformed(
                            "a body ended after " + into.size() + " of " + body.length() + " bytes");
                }
                ended(into, body, null, end);
                return false;
            }
            if (into.size() + chunk.get().remaining() > limit.bytes()) {
                throw new MediaException(
                        MediaErrorCode.EXHAUSTED, "a body of unknown length grew beyond " + limit.bytes() + " bytes");
            }
            progressed(limit.ticker().getAsLong());
            into.append(chunk.get());
            return true;
        } catch (RuntimeException e) {
            ended(into, body, e, end);
            return false;
        }
    }

    private static void ended(
            SharedBody into,
            MediaBody.Pulled body,
            @Nullable Throwable failure,
            BiConsumer<SharedBody, @Nullable Throwable> end) {
        body.close();
        if (failure == null) {
            into.complete();
        } else {
            into.fail(failure);
        }
        end.accept(into, failure);
    }
}
