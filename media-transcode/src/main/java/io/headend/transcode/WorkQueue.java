package io.headend.transcode;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded hand-over between the decoding thread and one rendition's thread; a giver that finds it full waits.
 *
 * <p>Holds decoded frames, which {@link io.headend.core.HandoverQueue} cannot: they are no items of a stream.
 *
 * <p><b>Threading:</b> one giver, one taker, {@link #abort} and {@link #size} from anywhere.
 */
final class WorkQueue {

    private final String name;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Work> items = new ArrayDeque<>();
    private boolean aborted;

    WorkQueue(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    /**
     * Takes the work over, also when it throws.
     *
     * @throws MediaException {@link MediaErrorCode#CLOSED} if the queue was aborted or the waiting thread is interrupted
     */
    void put(Work work) {
        lock.lock();
        try {
            while (items.size() >= capacity && !aborted) {
                changed.await();
            }
            if (aborted) {
                work.close();
                throw MediaException.closed("rendition " + name);
            }
            items.add(work);
            changed.signalAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            work.close();
            throw new MediaException(MediaErrorCode.CLOSED, "interrupted while waiting for rendition " + name, e);
        } finally {
            lock.unlock();
        }
    }

    /** The next work, which then belongs to the caller; waits for it. {@code null} once aborted or interrupted. */
    @Nullable
    Work take() {
        lock.lock();
        try {
            while (items.isEmpty() && !aborted) {
                changed.await();
            }
            Work work = items.poll();
            changed.signalAll();
            return work;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return items.size();
        } finally {
            lock.unlock();
        }
    }

    /** Drops what waits and lets nobody wait any more. */
    void abort() {
        lock.lock();
        try {
            aborted = true;
            items.forEach(Work::close);
            items.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
