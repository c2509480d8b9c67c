package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for answers of an object storage, never longer than a deadline, and says what failed. */
final class ObjectCalls {

    private final Duration deadline;

    ObjectCalls(Duration deadline) {
        this.deadline = deadline;
    }

    /** @param what the call, as it follows "cannot" */
    <T> T await(String what, CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            MediaErrorCode code = cause instanceof MediaException known ? known.code() : MediaErrorCode.IO;
            throw new MediaException(code, "cannot " + what + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new MediaException(
                    MediaErrorCode.TIMEOUT,
                    "cannot " + what + ": the storage did not answer within " + deadline.toMillis() + " ms",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MediaException(MediaErrorCode.CLOSED, "cannot " + what + ": interrupted", e);
        }
    }

    void awaitAll(String what, List<CompletionStage<Void>> answers) {
        await(
                what,
                CompletableFuture.allOf(answers.stream()
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new)));
    }

    static ByteBuffer joined(MediaBody.Bytes bytes) {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes.length()));
        bytes.parts().forEach(all::put);
        return all.flip();
    }

    static String text(MediaBody.Bytes bytes) {
        return bytes.length() > WindowText.MAX_BYTES
                ? ""
                : StandardCharsets.UTF_8.decode(joined(bytes)).toString();
    }
}
