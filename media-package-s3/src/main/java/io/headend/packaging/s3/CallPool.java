package io.headend.packaging.s3;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.exception.SdkException;

/** Runs requests on a few threads; what does not fit into the queue fails at once. */
final class CallPool implements AutoCloseable {

    private static final long IDLE_SECONDS = 30;

    /** One request. */
    interface Call<T> {
        T run() throws IOException;
    }

    private final String bucket;
    private final ThreadPoolExecutor executor;

    CallPool(String bucket, int running, int waiting, ThreadFactory threads) {
        this.bucket = bucket;
        this.executor = new ThreadPoolExecutor(
                running, running, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), threads);
        executor.allowCoreThreadTimeOut(true);
    }

    static ThreadFactory daemons() {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "headend-s3-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    <T> CompletableFuture<T> run(Call<T> call) {
        Task<T> task = new Task<>(bucket, call, new CompletableFuture<>());
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.answer()
                    .completeExceptionally(
                            executor.isShutdown()
                                    ? MediaException.closed("storage")
                                    : new MediaException(
                                            MediaErrorCode.EXHAUSTED,
                                            "too many requests to bucket " + bucket
                                                    + " wait already; it answers too slowly",
                                            e));
        }
        return task.answer();
    }

    /** One request that gives nothing back. */
    interface Action {
        void run() throws IOException;
    }

    CompletableFuture<Void> perform(Action action) {
        return run(() -> {
                    action.run();
                    return true;
                })
                .thenAccept(done -> {});
    }

    private record Task<T>(String bucket, Call<T> call, CompletableFuture<T> answer) implements Runnable {
        @Override
        public void run() {
            try {
                answer.complete(call.run());
            } catch (MediaException e) {
                answer.completeExceptionally(e);
            } catch (SdkException | IOException e) {
                answer.completeExceptionally(S3Failures.of(bucket, e));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(new MediaException(
                        MediaErrorCode.INTERNAL, "a request to bucket " + bucket + " failed: " + e, e));
            }
        }
    }

    @Override
    public void close() {
        // what runs ends by its own deadline; what waits is never begun
        for (Runnable waiting : executor.shutdownNow()) {
            if (waiting instanceof Task<?> task) {
                task.answer().completeExceptionally(MediaException.closed("storage"));
            }
        }
    }
}
