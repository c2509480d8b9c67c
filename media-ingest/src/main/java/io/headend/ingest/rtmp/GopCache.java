package io.headend.ingest.rtmp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The messages since the last key frame, bounded in bytes and in time; empty where one group is longer than that. */
final class GopCache {

    private final long maxBytes;
    private final long maxMillis;
    private final ArrayDeque<RelayMessage> messages = new ArrayDeque<>();
    private long bytes;
    private boolean open;

    GopCache(long maxBytes, long maxMillis) {
        this.maxBytes = maxBytes;
        this.maxMillis = maxMillis;
    }

    void add(RelayMessage message) {
        boolean key = message.traits().syncPoint() && message.type() == MessageType.VIDEO;
        if (key) {
            clear();
            open = true;
        }
        if (!open) {
            return;
        }
        messages.add(message.retain());
        bytes += message.weight();
        if (bytes > maxBytes || message.timestamp() - messages.getFirst().timestamp() > maxMillis) {
            clear();
        }
    }

    /** What a viewer who joins now gets; the caller owns the references. */
    List<RelayMessage> snapshot() {
        List<RelayMessage> copy = new ArrayList<>(messages.size());
        messages.forEach(message -> copy.add(message.retain()));
        return copy;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    void clear() {
        messages.forEach(RelayMessage::release);
        messages.clear();
        bytes = 0;
        open = false;
    }
}
