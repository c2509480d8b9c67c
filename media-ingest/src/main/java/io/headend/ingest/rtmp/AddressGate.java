package io.headend.ingest.rtmp;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts connections, in all and by address, and how fast they come. Any thread. */
final class AddressGate {

    private static final int BURST_SECONDS = 4;
    private static final int MAX_REMEMBERED = 10_000;

    private record Guest(int open, double tokens, long at) {}

    private final RtmpLimits limits;
    private final LongSupplier nanoTime;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Guest> guests = new ConcurrentHashMap<>();

    AddressGate(RtmpLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** Whether one more may come in; who may must {@link #leave}. */
    boolean enter(InetAddress address) {
        if (open.incrementAndGet() > limits.maxConnections()) {
            open.decrementAndGet();
            return false;
        }
        if (guests.size() > MAX_REMEMBERED) {
            guests.values().removeIf(guest -> guest.open == 0);
        }
        boolean[] allowed = new boolean[1];
        guests.compute(address, (key, guest) -> {
            Guest next = refilled(guest);
            allowed[0] = next.tokens >= 1 && next.open < limits.maxConnectionsPerAddress();
            return allowed[0] ? new Guest(next.open + 1, next.tokens - 1, next.at) : next;
        });
        if (!allowed[0]) {
            open.decrementAndGet();
        }
        return allowed[0];
    }

    private Guest refilled(@Nullable Guest guest) {
        long now = nanoTime.getAsLong();
        double full = (double) limits.maxAttemptsPerAddressPerSecond() * BURST_SECONDS;
        if (guest == null) {
            return new Guest(0, full, now);
        }
        double more = (now - guest.at) / 1e9 * limits.maxAttemptsPerAddressPerSecond();
        return new Guest(guest.open, Math.min(full, guest.tokens + more), now);
    }

    void leave(InetAddress address) {
        open.decrementAndGet();
        guests.computeIfPresent(address, (key, guest) -> new Guest(guest.open - 1, guest.tokens, guest.at));
    }

    int open() {
        return open.get();
    }
}
