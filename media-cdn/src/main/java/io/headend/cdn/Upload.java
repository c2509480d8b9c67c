package io.headend.cdn;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request while it comes in. The socket is read when the handler asks for more and nothing is at hand, so one read of it is all
 * that is ever kept; the rest waits at the client.
 *
 * <p><b>Threading:</b> {@code next} and {@code close} on any thread, everything else on the connection's event loop.
 */
final class Upload implements MediaBody.ChunkSource {

    /** Who reads the socket. */
    interface Demand {
        /** The handler waits for bytes. */
        void more();
    }

    private final ChannelHandlerContext ctx;
    private final Demand demand;
    private final long maxBytes;
    private final long end;
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    private @Nullable CompletableFuture<Optional<ByteBuffer>> wanted;
    private @Nullable MediaException failure;
    private long taken;
    private boolean complete;
    private boolean discarded;

    /**
     * @param maxBytes most of the whole body
     * @param longest from now to its end
     */
    Upload(ChannelHandlerContext ctx, Demand demand, long maxBytes, Duration longest) {
        this.ctx = ctx;
        this.demand = demand;
        this.maxBytes = maxBytes;
        this.end = System.nanoTime() + longest.toNanos();
    }

    @Override
    public CompletionStage<Optional<ByteBuffer>> next() {
        CompletableFuture<Optional<ByteBuffer>> answer = new CompletableFuture<>();
        try {
            if (ctx.executor().inEventLoop()) {
                want(answer);
            } else {
                ctx.executor().execute(() -> want(answer));
            }
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(MediaException.closed("server"));
        }
        return answer;
    }

    private void want(CompletableFuture<Optional<ByteBuffer>> answer) {
        ByteBuffer bytes = ready.poll();
        if (bytes != null) {
            answer.complete(Optional.of(bytes));
        } else if (failure != null) {
            answer.completeExceptionally(failure);
        } else if (discarded) {
            answer.completeExceptionally(MediaException.closed("request body"));
        } else if (complete) {
            answer.complete(Optional.empty());
        } else {
            wanted = answer;
            demand.more();
        }
    }

    /** Whether the handler waits for bytes that have not come. */
    boolean isWanted() {
        return wanted != null;
    }

    /** Whether more bytes of it may come. */
    boolean isOpen() {
        return !complete && failure == null;
    }

    /** Nanoseconds that are left of its time. */
    long left() {
        return end - System.nanoTime();
    }

    /** Takes a copy of the bytes. */
    void add(ByteBuf bytes) throws RefusedRequest {
        int count = bytes.readableBytes();
        taken += count;
        if (taken > maxBytes) {
            throw new RefusedRequest(413, "The request body is too large.");
        }
        if (count == 0 || discarded) {
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(count);
        bytes.readBytes(copy);
        copy.flip();
        CompletableFuture<Optional<ByteBuffer>> waiting = wanted;
        if (waiting == null) {
            ready.add(copy);
        } else {
            wanted = null;
            waiting.complete(Optional.of(copy));
        }
    }

    /** The last byte has come. */
    void complete() {
        complete = true;
        CompletableFuture<Optional<ByteBuffer>> waiting = wanted;
        if (waiting != null) {
            wanted = null;
            waiting.complete(Optional.empty());
        }
    }

    /** The rest will never come; harmless after the end. */
    void fail(MediaErrorCode code, String why) {
        if (!isOpen()) {
            return;
        }
        MediaException cause = new MediaException(code, why);
        failure = cause;
        CompletableFuture<Optional<ByteBuffer>> waiting = wanted;
        if (waiting != null) {
            wanted = null;
            waiting.completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        try {
            ctx.executor().execute(() -> {
                discarded = true;
                ready.clear();
            });
        } catch (RejectedExecutionException e) {
            // closed with its server
            discarded = true;
        }
    }
}
