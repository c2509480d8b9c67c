package io.headend.cdn;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One request on its way to the origin, and whoever waits for it. */
final class Fetch {

    /** Completes when the head has come; empty where the answer is for one client alone. */
    final CompletableFuture<Optional<CacheEntry>> entry = new CompletableFuture<>();

    final long startedNanos;

    Fetch(long startedNanos) {
        this.startedNanos = startedNanos;
    }

    boolean isStuck(long nowNanos, long patienceNanos) {
        return !entry.isDone() && nowNanos - startedNanos > patienceNanos;
    }

    /**
     * Fills {@code into} from {@code body} to its end, whoever reads it or has gone away.
     *
     * @param end hears of the end with {@code null}, or of the failure
     */
    static void fill(
            SharedBody into, MediaBody.Pulled body, long maxBytes, BiConsumer<SharedBody, @Nullable Throwable> end) {
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
                    if (take(into, body, next, maxBytes, end)) {
                        fill(into, body, maxBytes, end);
                    }
                });
                return;
            }
            if (!take(into, body, next, maxBytes, end)) {
                return;
            }
        }
    }

    private static boolean take(
            SharedBody into,
            MediaBody.Pulled body,
            CompletableFuture<Optional<ByteBuffer>> next,
            long maxBytes,
            BiConsumer<SharedBody, @Nullable Throwable> end) {
        try {
            Optional<ByteBuffer> chunk = next.join();
            if (chunk.isEmpty()) {
                ended(into, body, null, end);
                return false;
            }
            if (into.size() + chunk.get().remaining() > maxBytes) {
                throw new MediaException(
                        MediaErrorCode.EXHAUSTED, "a body of unknown length grew beyond " + maxBytes + " bytes");
            }
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
