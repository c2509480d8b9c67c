package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Takes the bytes of a request as they come. */
final class BodyBytes {

    private BodyBytes() {}

    /** The whole body in one buffer; fails with {@code EXHAUSTED} beyond {@code limit} bytes. */
    static CompletionStage<ByteBuffer> whole(MediaBody body, int limit) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Consumer<ByteBuffer> gather = bytes -> {
            if (bytes.remaining() > limit - all.size()) {
                throw new MediaException(MediaErrorCode.EXHAUSTED, "the body is larger than " + limit + " bytes");
            }
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            all.writeBytes(copy);
        };
        return each(body, gather, Runnable::run)
                .thenApply(end -> ByteBuffer.wrap(all.toByteArray()).asReadOnlyBuffer());
    }

    /**
     * Gives each piece to {@code to}, one behind the other; completes at the end of the body, or when {@code to} throws.
     *
     * @param on where {@code to} runs for pieces that are still to come
     */
    static CompletionStage<Void> each(MediaBody body, Consumer<ByteBuffer> to, Executor on) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        try {
            if (body instanceof MediaBody.Bytes bytes) {
                List<ByteBuffer> parts = bytes.parts();
                parts.forEach(to);
                end.complete(null);
            } else if (body instanceof MediaBody.Pulled pulled) {
                pull(pulled, to, end, on);
            } else if (body instanceof MediaBody.FileRegion region) {
                to.accept(read(region));
                end.complete(null);
            } else {
                end.complete(null);
            }
        } catch (RuntimeException e) {
            body.close();
            end.completeExceptionally(e);
        }
        return end;
    }

    private static ByteBuffer read(MediaBody.FileRegion region) {
        try (FileChannel file = FileChannel.open(region.file(), StandardOpenOption.READ)) {
            return file.map(FileChannel.MapMode.READ_ONLY, region.offset(), region.length());
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + region.file() + ": " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // every way out completes the end
    private static void pull(MediaBody.Pulled body, Consumer<ByteBuffer> to, CompletableFuture<Void> end, Executor on) {
        // a loop for what is there and a callback for what is not, so that neither recurses
        while (!end.isDone()) {
            CompletableFuture<Optional<ByteBuffer>> next = body.source().next().toCompletableFuture();
            if (!next.isDone()) {
                next.whenCompleteAsync(
                        (chunk, failure) -> {
                            take(body, next, to, end);
                            pull(body, to, end, on);
                        },
                        on);
                return;
            }
            take(body, next, to, end);
        }
    }

    private static void take(
            MediaBody body,
            CompletableFuture<Optional<ByteBuffer>> next,
            Consumer<ByteBuffer> to,
            CompletableFuture<Void> end) {
        try {
            Optional<ByteBuffer> chunk = next.join();
            if (chunk.isEmpty()) {
                body.close();
                end.complete(null);
            } else {
                to.accept(chunk.get());
            }
        } catch (RuntimeException e) {
            body.close();
            end.completeExceptionally(e);
        }
    }
}
