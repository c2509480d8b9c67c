package io.headend.cdn;

import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A body that one writer fills while any number of readers send it, each from its begin and at its own pace.
 *
 * <p><b>Threading:</b> safe for use by any thread; readers are woken on the writer's thread, outside the lock.
 */
final class SharedBody {

    private final long declared;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private final List<Reader> waiting = new ArrayList<>();
    private long size;
    private boolean complete;
    private @Nullable Throwable failure;

    /** @param declared total bytes, or -1 */
    SharedBody(long declared) {
        this.declared = declared;
    }

    void append(ByteBuffer chunk) {
        ByteBuffer view = chunk.asReadOnlyBuffer();
        wake(() -> {
            chunks.add(view);
            size += view.remaining();
        });
    }

    void complete() {
        wake(() -> complete = true);
    }

    void fail(Throwable cause) {
        wake(() -> failure = cause);
    }

    private void wake(Runnable change) {
        List<Runnable> outcomes = new ArrayList<>();
        lock.lock();
        try {
            change.run();
            for (Reader reader : waiting) {
                outcomes.add(reader.outcome());
            }
            waiting.clear();
        } finally {
            lock.unlock();
        }
        outcomes.forEach(Runnable::run);
    }

    long size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** The bytes there are; all of them once {@link #complete()} was called. */
    MediaBody.Bytes bytes() {
        lock.lock();
        try {
            return new MediaBody.Bytes(chunks);
        } finally {
            lock.unlock();
        }
    }

    MediaBody reader() {
        return new MediaBody.Pulled(new Reader(), declared);
    }

    private final class Reader implements MediaBody.ChunkSource {
        private int index;
        private CompletableFuture<Optional<ByteBuffer>> promised = new CompletableFuture<>();

        @Override
        public CompletionStage<Optional<ByteBuffer>> next() {
            CompletableFuture<Optional<ByteBuffer>> result = new CompletableFuture<>();
            Runnable outcome;
            lock.lock();
            try {
                promised = result;
                if (index == chunks.size() && failure == null && !complete) {
                    waiting.add(this);
                    return result;
                }
                outcome = outcome();
            } finally {
                lock.unlock();
            }
            outcome.run();
            return result;
        }

        /** How the promise is kept; made under the lock, run outside it. */
        private Runnable outcome() {
            CompletableFuture<Optional<ByteBuffer>> promise = promised;
            Throwable cause = failure;
            if (index < chunks.size()) {
                ByteBuffer chunk = chunks.get(index++).duplicate();
                return () -> promise.complete(Optional.of(chunk));
            }
            return cause != null
                    ? () -> promise.completeExceptionally(cause)
                    : () -> promise.complete(Optional.empty());
        }

        @Override
        public void close() {
            boolean waited;
            lock.lock();
            try {
                waited = waiting.remove(this);
            } finally {
                lock.unlock();
            }
            if (waited) {
                promised.completeExceptionally(MediaException.closed("the reader of a shared body"));
            }
        }
    }
}
