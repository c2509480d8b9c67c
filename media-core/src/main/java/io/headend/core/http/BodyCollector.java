package io.headend.core.http;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gathers a body that comes in pieces. */
final class BodyCollector {

    private final MediaBody.ChunkSource source;
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> done = new CompletableFuture<>();

    private BodyCollector(MediaBody.ChunkSource source, int limit) {
        this.source = source;
        this.limit = limit;
    }

    static CompletionStage<byte[]> collect(MediaBody body, int limit) {
        if (body.length() > limit) {
            body.close();
            return CompletableFuture.failedFuture(tooLong(limit));
        }
        if (body instanceof MediaBody.Bytes parts) {
            ByteArrayOutputStream all = new ByteArrayOutputStream((int) parts.length());
            parts.parts().forEach(part -> append(all, part));
            return CompletableFuture.completedFuture(all.toByteArray());
        }
        if (body instanceof MediaBody.Pulled pulled) {
            BodyCollector collector = new BodyCollector(pulled.source(), limit);
            collector.pull();
            return collector.done.whenComplete((all, failure) -> body.close());
        }
        if (body instanceof MediaBody.Empty) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        return CompletableFuture.failedFuture(
                MediaException.unsupported("A stretch of a file is not read into memory."));
    }

    /** Goes round as long as pieces are there, so that many small ones do not nest. */
    @SuppressWarnings("FutureReturnValueIgnored") // every end of it completes the collector's own stage
    private void pull() {
        while (true) {
            CompletableFuture<Optional<ByteBuffer>> next = source.next().toCompletableFuture();
            if (!next.isDone()) {
                next.whenComplete((piece, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(failure);
                    } else if (take(piece)) {
                        pull();
                    }
                });
                return;
            }
            try {
                if (!take(next.join())) {
                    return;
                }
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
                return;
            }
        }
    }

    /** Whether there may be more. */
    private boolean take(Optional<ByteBuffer> piece) {
        if (piece.isEmpty()) {
            done.complete(bytes.toByteArray());
            return false;
        }
        if (piece.get().remaining() > limit - bytes.size()) {
            done.completeExceptionally(tooLong(limit));
            return false;
        }
        append(bytes, piece.get());
        return true;
    }

    private static void append(ByteArrayOutputStream to, ByteBuffer part) {
        byte[] copy = new byte[part.remaining()];
        part.duplicate().get(copy);
        to.writeBytes(copy);
    }

    private static MediaException tooLong(int limit) {
        return new MediaException(
                MediaErrorCode.EXHAUSTED, "The body has more than the " + limit + " bytes that are taken here.");
    }
}
