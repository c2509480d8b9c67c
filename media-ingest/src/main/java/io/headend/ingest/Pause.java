package io.headend.ingest;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A wait that another thread can end.
 *
 * <p><b>Threading:</b> one thread waits, {@link #wake} by any.
 */
final class Pause {

    // A waker may have been too early; then the condition is looked at again after so long.
    private static final long LOOK_AGAIN_NANOS = 50_000_000L;

    private final LongSupplier nanoTime;
    private final BooleanSupplier enough;
    private volatile @Nullable Thread waiter;

    Pause(LongSupplier nanoTime, BooleanSupplier enough) {
        this.nanoTime = nanoTime;
        this.enough = enough;
    }

    /** Returns when the time has come, the condition is true, or the thread is interrupted. */
    void until(long nanos) {
        waiter = Thread.currentThread();
        while (!enough.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            long left = nanos - nanoTime.getAsLong();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, Math.min(left, LOOK_AGAIN_NANOS));
        }
        waiter = null;
    }

    /** Ends a wait, after the condition has become true. */
    void wake() {
        LockSupport.unpark(waiter);
    }
}
