package io.headend.transcode;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of the renditions: starts them, ends all of them when one fails, and waits for them.
 *
 * <p><b>Threading:</b> {@link #start} and {@link #finish} by the decoding thread; the rest from anywhere.
 */
final class Workers {

    private final ThreadFactory threads;
    private final Consumer<MediaException> failureListener;
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final List<Thread> running = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable MediaException> failure = new AtomicReference<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int alive;
    private volatile boolean aborted;

    /** @param failureListener told of the first failure, once */
    Workers(ThreadFactory threads, Consumer<MediaException> failureListener) {
        this.threads = threads;
        this.failureListener = failureListener;
    }

    Worker start(WorkQueue queue, Stage stage, RenditionOutput output) {
        Worker worker = new Worker(queue, stage, output, this::failed);
        Thread thread = threads.newThread(() -> run(worker));
        if (thread == null) {
            stage.close();
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED, "the thread factory gave no thread for " + output.name());
        }
        workers.add(worker);
        running.add(thread);
        if (aborted) {
            queue.abort();
        }
        counting(1);
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                counting(-1);
            }
        }
        return worker;
    }

    private void run(Worker worker) {
        try {
            worker.run();
        } finally {
            counting(-1);
        }
    }

    private void counting(int change) {
        lock.lock();
        try {
            alive += change;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(RenditionOutput output, Throwable cause) {
        MediaErrorCode code = cause instanceof MediaException media ? media.code() : MediaErrorCode.INTERNAL;
        MediaException wrapped =
                new MediaException(code, "rendition " + output.name() + ": " + cause.getMessage(), cause);
        if (!aborted && failure.compareAndSet(null, wrapped)) {
            failureListener.accept(wrapped);
        }
        stopQueues();
    }

    /** @throws MediaException if a rendition failed */
    void check() {
        MediaException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    /** Hands the end to every rendition and waits until all have delivered theirs, or {@link #abort}. */
    void finish() {
        for (Worker worker : workers) {
            worker.give(new Work.End());
        }
        lock.lock();
        try {
            // No join: a rendition's sink may be the one that closes, and then waits for the caller of this.
            while (alive > 0 && !aborted) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MediaException(MediaErrorCode.CLOSED, "interrupted while the renditions end", e);
        } finally {
            lock.unlock();
        }
        check();
        if (aborted) {
            throw MediaException.closed("transcoder");
        }
    }

    /** Drops what waits and ends the threads as soon as each has done the call it is in. */
    void abort() {
        aborted = true;
        counting(0);
        stopQueues();
        for (Thread thread : running) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
    }

    private void stopQueues() {
        for (Worker worker : workers) {
            worker.queue().abort();
        }
    }

    /** Waits for the threads to end, up to {@code seconds}; at once when called by one of them. */
    void await(long seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean interrupted = false;
        for (Thread thread : running) {
            long left = deadline - System.nanoTime();
            while (thread != Thread.currentThread() && thread.isAlive() && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedJoin(thread, left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = deadline - System.nanoTime();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    List<RenditionStats> stats() {
        List<RenditionStats> stats = new ArrayList<>();
        workers.forEach(worker -> stats.add(worker.stats()));
        return stats;
    }
}
