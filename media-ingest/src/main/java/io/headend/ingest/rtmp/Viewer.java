package io.headend.ingest.rtmp;

import io.netty.channel.EventLoop;
import java.util.List;

/**
 * One receiver of a stream. It takes what it can: who falls behind is left out until the next key frame, who takes nothing at all is
 * dropped, and nobody else waits for either.
 *
 * <p><b>Threading:</b> everything on its event loop.
 */
abstract class Viewer {

    /** How patient the server is with viewers. */
    record Patience(long skipAfterNanos, long closeAfterNanos, long maxPendingBytes) {}

    private static final long MARK_INTERVAL = 100_000_000L;
    private static final long DRAINED = 64 * 1024;

    final EventLoop loop;
    private final LiveStream stream;
    private final Patience patience;

    private long firstSequence;
    private int configVersion;
    private boolean skipping;
    private boolean markPending;
    private long markTime;
    private long joinBytes;
    private boolean gone;

    /** Messages left out so far. */
    private long skipped;

    Viewer(EventLoop loop, LiveStream stream, Patience patience) {
        this.loop = loop;
        this.stream = stream;
        this.patience = patience;
    }

    /** Enqueues one message; {@code marked} asks for {@link #markPassed} when it has left. */
    abstract void write(RelayMessage message, boolean marked);

    abstract void flush();

    /** Bytes written and not sent yet. */
    abstract long pendingBytes();

    /**
     * Hands a batch to the socket past every queue, if nothing waits in one. A message that the socket takes in part counts as taken; the
     * viewer sees to the rest.
     *
     * @return how many messages were taken; the others are written one by one
     */
    int writeNow(Batch batch) {
        return 0;
    }

    /** Ends the connection of this viewer. */
    abstract void drop(String reason);

    LiveStream stream() {
        return stream;
    }

    long skipped() {
        return skipped;
    }

    final void markPassed() {
        markPending = false;
    }

    final void joined(List<RelayMessage> burst, long nextSequence, int version, long now) {
        firstSequence = nextSequence;
        configVersion = version;
        for (int i = 0; i < burst.size(); i++) {
            RelayMessage message = burst.get(i);
            joinBytes += message.length();
            write(message, i == burst.size() - 1);
            message.release();
        }
        if (!burst.isEmpty()) {
            markPending = true;
            markTime = now;
            flush();
        }
    }

    final void left() {
        gone = true;
    }

    /** Takes what has come; the references stay the caller's. */
    final void deliver(Batch batch, long now) {
        if (gone) {
            return;
        }
        if (markPending && now - markTime > patience.closeAfterNanos) {
            drop("the viewer has taken nothing for " + (now - markTime) / 1_000_000 + " ms");
            return;
        }
        boolean wrote = false;
        boolean straight = !skipping && !markPending && batch.continues(firstSequence, configVersion);
        for (int i = straight ? writeNow(batch) : 0; i < batch.size(); i++) {
            RelayMessage message = batch.get(i);
            if (message.sequence() < firstSequence) {
                continue;
            }
            if (!skipping && behind(now)) {
                skipping = true;
            }
            if (skipping && !resumesAt(message)) {
                skipped++;
                continue;
            }
            if (message.configVersion() != configVersion && !message.traits().configuration()) {
                catchUp(message);
            }
            configVersion = message.configVersion();
            boolean mark = !markPending && now - markTime > MARK_INTERVAL;
            if (mark) {
                markPending = true;
                markTime = now;
            }
            write(message, mark);
            wrote = true;
        }
        if (wrote) {
            flush();
        }
    }

    private boolean behind(long now) {
        if (markPending && now - markTime > patience.skipAfterNanos) {
            return true;
        }
        long pending = pendingBytes();
        if (pending <= patience.maxPendingBytes) {
            return false;
        }
        // The burst at the beginning may be larger than what is allowed later.
        return pending > patience.maxPendingBytes + joinBytes;
    }

    private boolean resumesAt(RelayMessage message) {
        if (!message.traits().syncPoint() || markPending || pendingBytes() > DRAINED) {
            return false;
        }
        skipping = false;
        joinBytes = 0;
        return true;
    }

    /** Sequence headers changed while this viewer was left out. */
    private void catchUp(RelayMessage message) {
        for (RelayMessage head : stream.head(message.timestamp())) {
            write(head, false);
            head.release();
        }
    }
}
