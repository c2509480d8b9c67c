package io.headend.core;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue between the thread that gives items and the thread that works on them.
 *
 * <p>It is bounded in items and in payload bytes. Items other than samples are never dropped; under
 * {@link OverflowPolicy#DROP_UNTIL_SYNC} they may exceed the bound by as many again, then the giver waits.
 *
 * <p><b>Ownership:</b> the queue owns what it holds; {@link #close()} closes it.
 *
 * <p><b>Threading:</b> one giver, one taker, {@code close} and the counters from anywhere. Everything is guarded by one lock.
 */
public final class HandoverQueue implements StreamSink, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HandoverQueue.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final int maxItems;
    private final long maxBytes;
    private final OverflowPolicy policy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<StreamItem> items;

    private long bytes;
    private long accepted;
    private long dropped;
    private long lastLog;
    private boolean closed;

    // Under DROP_UNTIL_SYNC: whether the whole stream is being dropped, the tracks that lost a sample since their last
    // sync
    // sample, and those that are known to have samples other than sync samples.
    private boolean dropping;
    private final Set<Integer> broken = new HashSet<>();
    private final Set<Integer> dependent = new HashSet<>();

    /**
     * @param name for log lines
     * @param maxItems at least 1
     * @param maxBytes payload bytes, at least 1; a single larger sample passes when the queue is empty
     */
    public HandoverQueue(String name, int maxItems, long maxBytes, OverflowPolicy policy) {
        if (maxItems < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("queue bounds must be positive: " + maxItems + ", " + maxBytes);
        }
        this.name = name;
        this.maxItems = maxItems;
        this.maxBytes = maxBytes;
        this.policy = policy;
        this.items = new ArrayDeque<>(Math.min(maxItems, 256));
        this.lastLog = System.nanoTime() - LOG_INTERVAL_NANOS;
    }

    /**
     * @throws MediaException {@link MediaErrorCode#CLOSED} if the queue is closed or the waiting thread is interrupted
     */
    @Override
    public void accept(StreamItem item) {
        lock.lock();
        try {
            if (item instanceof Sample sample) {
                acceptSample(sample);
            } else {
                long bound = policy == OverflowPolicy.BLOCK ? maxItems : 2L * maxItems;
                awaitUntil(() -> items.size() < bound, item);
                add(item, 0);
            }
        } finally {
            lock.unlock();
        }
    }

    private void acceptSample(Sample sample) {
        int size = sample.size();
        if (policy == OverflowPolicy.BLOCK) {
            awaitUntil(() -> fits(size), sample);
        } else if (!closed && mustDrop(sample, size)) {
            drop(sample);
            return;
        }
        add(sample, size);
    }

    private boolean mustDrop(Sample sample, int size) {
        Integer track = sample.trackId();
        boolean sync = sample.sync();
        if (!sync) {
            dependent.add(track);
        }
        if (!fits(size) || (dropping && !resumesAt(track, sync))) {
            dropping = true;
            broken.add(track);
            return true;
        }
        if (!sync && broken.contains(track)) {
            return true;
        }
        dropping = false;
        broken.remove(track);
        return false;
    }

    private boolean fits(int size) {
        return items.isEmpty() || (items.size() < maxItems && bytes + size <= maxBytes);
    }

    // Sound, where every sample is a sync sample, must not end the drop while pictures are missing their references.
    private boolean resumesAt(Integer track, boolean sync) {
        return sync && (dependent.contains(track) || broken.stream().noneMatch(dependent::contains));
    }

    private void drop(Sample sample) {
        dropped++;
        sample.close();
        long now = System.nanoTime();
        if (now - lastLog >= LOG_INTERVAL_NANOS) {
            lastLog = now;
            log.warn("{}: reader too slow, {} samples dropped so far", name, dropped);
        }
    }

    private void add(StreamItem item, int size) {
        if (closed) {
            item.close();
            throw MediaException.closed("queue " + name);
        }
        items.add(item);
        bytes += size;
        accepted++;
        changed.signalAll();
    }

    private void awaitUntil(BooleanSupplier ready, StreamItem item) {
        try {
            while (!ready.getAsBoolean() && !closed) {
                changed.await();
            }
        } catch (InterruptedException e) {
            item.close();
            throw interrupted(e);
        }
    }

    private MediaException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new MediaException(MediaErrorCode.CLOSED, "interrupted while waiting for queue " + name, cause);
    }

    /**
     * Takes the next item, which then belongs to the caller.
     *
     * @param timeoutNanos how long to wait at most
     * @return the item, or {@code null} if none came in time or the queue is closed
     * @throws MediaException {@link MediaErrorCode#CLOSED} if the waiting thread is interrupted; it stays interrupted
     */
    public @Nullable StreamItem poll(long timeoutNanos) {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (items.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            StreamItem item = items.poll();
            if (item != null) {
                bytes -= item instanceof Sample sample ? sample.size() : 0;
                changed.signalAll();
            }
            return item;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    public Stats stats() {
        lock.lock();
        try {
            return new Stats(items.size(), bytes, accepted, dropped);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Figures at one instant.
     *
     * @param items waiting now
     * @param bytes payload waiting now
     * @param accepted items taken in since the start
     * @param dropped samples dropped since the start
     */
    public record Stats(int items, long bytes, long accepted, long dropped) {}

    /** Closes every item that waits and wakes giver and taker. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            items.forEach(StreamItem::close);
            items.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
