package io.headend.packaging;

import io.headend.core.Cue;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.Timestamp;
import io.headend.packaging.Presentation.Breaks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decides which segments are listed and makes the snapshots.
 *
 * <p>A number is decided when every rendition has that segment or a later one: it is listed if all have it, else it is passed over
 * for all of them and the next one listed follows a discontinuity.
 *
 * <p><b>Threading:</b> called by the threads of all sinks; one lock, never held while the store publishes.
 */
final class Publisher {

    /** Segments that one rendition may be ahead of another in a live presentation. */
    private static final int MAX_AHEAD = 512;

    private final ReentrantLock lock = new ReentrantLock();
    private final SegmentWriter store;
    private final SegmentationPolicy policy;
    private final ManifestSettings settings;
    private final Packager.Builder builder;
    private final Map<String, TrackListing> listings = new LinkedHashMap<>();
    private final TreeSet<Long> breaksBefore = new TreeSet<>();
    // numbers listed or begun that follow a discontinuity; they leave with the window
    private final TreeSet<Long> broken = new TreeSet<>();
    private final Map<String, Map<String, ByteBuffer>> inits = new HashMap<>();
    private final CueSheet cues = new CueSheet();
    private final Map<String, LiveSubtitles> subtitles = new LinkedHashMap<>();
    private final String leader;
    private Breaks breaks = Breaks.NONE;
    private long version;
    private long lastListed = -1;
    private long listed;
    private long missing;
    private boolean finished;

    Publisher(Packager.Builder builder) {
        this.builder = builder;
        this.store = builder.store.writer();
        this.policy = builder.requirePolicy();
        this.settings = builder.settings();
        builder.renditions
                .keySet()
                .forEach(name -> listings.put(
                        name, new TrackListing(name, new RenditionCounters(builder.meters, builder.name, name))));
        builder.subtitles.forEach((name, language) -> {
            listings.put(name, new TrackListing(name, new RenditionCounters(builder.meters, builder.name, name)));
            subtitles.put(name, new LiveSubtitles(name, language.orElse(null), store, this));
        });
        this.leader = builder.renditions.keySet().iterator().next();
        recover();
    }

    Map<String, LiveSubtitles> subtitles() {
        return subtitles;
    }

    /** The first rendition has a segment of this time: those of the subtitles end there, too. */
    void followed(String name, long number, Timestamp from, Timestamp to) {
        if (name.equals(leader)) {
            subtitles.values().forEach(text -> seal(text, number, from, to));
        }
    }

    private void seal(LiveSubtitles text, long number, Timestamp from, Timestamp to) {
        try {
            text.seal(number, from, to);
        } catch (MediaException e) {
            store.drop(text.name(), number);
            if (e.code() == MediaErrorCode.CLOSED) {
                throw e;
            }
            builder.events.accept(new PackagingEvent(
                    builder.clock.instant(),
                    builder.name + "/" + text.name(),
                    Severity.ERROR,
                    PackagingEvent.Kind.STORE_FAILED,
                    "Segment " + number + " is lost: " + e.getMessage()));
        }
    }

    /** Whether a segment of subtitles follows a discontinuity; otherwise that is decided when it is listed. */
    boolean isBroken(String name, long number) {
        return settings.isLowLatency() && begin(name, number, false) == Start.BROKEN;
    }

    /** Goes on from what an earlier run had listed, if it had the same renditions. */
    private void recover() {
        RecoveredWindow window = policy.isLive() ? store.recover().orElse(null) : null;
        boolean fits = window != null
                && window.segments().keySet().equals(listings.keySet())
                && window.segments().values().stream().noneMatch(List::isEmpty);
        if (window == null || !fits) {
            return;
        }
        for (TrackListing listing : listings.values()) {
            List<SegmentEntry> entries = window.segments().getOrDefault(listing.name(), List.of());
            window.inits()
                    .getOrDefault(listing.name(), Map.of())
                    .forEach((init, bytes) ->
                            listing.describe(init, Inits.describe(listing.name(), bytes, policy.grid())));
            listing.recover(entries);
            lastListed = Math.max(lastListed, entries.get(entries.size() - 1).number());
            entries.stream().filter(SegmentEntry::discontinuity).forEach(entry -> broken.add(entry.number()));
        }
        inits.putAll(window.inits());
        breaks = window.breaks();
        version = window.version();
    }

    /** What an initialisation segment is called: equal bytes of an earlier run keep their name, others get one of their own. */
    String initName(String rendition, ByteBuffer bytes, long segment, boolean first) {
        Map<String, ByteBuffer> known = inits.getOrDefault(rendition, Map.of());
        for (Map.Entry<String, ByteBuffer> init : known.entrySet()) {
            if (init.getValue().equals(bytes)) {
                return init.getKey();
            }
        }
        return first && known.isEmpty() ? "init.mp4" : "init-" + segment + ".mp4";
    }

    RenditionCounters counters(String name) {
        return listing(name).counters();
    }

    private TrackListing listing(String name) {
        TrackListing listing = listings.get(name);
        if (listing == null) {
            throw new IllegalStateException("no rendition " + name);
        }
        return listing;
    }

    /** What the segments with this initialisation segment are like. */
    void track(String init, PublishedTrack description) {
        lock.lock();
        try {
            listing(description.name()).describe(init, description);
        } finally {
            lock.unlock();
        }
    }

    /** The first segment of every rendition that begins at or after this time follows a discontinuity. */
    void discontinuity(Timestamp at) {
        EpochGrid grid = policy.grid();
        long segment = grid.segmentAt(at);
        long first = grid.segmentStart(segment).compareTo(at) < 0 ? segment + 1 : segment;
        lock.lock();
        try {
            long free = settings.isLowLatency() ? Math.max(first, lastBegun() + 1) : first;
            if (free > lastListed && !broken.contains(first) && breaksBefore.size() < MAX_AHEAD) {
                breaksBefore.add(free);
            }
        } finally {
            lock.unlock();
        }
    }

    private long lastBegun() {
        return listings.values().stream()
                .mapToLong(TrackListing::lastBegun)
                .max()
                .orElse(-1);
    }

    /** How a segment may begin. */
    enum Start {
        /** It goes on where the one before ended. */
        CONTINUES,
        /** It follows a discontinuity. */
        BROKEN,
        /** Not at all: another rendition has begun this one without the discontinuity that it would need. */
        REFUSED
    }

    /**
     * Asked in low latency, where a segment is shown before the other renditions have it, so that all of them must break at the
     * same number beforehand.
     */
    Start begin(String name, long number, boolean newFormat) {
        lock.lock();
        try {
            TrackListing own = listing(name);
            long others = lastBegun();
            boolean first = others < 0;
            boolean breaks = broken.contains(number);
            while (!breaksBefore.isEmpty() && breaksBefore.first() <= number) {
                breaksBefore.pollFirst();
                breaks |= !first;
            }
            if (newFormat && !breaks && own.lastBegun() >= 0) {
                if (others >= number) {
                    breaksBefore.add(others + 1);
                    return Start.REFUSED;
                }
                breaks = true;
            }
            own.begun(number);
            if (breaks) {
                broken.add(number);
            }
            return breaks ? Start.BROKEN : Start.CONTINUES;
        } finally {
            lock.unlock();
        }
    }

    /** Shows what there is of a segment. */
    void part(String name, @Nullable OpenSegment open) {
        Presentation next = null;
        lock.lock();
        try {
            listing(name).open(open);
            if (lastListed >= 0 && !finished) {
                next = snapshot(false);
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            store.publish(next);
        }
    }

    void cue(Cue cue) {
        lock.lock();
        try {
            cues.add(cue);
        } finally {
            lock.unlock();
        }
    }

    void complete(String name, SegmentEntry entry) {
        Presentation next = null;
        List<Long> passedOver = new ArrayList<>();
        lock.lock();
        try {
            TrackListing own = listing(name);
            if (settings.isLowLatency()) {
                own.list(entry);
                listed += entry.number() > lastListed ? 1 : 0;
                lastListed = Math.max(lastListed, entry.number());
                next = snapshot(false);
            } else {
                own.complete(entry);
            }
            while (policy.isLive() && own.pendingCount() > MAX_AHEAD) {
                own.dropOldestPending();
                missing++;
            }
            if (advance(passedOver) && policy.isLive()) {
                next = snapshot(false);
            }
        } finally {
            lock.unlock();
        }
        passedOver.forEach(this::reportMissing);
        if (next != null) {
            store.publish(next);
        }
    }

    void ended(String name) {
        lock.lock();
        try {
            if (policy.isLive()) {
                listing(name).end();
                if (name.equals(leader)) {
                    subtitles.keySet().forEach(text -> listing(text).end());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void reportMissing(long number) {
        builder.events.accept(new PackagingEvent(
                builder.clock.instant(),
                builder.name,
                Severity.WARNING,
                PackagingEvent.Kind.SEGMENT_MISSING,
                "Segment " + number + " is not listed: a rendition lacks it."));
    }

    /** Lists what is decided; returns whether anything was. */
    private boolean advance(List<Long> passedOver) {
        boolean changed = false;
        while (true) {
            long candidate = Long.MAX_VALUE;
            boolean decided = true;
            for (TrackListing listing : listings.values()) {
                candidate = Math.min(candidate, listing.firstPending());
            }
            for (TrackListing listing : listings.values()) {
                decided &= listing.lastComplete() >= candidate;
            }
            if (candidate == Long.MAX_VALUE || !decided) {
                return changed;
            }
            if (everyTrackHas(candidate)) {
                list(candidate);
                changed = true;
            } else {
                for (TrackListing listing : listings.values()) {
                    listing.forget(candidate);
                }
                missing++;
                passedOver.add(candidate);
            }
        }
    }

    private boolean everyTrackHas(long number) {
        for (TrackListing listing : listings.values()) {
            if (listing.firstPending() != number) {
                return false;
            }
        }
        return true;
    }

    private void list(long number) {
        boolean breaks = lastListed >= 0 && number != lastListed + 1;
        while (!breaksBefore.isEmpty() && breaksBefore.first() <= number) {
            breaksBefore.pollFirst();
            breaks |= lastListed >= 0;
        }
        for (TrackListing listing : listings.values()) {
            breaks |= listing.changesInit();
        }
        for (TrackListing listing : listings.values()) {
            listing.list(breaks);
        }
        if (breaks) {
            broken.add(number);
        }
        lastListed = number;
        listed++;
    }

    private @Nullable Presentation snapshot(boolean ended) {
        if (policy.isLive() && !slide()) {
            return null;
        }
        List<PublishedTrack> tracks = new ArrayList<>(listings.size());
        for (TrackListing listing : listings.values()) {
            PublishedTrack track = listing.publish();
            if (track == null && version == 0) {
                return null;
            }
            if (track != null) {
                tracks.add(track);
            }
        }
        return tracks.isEmpty() ? null : new Presentation(++version, settings, breaks, ended, tracks, cues.list());
    }

    /** Lets segments out of the window, and those that the store is about to let go; false where nothing can be shown yet. */
    private boolean slide() {
        Timestamp each = policy.grid().segmentDuration();
        long keep = Math.max(1, -Math.floorDiv(-settings.timeShift().toNanos(), Math.max(1, each.toNanos())));
        long oldest = lastListed - keep + 1;
        for (TrackListing listing : listings.values()) {
            oldest = Math.max(oldest, store.oldest(listing.name()));
            if (version == 0) {
                // renditions that began earlier than others do not show it
                oldest = Math.max(oldest, listing.firstListed());
            }
        }
        if (version == 0 && oldest > lastListed) {
            return false;
        }
        oldest = Math.min(oldest, lastListed);
        for (TrackListing listing : listings.values()) {
            listing.removeBefore(oldest);
        }
        cues.forgetBefore(policy.grid().segmentStart(oldest - 1));
        if (version == 0) {
            breaks = Breaks.startingAt(policy.grid().segmentStart(oldest).toInstant());
            broken.headSet(oldest).clear();
        }
        while (!broken.isEmpty() && broken.first() < oldest) {
            breaks = new Breaks(breaks.count() + 1, broken.pollFirst());
        }
        return true;
    }

    /** Lists what only some renditions have at the end, and publishes for the last time. */
    void finish() {
        Presentation last;
        List<Long> passedOver = new ArrayList<>();
        lock.lock();
        try {
            if (finished) {
                return;
            }
            advance(passedOver);
            if (!policy.isLive()) {
                listings.values().forEach(TrackListing::listPending);
            }
            last = snapshot(true);
            if (last == null) {
                throw new MediaException(
                        MediaErrorCode.INVALID_STATE,
                        "nothing was packaged: not every rendition has a complete segment; give the packager samples"
                                + " from one segment boundary to the next");
            }
        } finally {
            lock.unlock();
        }
        passedOver.forEach(this::reportMissing);
        store.publish(last);
        lock.lock();
        try {
            finished = true;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        boolean unfinished;
        lock.lock();
        try {
            unfinished = !finished && !policy.isLive();
            finished = true;
        } finally {
            lock.unlock();
        }
        if (unfinished) {
            store.discard();
        }
    }

    PackagingFigures figures() {
        lock.lock();
        try {
            Map<String, PackagingFigures.OfRendition> renditions = new LinkedHashMap<>();
            listings.forEach(
                    (name, listing) -> renditions.put(name, listing.counters().figures()));
            return new PackagingFigures(listed, missing, Collections.unmodifiableMap(renditions));
        } finally {
            lock.unlock();
        }
    }
}
