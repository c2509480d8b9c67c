package io.headend.ffmpeg;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/**
 * Ends blocking native I/O of one context: FFmpeg asks it about ten times in a second of waiting.
 *
 * <p>JavaCPP offers few native callbacks per type, so one serves all contexts and finds its deadline by a number in the
 * opaque pointer. Once it has said "stop" it says so for ever: a context that was interrupted is in no state to go on.
 *
 * <p><b>Threading:</b> {@link #interrupt()} by any thread, the callback by whatever thread FFmpeg uses, the rest by the owner.
 */
final class Deadline implements AutoCloseable {

    /** Time for closing, which may have to tell the other side. */
    static final long CLOSING_NANOS = 2_000_000_000L;

    private static final Map<Long, Deadline> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();

    private static final class Callback extends AVIOInterruptCB.Callback_Pointer {
        static final Callback INSTANCE = new Callback();

        @Override
        public int call(Pointer opaque) {
            Deadline deadline = OPEN.get(opaque.address());
            return deadline == null || deadline.passed() ? 1 : 0;
        }
    }

    /** A pointer that is a number; nothing lies at its address. */
    static final class Opaque extends Pointer {
        Opaque(long id) {
            address = id;
        }
    }

    private final long id = IDS.incrementAndGet();
    private final long endOfAll;
    private final BooleanSupplier stop;
    private volatile long end = Long.MAX_VALUE;
    private volatile boolean expired;
    private volatile boolean interrupted;

    /**
     * @param whole limit for everything together, counted from now; zero for none
     * @param stop asked at each poll; once true it counts as {@link #interrupt()}
     */
    Deadline(Duration whole, BooleanSupplier stop) {
        this.stop = stop;
        endOfAll = whole.isZero() ? Long.MAX_VALUE : now() + whole.toNanos();
        OPEN.put(id, this);
    }

    void attach(AVFormatContext context) {
        attach(context.interrupt_callback());
    }

    void attach(AVIOInterruptCB callback) {
        callback.callback(Callback.INSTANCE);
        callback.opaque(new Opaque(id));
    }

    long id() {
        return id;
    }

    /** Starts the time of one call. */
    void start(long nanos) {
        end = Math.min(now() + nanos, endOfAll);
    }

    void interrupt() {
        interrupted = true;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    boolean isExpired() {
        return expired;
    }

    boolean passed() {
        if (interrupted || expired) {
            return true;
        }
        if (stop.getAsBoolean()) {
            interrupted = true;
            return true;
        }
        if (now() >= end) {
            expired = true;
            return true;
        }
        return false;
    }

    // Relative to a fixed origin, so that the sum with a timeout does not wrap.
    private static long now() {
        return System.nanoTime() - ORIGIN;
    }

    private static final long ORIGIN = System.nanoTime();

    @Override
    public void close() {
        OPEN.remove(id);
    }
}
