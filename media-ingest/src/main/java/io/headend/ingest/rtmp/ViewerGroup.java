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

    /** So many are served before the loop turns to its sockets: who joins, and the publisher, wait for a slice and not for all. */
    private static final int SLICE = 64;

    private final EventLoop loop;
    private final long batchNanos;
    private final ConcurrentLinkedQueue<RelayMessage> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Viewer> viewers = new ArrayList<>();
    private final Batch batch = new Batch();
    private boolean broken;

    /** Viewers before this one have not had the batch yet. */
    private int next;

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

    void wake() {
        if (queue.isEmpty() || !scheduled.compareAndSet(false, true)) {
            return;
        }
        if (batchNanos > 0) {
            after(batchNanos);
        } else if (loop.inEventLoop()) {
            run();
        } else {
            loop.execute(this);
        }
    }

    // A task would run before the loop looks at its sockets again; a timer, also one that is due, runs after.
    @SuppressWarnings("FutureReturnValueIgnored") // a loop that is shut down has no viewers
    private void after(long nanos) {
        loop.schedule(this, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        if (next == 0) {
            take();
        }
        deliver();
        if (next > 0) {
            after(0);
            return;
        }
        batch.release();
        scheduled.set(false);
        if (!queue.isEmpty() && scheduled.compareAndSet(false, true)) {
            after(batchNanos);
        }
    }

    private void take() {
        for (RelayMessage message = queue.poll(); message != null; message = queue.poll()) {
            queuedBytes.addAndGet(-message.weight());
            batch.add(message);
        }
        next = batch.isEmpty() ? 0 : viewers.size();
    }

    private void deliver() {
        int last = Math.max(0, next - SLICE);
        long now = System.nanoTime();
        while (next > last) {
            viewers.get(--next).deliver(batch, now);
        }
    }

    void add(Viewer viewer) {
        viewers.add(viewer);
    }

    void remove(Viewer viewer) {
        int at = viewers.indexOf(viewer);
        if (at >= 0) {
            viewers.remove(at);
            if (at < next) {
                next--;
            }
        }
    }

    List<Viewer> viewers() {
        return viewers;
    }

    /** Releases what still waits; nothing is offered afterwards. */
    void discard() {
        next = 0;
        take();
        batch.release();
        next = 0;
    }
}
