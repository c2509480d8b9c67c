package io.headend.cdn;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests for the same thing, made while one of them is on its way to the origin, share that one.
 *
 * <p><b>Threading:</b> safe for use by any thread; nobody waits.
 */
final class RequestCollapser {

    /**
     * A place in a crowd.
     *
     * @param fetch what to wait for; {@code null} if too many fetches are on their way
     * @param leader whether the caller has to make the request
     */
    record Place(@Nullable Fetch fetch, boolean leader) {}

    private final ConcurrentMap<CacheKey, Fetch> running = new ConcurrentHashMap<>();
    private final int maxRunning;
    private final long patienceNanos;

    RequestCollapser(int maxRunning, long patienceNanos) {
        this.maxRunning = maxRunning;
        this.patienceNanos = patienceNanos;
    }

    Place join(CacheKey key, long nowNanos) {
        Fetch own = new Fetch(nowNanos);
        for (; ; ) {
            Fetch other = running.get(key);
            if (other == null) {
                // Two threads may pass together: the bound is exact to the number of threads.
                if (running.size() >= maxRunning && !forgetStuck(nowNanos)) {
                    return new Place(null, false);
                }
                other = running.putIfAbsent(key, own);
                if (other == null) {
                    return new Place(own, true);
                }
            }
            if (!other.isStuck(nowNanos, patienceNanos)) {
                return new Place(other, false);
            }
            // The origin forgot that one: whoever comes next asks again, its crowd keeps its own deadlines.
            if (running.replace(key, other, own)) {
                return new Place(own, true);
            }
        }
    }

    private boolean forgetStuck(long nowNanos) {
        return running.values().removeIf(fetch -> fetch.isStuck(nowNanos, patienceNanos));
    }

    void left(CacheKey key, Fetch fetch) {
        running.remove(key, fetch);
    }

    int running() {
        return running.size();
    }
}
