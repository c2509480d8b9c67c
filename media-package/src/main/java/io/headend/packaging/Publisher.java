package io.headend.packaging;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.Timestamp;
import io.headend.packaging.Presentation.Breaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
    private final Duration window;
    private final Packager.Builder builder;
    private final Map<String, TrackListing> listings = new LinkedHashMap<>();
    private final TreeSet<Long> breaksBefore = new TreeSet<>();
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
        this.window = policy.isLive() ? builder.window : Duration.ZERO;
        builder.renditions
                .keySet()
                .forEach(name -> listings.put(
                        name, new TrackListing(name, new RenditionCounters(builder.meters, builder.name, name))));
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
            if (first > lastListed && breaksBefore.size() < MAX_AHEAD) {
                breaksBefore.add(first);
            }
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
            own.complete(entry);
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
        boolean broken = lastListed >= 0 && number != lastListed + 1;
        while (!breaksBefore.isEmpty() && breaksBefore.first() <= number) {
            breaksBefore.pollFirst();
            broken |= lastListed >= 0;
        }
        for (TrackListing listing : listings.values()) {
            broken |= listing.changesInit();
        }
        for (TrackListing listing : listings.values()) {
            listing.list(broken);
        }
        lastListed = number;
        listed++;
    }

    private @Nullable Presentation snapshot(boolean ended) {
        if (policy.isLive()) {
            slide();
        }
        List<PublishedTrack> tracks = new ArrayList<>(listings.size());
        for (TrackListing listing : listings.values()) {
            PublishedTrack track = listing.publish();
            if (track == null) {
                return null;
            }
            tracks.add(track);
        }
        return new Presentation(++version, policy, window, breaks, ended, tracks);
    }

    /** Lets segments out of the window, and those that the store is about to let go. */
    private void slide() {
        Timestamp each = policy.grid().segmentDuration();
        long keep = Math.max(1, -Math.floorDiv(-window.toNanos(), Math.max(1, each.toNanos())));
        long oldest = lastListed - keep + 1;
        for (TrackListing listing : listings.values()) {
            oldest = Math.max(oldest, store.oldest(listing.name()));
        }
        oldest = Math.min(oldest, lastListed);
        List<SegmentEntry> gone = List.of();
        for (TrackListing listing : listings.values()) {
            gone = listing.removeBefore(oldest);
        }
        // the same segments of every track, so those of the last one stand for all
        for (SegmentEntry entry : gone) {
            if (entry.discontinuity()) {
                breaks = new Breaks(breaks.count() + 1, entry.number());
            }
        }
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
