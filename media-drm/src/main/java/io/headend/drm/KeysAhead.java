package io.headend.drm;

import io.headend.core.EventSink;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a live channel's crypto periods, fetched one period ahead from a service that may be slow or down. When the key of a period is
 * not there as the period begins, the key before it goes on for a declared time; then there is no key, so that the channel stops listing
 * rather than showing anything in the clear. With the service back the next segment has the key of its period.
 *
 * <p>Only the first key of a track is waited for. While the service is down two packagers of one channel may change keys at different
 * segments.
 *
 * <p><b>Threading:</b> any number of threads; asks the service on the executor's.
 */
public final class KeysAhead implements KeyProvider {

    private static final int MAX_KEPT = 256;
    private static final String ORIGIN = "keys/";

    private final KeyProvider service;
    private final Executor executor;
    private final Duration grace;
    private final Clock clock;
    private final EventSink events;
    private final Lock lock = new ReentrantLock();
    private final Map<Query, ContentKey> fetched = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Query, ContentKey> eldest) {
            return size() > MAX_KEPT;
        }
    };
    private final Map<Query, Boolean> underWay = new HashMap<>();
    private final Map<Content, Last> lasts = new HashMap<>();

    private record Content(String contentId, String label, ProtectionScheme scheme) {}

    /** The key in use, the period that it is of, and since when it should have been another. */
    private record Last(
            ContentKey key, long period, @Nullable Instant overdue, boolean over) {}

    private KeysAhead(Builder builder) {
        this.service = builder.service;
        this.executor = builder.executor;
        this.grace = builder.grace;
        this.clock = builder.clock;
        this.events = builder.events;
    }

    /**
     * Begins keys of a service.
     *
     * @param executor where the service is asked; one thread will do
     */
    public static Builder builder(KeyProvider service, Executor executor) {
        return new Builder(service, executor);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Asked for each segment, it changes from the key of the period before to the right one when that comes.
     */
    @Override
    public ContentKey key(Query query) {
        boolean rotates = query.period() > 0;
        ContentKey key = known(query);
        if (key == null && (!rotates || last(query) == null)) {
            key = fetch(query);
        }
        if (!rotates) {
            return key == null ? bridged(query) : key;
        }
        prefetch(new Query(query.contentId(), query.label(), query.scheme(), query.period() + 1));
        if (key == null) {
            prefetch(query);
            return bridged(query);
        }
        return current(query, key);
    }

    private @Nullable ContentKey known(Query query) {
        lock.lock();
        try {
            return fetched.get(query);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Last last(Query query) {
        lock.lock();
        try {
            return lasts.get(content(query));
        } finally {
            lock.unlock();
        }
    }

    private static Content content(Query query) {
        return new Content(query.contentId(), query.label(), query.scheme());
    }

    private ContentKey fetch(Query query) {
        ContentKey key = service.key(query);
        lock.lock();
        try {
            fetched.put(query, key);
        } finally {
            lock.unlock();
        }
        return key;
    }

    private void prefetch(Query query) {
        lock.lock();
        try {
            if (fetched.containsKey(query) || underWay.putIfAbsent(query, true) != null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(() -> fetchAhead(query));
        } catch (RejectedExecutionException e) {
            done(query);
            tell(
                    query,
                    Severity.WARNING,
                    "The key of the next crypto period is not asked for: the executor takes no more.");
        }
    }

    private void fetchAhead(Query query) {
        try {
            fetch(query);
        } catch (MediaException e) {
            tell(
                    query,
                    Severity.WARNING,
                    "There is no key for crypto period " + query.period() + " yet: " + e.getMessage());
        } finally {
            done(query);
        }
    }

    private void done(Query query) {
        lock.lock();
        try {
            underWay.remove(query);
        } finally {
            lock.unlock();
        }
    }

    private ContentKey current(Query query, ContentKey key) {
        Last before;
        lock.lock();
        try {
            before = lasts.get(content(query));
            if (before != null && query.period() <= before.period()) {
                return key; // a rendition that is behind the others says nothing of the period that they wait for
            }
            lasts.put(content(query), new Last(key, query.period(), null, false));
        } finally {
            lock.unlock();
        }
        if (before != null && before.overdue() != null) {
            tell(query, Severity.INFO, "The key of crypto period " + query.period() + " has come.");
        }
        return key;
    }

    /** The key before, as long as its time of grace lasts. */
    private ContentKey bridged(Query query) {
        Instant now = clock.instant();
        Last before;
        boolean over;
        lock.lock();
        try {
            before = lasts.get(content(query));
            if (before == null) {
                throw new IllegalStateException("the first key was fetched");
            }
            Instant since = before.overdue() == null ? now : before.overdue();
            over = Duration.between(since, now).compareTo(grace) >= 0;
            lasts.put(content(query), new Last(before.key(), before.period(), since, over));
        } finally {
            lock.unlock();
        }
        if (before.overdue() == null) {
            tell(
                    query,
                    Severity.WARNING,
                    "The key of crypto period " + query.period() + " has not come; the key before it is kept for "
                            + grace.toSeconds() + " s.");
        }
        if (!over) {
            return before.key();
        }
        if (!before.over()) {
            tell(
                    query,
                    Severity.ERROR,
                    "The key of crypto period " + query.period() + " has not come within " + grace.toSeconds()
                            + " s; nothing is listed until it comes.");
        }
        throw new MediaException(
                MediaErrorCode.IO,
                "There is no key for " + query.label() + " of '" + query.contentId() + "' in crypto period "
                        + query.period() + ", and the one before is used up; see to the key service.",
                null,
                true);
    }

    private void tell(Query query, Severity severity, String message) {
        events.accept(
                new KeyEvent(clock.instant(), ORIGIN + query.contentId() + "/" + query.label(), severity, message));
    }

    private record KeyEvent(Instant at, String origin, Severity severity, String message) implements MediaEvent {}

    /** The number of keys that are there. */
    @Override
    public String toString() {
        lock.lock();
        try {
            return "KeysAhead[" + fetched.size() + " keys]";
        } finally {
            lock.unlock();
        }
    }

    /** How to bridge outages. */
    public static final class Builder {
        private final KeyProvider service;
        private final Executor executor;
        private Duration grace = Duration.ofMinutes(1);
        private Clock clock = Clock.systemUTC();
        private EventSink events = EventSink.NONE;

        private Builder(KeyProvider service, Executor executor) {
            this.service = service;
            this.executor = executor;
        }

        /** How long a key is used beyond its crypto period where the next does not come; a minute by default, zero for not at all. */
        public Builder grace(Duration time) {
            if (time.isNegative()) {
                throw MediaException.invalidArgument("A time of grace is not negative, as " + time + " is.");
            }
            grace = time;
            return this;
        }

        public Builder clock(Clock wall) {
            clock = wall;
            return this;
        }

        /** Told of keys that do not come, of the end of the time of grace, and of keys that come after all. */
        public Builder events(EventSink sink) {
            events = EventSink.guarded(sink);
            return this;
        }

        public KeysAhead build() {
            return new KeysAhead(this);
        }
    }
}
