package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The reader face over what a store has in memory of its segments, whatever keeps their bytes. */
final class StoreReader implements SegmentReader {

    /** What a store has; asked under its lock. */
    interface Content {

        @Nullable
        Presentation presentation();

        @Nullable
        StoredObject init(String rendition, String name);

        @Nullable
        Entry segment(String rendition, long number);
    }

    /** A segment, growing or complete. */
    interface Entry {

        /** All of it, or {@code null} before it is complete. */
        @Nullable
        StoredObject whole();

        /** One chunk, counted from 0, or {@code null} where it has none of that number yet. */
        @Nullable
        StoredObject chunk(int index);
    }

    private final ReentrantLock lock;
    private final Waiting waiting;
    private final Content content;

    StoreReader(ReentrantLock lock, Waiting waiting, Content content) {
        this.lock = lock;
        this.waiting = waiting;
        this.content = content;
    }

    @Override
    public Optional<Presentation> presentation() {
        lock.lock();
        try {
            return Optional.ofNullable(content.presentation());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Optional<Presentation>> awaitPresentation(
            Predicate<Presentation> wanted, Duration patience) {
        return waiting.await(
                () -> {
                    Presentation present = content.presentation();
                    return present != null && wanted.test(present) ? present : null;
                },
                patience);
    }

    @Override
    public Optional<StoredObject> init(String rendition, String name) {
        lock.lock();
        try {
            return Optional.ofNullable(content.init(rendition, name));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Optional<StoredObject>> awaitSegment(String rendition, long number, Duration patience) {
        return waiting.await(
                () -> {
                    Entry segment = content.segment(rendition, number);
                    return segment == null ? null : segment.whole();
                },
                patience);
    }

    @Override
    public CompletionStage<Optional<StoredObject>> awaitChunk(
            String rendition, long number, int index, Duration patience) {
        return waiting.await(
                () -> {
                    Entry segment = content.segment(rendition, number);
                    return segment == null ? null : segment.chunk(index);
                },
                patience);
    }

    @Override
    public CompletionStage<Optional<StoredObject>> awaitGrowing(String rendition, long number, Duration patience) {
        return waiting.await(
                () -> {
                    Entry segment = content.segment(rendition, number);
                    if (segment == null) {
                        return null;
                    }
                    StoredObject whole = segment.whole();
                    if (whole != null) {
                        return whole;
                    }
                    return segment.chunk(0) == null
                            ? null
                            : new StoredObject(
                                    new MediaBody.Pulled(new Chunks(rendition, number, segment, patience), -1), "");
                },
                patience);
    }

    /** What a growing segment answers with: its next chunk, or that there is none any more. */
    private record Next(@Nullable StoredObject chunk) {}

    /** The chunks of a segment from the first to its end, each as soon as it is there. */
    private final class Chunks implements MediaBody.ChunkSource {
        private final String rendition;
        private final long number;
        private final Entry segment;
        private final Duration patience;
        private final Queue<ByteBuffer> ready = new ArrayDeque<>();
        private int index;

        Chunks(String rendition, long number, Entry segment, Duration patience) {
            this.rendition = rendition;
            this.number = number;
            this.segment = segment;
            this.patience = patience;
        }

        @Override
        public CompletionStage<Optional<ByteBuffer>> next() {
            ByteBuffer more = ready.poll();
            if (more != null) {
                return CompletableFuture.completedFuture(Optional.of(more));
            }
            return waiting.await(this::look, patience).thenCompose(this::take);
        }

        private @Nullable Next look() {
            StoredObject chunk = segment.chunk(index);
            if (chunk != null) {
                return new Next(chunk);
            }
            if (segment.whole() != null) {
                return new Next(null);
            }
            if (content.segment(rendition, number) != segment) {
                throw new MediaException(
                        MediaErrorCode.IO,
                        "segment " + number + " of " + rendition + " was given up while it was sent");
            }
            return null;
        }

        private CompletionStage<Optional<ByteBuffer>> take(Optional<Next> found) {
            if (found.isEmpty()) {
                return CompletableFuture.failedFuture(new MediaException(
                        MediaErrorCode.TIMEOUT, "segment " + number + " of " + rendition + " does not go on"));
            }
            StoredObject chunk = found.get().chunk();
            if (chunk == null) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            index++;
            if (chunk.body() instanceof MediaBody.Bytes bytes) {
                ready.addAll(bytes.parts());
            }
            return next();
        }

        @Override
        public void close() {
            ready.clear();
        }
    }
}
