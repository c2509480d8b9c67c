package io.headend.ingest.rtmp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.OverflowPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue between a stream and the thread that makes samples of it. When it is full, the publisher is held back
 * ({@code BLOCK}) or messages are dropped up to the next key frame ({@code DROP_UNTIL_SYNC}).
 *
 * <p><b>Threading:</b> one giver, which never waits, and one taker.
 */
final class StreamTap {

    /** One message as the publisher sent it. */
    record Item(int type, int timestamp, ByteBuffer payload, long arrivalNanos, boolean restart) {}

    /** What is known of the publisher. */
    enum State {
        /** None has come yet. */
        AWAITED,
        PRESENT,
        /** Its connection has broken, or it was disconnected. */
        GONE,
        SAID_GOOD_BYE
    }

    private static final int MAX_ITEMS = 8_192;

    private final long maxBytes;
    private final OverflowPolicy policy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private long bytes;
    private boolean dropping;
    private boolean holding;
    private State state = State.AWAITED;
    private boolean closed;
    private boolean restart;
    private final LongAdder dropped = new LongAdder();

    StreamTap(long maxBytes, OverflowPolicy policy) {
        this.maxBytes = maxBytes;
        this.policy = policy;
    }

    /** Whether the publisher should be held back. */
    boolean offer(RelayMessage message, boolean restarted, List<StreamConfiguration.Entry> configuration) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            restart |= restarted && message.traits().coded();
            if (policy == OverflowPolicy.DROP_UNTIL_SYNC) {
                if (full() || (dropping && !message.traits().syncPoint())) {
                    dropping = true;
                    dropped.increment();
                    return false;
                }
                if (dropping) {
                    dropping = false;
                    for (StreamConfiguration.Entry entry : configuration) {
                        add(new Item(
                                entry.type(),
                                message.sourceTimestamp(),
                                entry.payload(),
                                message.arrivalNanos(),
                                false));
                    }
                }
            }
            add(new Item(
                    message.type(), message.sourceTimestamp(), message.payload(), message.arrivalNanos(), restart));
            restart = false;
            if (policy == OverflowPolicy.BLOCK && full()) {
                holding = true;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean full() {
        return bytes >= maxBytes || items.size() >= MAX_ITEMS;
    }

    private void add(Item item) {
        items.add(item);
        bytes += item.payload().remaining();
        changed.signalAll();
    }

    /** Takes the next message; {@code null} if none comes in time. */
    @Nullable
    Item poll(long timeoutNanos, LiveStream stream) {
        boolean drained = false;
        Item item;
        lock.lock();
        try {
            long left = timeoutNanos;
            State before = state;
            while (items.isEmpty() && !closed && state == before && left > 0) {
                left = changed.awaitNanos(left);
            }
            item = items.poll();
            if (item != null) {
                bytes -= item.payload().remaining();
            }
            if (holding && bytes <= maxBytes / 2 && items.size() <= MAX_ITEMS / 2) {
                holding = false;
                drained = true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MediaException(MediaErrorCode.CLOSED, "interrupted while waiting for a publisher", e);
        } finally {
            lock.unlock();
        }
        if (drained) {
            stream.tapDrained();
        }
        return item;
    }

    boolean holdsBack() {
        lock.lock();
        try {
            return holding && !closed;
        } finally {
            lock.unlock();
        }
    }

    void publisher(State now) {
        lock.lock();
        try {
            state = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        return dropped.sum();
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            items.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
