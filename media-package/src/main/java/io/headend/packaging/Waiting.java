package io.headend.packaging;

import io.headend.core.MediaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for something to appear, without threads.
 *
 * <p><b>Threading:</b> any thread. The conditions run under the lock that the owner gives, the waiting stages complete outside of it.
 */
final class Waiting {

    /** More than this many at once are not waited for: the newest is answered with nothing. */
    static final int MAX_WAITERS = 100_000;

    private record Waiter<T>(Supplier<@Nullable T> condition, CompletableFuture<Optional<T>> future) {
        /** What to run to answer, or nothing where the condition does not hold. */
        @Nullable
        Runnable answer() {
            try {
                T value = condition.get();
                return value == null ? null : () -> future.complete(Optional.of(value));
            } catch (MediaException e) {
                return () -> future.completeExceptionally(e);
            }
        }
    }

    private final ReentrantLock lock;
    private final Executor executor;
    private final Set<Waiter<?>> waiters = new LinkedHashSet<>();
    private boolean closed;

    Waiting(ReentrantLock lock, Executor executor) {
        this.lock = lock;
        this.executor = executor;
    }

    <T> CompletableFuture<Optional<T>> await(Supplier<@Nullable T> condition, Duration patience) {
        CompletableFuture<Optional<T>> future = new CompletableFuture<>();
        Waiter<T> waiter = new Waiter<>(condition, future);
        lock.lock();
        try {
            T value = condition.get();
            if (value != null || closed || patience.isZero() || waiters.size() >= MAX_WAITERS) {
                future.complete(Optional.ofNullable(value));
                return future;
            }
            waiters.add(waiter);
        } catch (MediaException e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            lock.unlock();
        }
        return future.completeOnTimeout(Optional.empty(), patience.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((value, failure) -> forget(waiter));
    }

    /** Answers those whose condition holds now. Called after each change, without the lock. */
    void changed() {
        List<Runnable> answers = new ArrayList<>();
        lock.lock();
        try {
            Iterator<Waiter<?>> all = waiters.iterator();
            while (all.hasNext()) {
                Runnable answer = all.next().answer();
                if (answer != null) {
                    answers.add(answer);
                    all.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        answers.forEach(executor::execute);
    }

    /** Answers everybody with nothing, now and from now on. */
    void close() {
        List<Waiter<?>> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(waiters);
            waiters.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(w -> executor.execute(() -> w.future().complete(Optional.empty())));
    }

    int size() {
        lock.lock();
        try {
            return waiters.size();
        } finally {
            lock.unlock();
        }
    }

    private void forget(Waiter<?> waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }
}
