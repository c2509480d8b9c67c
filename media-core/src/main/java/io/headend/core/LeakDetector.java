package io.headend.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts open handles on native memory and tells where a forgotten one was opened.
 *
 * <p>Every handle is counted at every level. {@code SAMPLED} (the default) also watches one handle in 128 and logs its
 * opening stack if it is collected while open; {@code PARANOID} watches all of them. Set with the system property
 * {@code io.headend.leak} ({@code disabled}, {@code sampled}, {@code paranoid}) at start.
 *
 * <p><b>Threading:</b> safe for use by any thread.
 */
public final class LeakDetector {

    /** How many handles are watched. */
    public enum Level {
        DISABLED,
        SAMPLED,
        PARANOID
    }

    private static final Logger log = LoggerFactory.getLogger(LeakDetector.class);
    private static final int SAMPLING = 128;
    private static final Level LEVEL = level();
    private static final Map<String, LongAdder> LIVE = new ConcurrentHashMap<>();
    private static final AtomicLong OPENED = new AtomicLong();
    private static final AtomicLong LEAKED = new AtomicLong();

    private LeakDetector() {}

    private static Level level() {
        String value = System.getProperty("io.headend.leak", "sampled");
        for (Level level : Level.values()) {
            if (level.name().equalsIgnoreCase(value)) {
                return level;
            }
        }
        log.warn("io.headend.leak={} is none of disabled, sampled, paranoid; using sampled", value);
        return Level.SAMPLED;
    }

    /** A counted handle. Closing is harmless when repeated, also by two threads at once. */
    public static final class Ticket implements AutoCloseable {
        private static final VarHandle OPEN = openField();

        private final LongAdder live;
        private final Cleaner.@Nullable Cleanable watch;
        private final @Nullable Watch state;
        private volatile boolean open = true;

        private Ticket(LongAdder live, Cleaner.@Nullable Cleanable watch, @Nullable Watch state) {
            this.live = live;
            this.watch = watch;
            this.state = state;
        }

        private static VarHandle openField() {
            try {
                return MethodHandles.lookup().findVarHandle(Ticket.class, "open", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            if (!OPEN.compareAndSet(this, true, false)) {
                return;
            }
            live.decrement();
            if (state != null && watch != null) {
                state.closed = true;
                watch.clean();
            }
        }
    }

    private static final class Watch implements Runnable {
        private final String kind;
        private final Throwable opened;
        private volatile boolean closed;

        Watch(String kind) {
            this.kind = kind;
            this.opened = new Throwable("opened here");
        }

        @Override
        public void run() {
            if (!closed) {
                LEAKED.incrementAndGet();
                log.error("LEAK: a {} was never closed", kind, opened);
            }
        }
    }

    // Made on first use, so that SAMPLED and DISABLED programs that open nothing start no thread.
    private static final class Watcher {
        static final Cleaner CLEANER = Cleaner.create();
    }

    /**
     * Counts a handle.
     *
     * @param owner the object whose collection, while the ticket is open, is the leak; must not be reachable from
     *     the ticket
     * @param kind what it is, a constant such as {@code "AvFrame"}
     */
    public static Ticket open(Object owner, String kind) {
        LongAdder live = LIVE.computeIfAbsent(kind, k -> new LongAdder());
        live.increment();
        boolean watched = switch (LEVEL) {
            case DISABLED -> false;
            case SAMPLED -> OPENED.getAndIncrement() % SAMPLING == 0;
            case PARANOID -> true;
        };
        if (!watched) {
            return new Ticket(live, null, null);
        }
        Watch watch = new Watch(kind);
        return new Ticket(live, Watcher.CLEANER.register(owner, watch), watch);
    }

    /** Open handles by kind, without the kinds that have none. */
    public static Map<String, Long> live() {
        Map<String, Long> result = new TreeMap<>();
        LIVE.forEach((kind, adder) -> {
            long count = adder.sum();
            if (count != 0) {
                result.put(kind, count);
            }
        });
        return result;
    }

    /** Watched handles that were collected while open, since the start. */
    public static long leaked() {
        return LEAKED.get();
    }
}
