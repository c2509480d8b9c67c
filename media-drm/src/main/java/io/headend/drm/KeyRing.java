package io.headend.drm;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Passes on a provider's keys and finds those that it gave again by their id: what a licence server for one's own channels needs. Keeps
 * the last {@value #MAX_KEPT} keys.
 *
 * <p><b>Threading:</b> any number of threads.
 */
public final class KeyRing implements KeyProvider, KeyLookup {

    private static final int MAX_KEPT = 1024;

    private final KeyProvider keys;
    private final Lock lock = new ReentrantLock();
    private final Map<UUID, ContentKey> given = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, ContentKey> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private KeyRing(KeyProvider keys) {
        this.keys = keys;
    }

    /** @param keys asked for every key, also for one that is on the ring */
    public static KeyRing of(KeyProvider keys) {
        return new KeyRing(keys);
    }

    @Override
    public ContentKey key(Query query) {
        ContentKey key = keys.key(query);
        lock.lock();
        try {
            given.remove(key.id());
            given.put(key.id(), key);
        } finally {
            lock.unlock();
        }
        return key;
    }

    @Override
    public Optional<ContentKey> find(UUID keyId) {
        lock.lock();
        try {
            return Optional.ofNullable(given.get(keyId));
        } finally {
            lock.unlock();
        }
    }

    /** The number of keys. */
    @Override
    public String toString() {
        lock.lock();
        try {
            return "KeyRing[" + given.size() + " keys]";
        } finally {
            lock.unlock();
        }
    }
}
