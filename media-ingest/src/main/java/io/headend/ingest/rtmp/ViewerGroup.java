package io.headend.ingest.rtmp;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The viewers of one stream on one event loop: messages cross to the loop once, not once per viewer.
 *
 * <p><b>Threading:</b> {@link #offer} and {@link #wake} by the publisher's thread, the viewers on the loop.
 */
final class ViewerGroup implements Runnable {

    /** A loop that stands still must not be fed for ever. */
    private static final long MAX_QUEUED_BYTES = 64L << 20;

    private final EventLoop loop;
    private final long batchNanos;
    private final ConcurrentLinkedQueue<RelayMessage> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Viewer> viewers = new ArrayList<>();
    private final List<RelayMessage> batch = new ArrayList<>();
    private boolean broken;

    /** Guarded by the stream's lock: how many viewers there are, those on their way included. */
    int members;

    ViewerGroup(EventLoop loop, long batchNanos) {
        this.loop = loop;
        this.batchNanos = batchNanos;
    }

    EventLoop loop() {
        return loop;
    }

    /** Called under the stream's lock. */
    void offer(RelayMessage message) {
        if (queuedBytes.get() > MAX_QUEUED_BYTES) {
            broken = true;
            return;
        }
        if (broken && !message.traits().syncPoint()) {
            return;
        }
        broken = false;
        queuedBytes.addAndGet(message.weight());
        queue.add(message.retain());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a loop that is shut down has no viewers
    void wake() {
        if (queue.isEmpty() || !scheduled.compareAndSet(false, true)) {
            return;
        }
        if (batchNanos > 0) {
            loop.schedule(this, batchNanos, TimeUnit.NANOSECONDS);
        } else if (loop.inEventLoop()) {
            run();
        } else {
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        scheduled.set(false);
        for (RelayMessage next = queue.poll(); next != null; next = queue.poll()) {
            queuedBytes.addAndGet(-next.weight());
            batch.add(next);
        }
        if (batch.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        // A viewer that is dropped takes itself off the list.
        for (int i = viewers.size() - 1; i >= 0; i--) {
            if (i < viewers.size()) {
                viewers.get(i).deliver(batch, now);
            }
        }
        batch.forEach(RelayMessage::release);
        batch.clear();
    }

    void add(Viewer viewer) {
        viewers.add(viewer);
    }

    void remove(Viewer viewer) {
        viewers.remove(viewer);
    }

    List<Viewer> viewers() {
        return viewers;
    }

    /** Releases what still waits; nothing is offered afterwards. */
    void discard() {
        for (RelayMessage next = queue.poll(); next != null; next = queue.poll()) {
            queuedBytes.addAndGet(-next.weight());
            next.release();
        }
    }
}
