package io.headend.packaging;

import io.headend.core.CodecString;
import io.headend.core.ContentProtection;
import io.headend.core.Track;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Segments of one rendition: complete ones that wait for the other renditions, and listed ones. Guarded by the publisher's lock. */
final class TrackListing {

    private final String name;
    private final RenditionCounters counters;
    private final TreeMap<Long, SegmentEntry> pending = new TreeMap<>();
    private final Deque<SegmentEntry> listed = new ArrayDeque<>();
    private @Nullable PublishedTrack description;
    private long lastComplete = -1;

    TrackListing(String name, RenditionCounters counters) {
        this.name = name;
        this.counters = counters;
    }

    String name() {
        return name;
    }

    RenditionCounters counters() {
        return counters;
    }

    void describe(Track track, CodecString codec, @Nullable ContentProtection protection) {
        description = new PublishedTrack(track, codec, protection, List.of());
    }

    void complete(SegmentEntry entry) {
        if (entry.number() > lastComplete) {
            pending.put(entry.number(), entry);
            lastComplete = entry.number();
        }
    }

    void end() {
        lastComplete = Long.MAX_VALUE;
    }

    int pendingCount() {
        return pending.size();
    }

    void dropOldestPending() {
        pending.pollFirstEntry();
    }

    long firstPending() {
        return pending.isEmpty() ? Long.MAX_VALUE : pending.firstKey();
    }

    long lastComplete() {
        return lastComplete;
    }

    void forget(long number) {
        pending.remove(number);
    }

    /** Whether the first pending segment needs another initialisation segment than the last listed one. */
    boolean changesInit() {
        SegmentEntry last = listed.peekLast();
        return last != null && !pending.firstEntry().getValue().init().equals(last.init());
    }

    /** Lists the first pending segment. */
    void list(boolean broken) {
        SegmentEntry entry = pending.pollFirstEntry().getValue();
        listed.addLast(broken ? entry.asDiscontinuity() : entry);
    }

    void listPending() {
        listed.addAll(pending.values());
        pending.clear();
    }

    List<SegmentEntry> removeBefore(long number) {
        List<SegmentEntry> gone = new ArrayList<>();
        while (!listed.isEmpty() && listed.getFirst().number() < number) {
            gone.add(listed.removeFirst());
        }
        return gone;
    }

    @Nullable
    PublishedTrack publish() {
        PublishedTrack known = description;
        return known == null
                ? null
                : new PublishedTrack(known.track(), known.codec(), known.protection(), List.copyOf(listed));
    }
}
