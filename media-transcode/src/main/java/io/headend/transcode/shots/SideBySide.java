package io.headend.transcode.shots;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Work on an executor, of which none runs any more at the end; the first failure stops what has not begun. */
final class SideBySide {

    private SideBySide() {}

    /** Results in the order of the work. */
    static <T> List<T> run(List<Supplier<T>> work, Executor executor) {
        AtomicBoolean failed = new AtomicBoolean();
        List<CompletableFuture<T>> futures = new ArrayList<>();
        Throwable failure = null;
        try {
            for (Supplier<T> one : work) {
                futures.add(CompletableFuture.supplyAsync(() -> guarded(one, failed), executor));
            }
        } catch (RejectedExecutionException e) {
            failed.set(true);
            failure = e;
        }
        List<T> results = new ArrayList<>();
        for (CompletableFuture<T> future : futures) {
            try {
                results.add(future.join());
            } catch (CompletionException e) {
                failure = failure == null || isConsequence(failure) ? e.getCause() : failure;
            }
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        return results;
    }

    private static <T> T guarded(Supplier<T> work, AtomicBoolean failed) {
        if (failed.get()) {
            throw MediaException.closed("the encode");
        }
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
        }
    }

    private static boolean isConsequence(Throwable failure) {
        return failure instanceof MediaException e && e.code() == MediaErrorCode.CLOSED;
    }
}
