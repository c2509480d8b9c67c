package io.headend.cdn;

import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A body that is written by hand while it is read. */
final class FakeChunks implements MediaBody.ChunkSource {

    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final Deque<CompletableFuture<Optional<ByteBuffer>>> ready = new ArrayDeque<>();
    private final Deque<CompletableFuture<Optional<ByteBuffer>>> waiting = new ArrayDeque<>();

    synchronized CompletableFuture<Optional<ByteBuffer>> slot() {
        CompletableFuture<Optional<ByteBuffer>> slot = waiting.poll();
        if (slot == null) {
            slot = new CompletableFuture<>();
            ready.add(slot);
        }
        return slot;
    }

    void give(byte[] bytes) {
        slot().complete(Optional.of(ByteBuffer.wrap(bytes)));
    }

    void end() {
        slot().complete(Optional.empty());
    }

    void fail() {
        slot().completeExceptionally(new IllegalStateException("the writer is gone"));
    }

    @Override
    public synchronized CompletionStage<Optional<ByteBuffer>> next() {
        asked.incrementAndGet();
        CompletableFuture<Optional<ByteBuffer>> slot = ready.poll();
        if (slot == null) {
            slot = new CompletableFuture<>();
            waiting.add(slot);
        }
        return slot;
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
