package io.headend.packaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Segments of one rendition: complete ones that wait for the other renditions, and listed ones. Guarded by the publisher's lock. */
final class TrackListing {

    private final String name;
    private final RenditionCounters counters;
    private final TreeMap<Long, SegmentEntry> pending = new TreeMap<>();
    private final Deque<SegmentEntry> listed = new ArrayDeque<>();
    // by the name of the initialisation segment; the last one may not have a segment yet
    private final Map<String, PublishedTrack> descriptions = new LinkedHashMap<>();
    private List<SegmentEntry> copy = List.of();
    private @Nullable OpenSegment open;
    private long lastComplete = -1;
    private long lastBegun = -1;

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

    void describe(String init, PublishedTrack description) {
        descriptions.keySet().retainAll(needed());
        descriptions.put(init, description);
    }

    private Set<String> needed() {
        Set<String> inits = new HashSet<>();
        listed.forEach(entry -> inits.add(entry.init()));
        pending.values().forEach(entry -> inits.add(entry.init()));
        if (open != null) {
            inits.add(open.init());
        }
        return inits;
    }

    void complete(SegmentEntry entry) {
        if (entry.number() > lastComplete) {
            pending.put(entry.number(), entry);
            lastComplete = entry.number();
        }
    }

    /** Lists what an earlier run had listed. */
    void recover(List<SegmentEntry> entries) {
        listed.addAll(entries);
        lastComplete = entries.get(entries.size() - 1).number();
        lastBegun = lastComplete;
        copy = List.of();
    }

    /** Lists a segment at once, whatever the other renditions have. */
    void list(SegmentEntry entry) {
        if (entry.number() > lastComplete) {
            listed.addLast(entry);
            lastComplete = entry.number();
            copy = List.of();
        }
        if (open != null && open.number() <= entry.number()) {
            open = null;
        }
    }

    void open(@Nullable OpenSegment growing) {
        open = growing;
    }

    void begun(long number) {
        lastBegun = Math.max(lastBegun, number);
    }

    long lastBegun() {
        return lastBegun;
    }

    /** Number of the first listed segment, or the largest number where there is none. */
    long firstListed() {
        return listed.isEmpty() ? Long.MAX_VALUE : listed.getFirst().number();
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
        copy = List.of();
    }

    void listPending() {
        while (!pending.isEmpty()) {
            SegmentEntry last = listed.peekLast();
            list(last != null && (changesInit() || pending.firstKey() != last.number() + 1));
        }
    }

    List<SegmentEntry> removeBefore(long number) {
        List<SegmentEntry> gone = new ArrayList<>();
        while (!listed.isEmpty() && listed.getFirst().number() < number) {
            gone.add(listed.removeFirst());
            copy = List.of();
        }
        return gone;
    }

    @Nullable
    PublishedTrack publish() {
        SegmentEntry last = listed.peekLast();
        PublishedTrack newest = last == null ? null : descriptions.get(last.init());
        if (last == null || newest == null) {
            return null;
        }
        Map<String, PublishedTrack> others = new LinkedHashMap<>();
        for (SegmentEntry entry : listed) {
            PublishedTrack description = descriptions.get(entry.init());
            if (description != null && !entry.init().equals(last.init())) {
                others.put(entry.init(), description);
            }
        }
        if (copy.size() != listed.size()) {
            copy = List.copyOf(listed);
        }
        return new PublishedTrack(newest.track(), newest.codec(), newest.protection(), copy, others, open);
    }
}
