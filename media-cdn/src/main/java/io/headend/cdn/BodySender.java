package io.headend.cdn;

import io.headend.core.http.MediaBody;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends one body at the pace of its client: it asks for more only while the connection takes more, so that a slow client
 * holds one window of bytes and no more.
 *
 * <p><b>Threading:</b> everything happens on the connection's event loop; a chunk that arrives elsewhere is carried there.
 */
final class BodySender {

    /** Hears of the end, once. */
    interface End {
        /** @param failure why the rest cannot be sent, or {@code null} once the last byte is handed over */
        void reached(@Nullable Throwable failure);
    }

    // A heap buffer is copied into a direct one when it is written; slices keep those copies within the window.
    private static final int SLICE = 64 * 1024;

    private final ChannelHandlerContext ctx;
    private final MediaBody body;
    private final MediaBody.@Nullable ChunkSource source;
    private final long declared;
    private final Duration patience;
    private final EdgeCounters counters;
    private final End end;
    private @Nullable ByteBuffer current;
    private @Nullable ScheduledFuture<?> timer;
    private long sent;
    private boolean waiting;
    private boolean pumping;
    private boolean ended;

    BodySender(ChannelHandlerContext ctx, MediaBody body, Duration patience, EdgeCounters counters, End end) {
        this.ctx = ctx;
        this.body = body;
        this.declared = body.length();
        this.patience = patience;
        this.counters = counters;
        this.end = end;
        if (body instanceof MediaBody.Bytes bytes) {
            this.source = new Parts(bytes);
        } else if (body instanceof MediaBody.Pulled pulled) {
            this.source = pulled.source();
        } else {
            this.source = null;
        }
    }

    /** Sends the body; called once, then {@link #pump()} whenever the connection takes more. */
    void start(@Nullable FileChannel file) {
        if (body instanceof MediaBody.FileRegion region && file != null) {
            // Owns the channel from here on and closes it when written or failed.
            ctx.write(new DefaultFileRegion(file, region.offset(), region.length()))
                    .addListener(done -> {
                        if (!done.isSuccess()) {
                            finish(done.cause());
                        }
                    });
            counters.bytesSent.add(region.length());
            last();
        } else if (source == null) {
            last();
        } else {
            pump();
        }
    }

    /** Opens the file of a region, so that a missing one is found before the head is sent. */
    static @Nullable FileChannel open(MediaBody body) throws IOException {
        if (!(body instanceof MediaBody.FileRegion region)) {
            return null;
        }
        FileChannel file = FileChannel.open(region.file(), StandardOpenOption.READ);
        if (file.size() < region.offset() + region.length()) {
            file.close();
            throw new IOException(region.file() + " is shorter than its announced region");
        }
        return file;
    }

    void pump() {
        if (pumping || waiting || ended || source == null) {
            return;
        }
        pumping = true;
        try {
            while (!waiting && !ended && ctx.channel().isWritable()) {
                step(source);
            }
        } finally {
            pumping = false;
        }
        ctx.flush();
    }

    private void step(MediaBody.ChunkSource from) {
        ByteBuffer chunk = current;
        if (chunk != null && chunk.hasRemaining()) {
            write(chunk);
            return;
        }
        CompletionStage<Optional<ByteBuffer>> stage;
        try {
            stage = from.next();
        } catch (RuntimeException e) {
            finish(e);
            return;
        }
        CompletableFuture<Optional<ByteBuffer>> next = stage.toCompletableFuture();
        if (next.isDone()) {
            arrived(next);
            return;
        }
        waiting = true;
        timer = ctx.executor()
                .schedule(
                        () -> finish(new IOException("the next chunk did not come within " + patience)),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        stage.whenComplete((ignored, failure) -> {
            try {
                ctx.executor().execute(() -> {
                    waiting = false;
                    cancelTimer();
                    arrived(next);
                    pump();
                });
            } catch (RejectedExecutionException e) {
                // The server has closed and with it this sender.
                ended = true;
            }
        });
    }

    private void arrived(CompletableFuture<Optional<ByteBuffer>> next) {
        if (ended) {
            return;
        }
        try {
            Optional<ByteBuffer> chunk = next.join();
            if (chunk.isPresent()) {
                current = chunk.get().slice();
                sent += chunk.get().remaining();
                if (declared >= 0 && sent > declared) {
                    finish(new IOException("the body is longer than its announced " + declared + " bytes"));
                }
            } else if (declared >= 0 && sent < declared) {
                finish(new IOException("the body ended after " + sent + " of " + declared + " bytes"));
            } else {
                last();
            }
        } catch (RuntimeException e) {
            finish(e);
        }
    }

    private void write(ByteBuffer chunk) {
        int length = chunk.isDirect() ? chunk.remaining() : Math.min(SLICE, chunk.remaining());
        ByteBuffer slice = chunk.slice(chunk.position(), length);
        chunk.position(chunk.position() + length);
        counters.bytesSent.add(length);
        ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(slice)))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private void last() {
        ended = true;
        body.close();
        ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(done -> end.reached(done.cause()));
    }

    private void finish(Throwable failure) {
        if (!ended) {
            ended = true;
            cancelTimer();
            body.close();
            end.reached(failure);
        }
    }

    /** Gives the rest up; the end is not told. */
    void abandon() {
        if (!ended) {
            ended = true;
            cancelTimer();
            body.close();
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** The parts of a body in memory, each at hand. */
    private static final class Parts implements MediaBody.ChunkSource {
        private final MediaBody.Bytes bytes;
        private int index;

        Parts(MediaBody.Bytes bytes) {
            this.bytes = bytes;
        }

        @Override
        public CompletableFuture<Optional<ByteBuffer>> next() {
            return CompletableFuture.completedFuture(
                    index < bytes.parts().size() ? Optional.of(bytes.parts().get(index++)) : Optional.empty());
        }

        @Override
        public void close() {}
    }
}
