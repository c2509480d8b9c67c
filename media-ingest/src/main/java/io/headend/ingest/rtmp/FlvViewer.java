package io.headend.ingest.rtmp;

import io.headend.core.http.MediaBody;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A viewer over HTTP: tags wait here until the server asks for them. */
final class FlvViewer extends Viewer implements MediaBody.ChunkSource {

    private static final int TAG_OVERHEAD = 64;

    private record Tag(ByteBuffer bytes, boolean marked) {}

    private final Runnable release;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Tag> tags = new ArrayDeque<>();
    private long pending;
    private @Nullable CompletableFuture<Optional<ByteBuffer>> waiter;
    private boolean ended;
    private boolean left;

    /** @param release called once, on the event loop, when the viewer has left */
    FlvViewer(EventLoop loop, LiveStream stream, Patience patience, ByteBuffer fileHeader, Runnable release) {
        super(loop, stream, patience);
        this.release = release;
        tags.add(new Tag(fileHeader, false));
    }

    @Override
    void write(RelayMessage message, boolean marked) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ByteBuffer tag = message.flvTag();
            tags.add(new Tag(tag, marked));
            pending += tag.remaining() + TAG_OVERHEAD;
        } finally {
            lock.unlock();
        }
    }

    @Override
    void flush() {
        CompletableFuture<Optional<ByteBuffer>> waiting;
        Tag tag;
        lock.lock();
        try {
            waiting = waiter;
            if (waiting == null || tags.isEmpty()) {
                return;
            }
            waiter = null;
            tag = take();
        } finally {
            lock.unlock();
        }
        passed(tag);
        waiting.complete(Optional.of(tag.bytes()));
    }

    private Tag take() {
        Tag tag = tags.remove();
        pending = Math.max(0, pending - tag.bytes().remaining() - TAG_OVERHEAD);
        return tag;
    }

    private void passed(Tag tag) {
        if (tag.marked()) {
            if (loop.inEventLoop()) {
                markPassed();
            } else {
                loop.execute(this::markPassed);
            }
        }
    }

    @Override
    public CompletionStage<Optional<ByteBuffer>> next() {
        Tag tag;
        lock.lock();
        try {
            if (tags.isEmpty()) {
                CompletableFuture<Optional<ByteBuffer>> future = new CompletableFuture<>();
                if (ended) {
                    future.complete(Optional.empty());
                } else {
                    waiter = future;
                }
                return future;
            }
            tag = take();
        } finally {
            lock.unlock();
        }
        passed(tag);
        return CompletableFuture.completedFuture(Optional.of(tag.bytes()));
    }

    @Override
    long pendingBytes() {
        lock.lock();
        try {
            return pending;
        } finally {
            lock.unlock();
        }
    }

    @Override
    void drop(String reason) {
        CompletableFuture<Optional<ByteBuffer>> waiting;
        lock.lock();
        try {
            ended = true;
            tags.clear();
            pending = 0;
            waiting = waiter;
            waiter = null;
        } finally {
            lock.unlock();
        }
        if (waiting != null) {
            waiting.complete(Optional.empty());
        }
        leave();
    }

    private void leave() {
        if (!left) {
            left = true;
            stream().leave(this);
            release.run();
        }
    }

    @Override
    public void close() {
        loop.execute(() -> drop("the client has gone"));
    }
}
