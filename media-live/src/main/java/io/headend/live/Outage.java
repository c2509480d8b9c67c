package io.headend.live;

import java.util.concurrent.TimeUnit;

/**
 * Decides up to when a channel whose source is silent is to be covered, so that its output goes on with the clock. All times
 * are nanoseconds since the epoch.
 *
 * <p>A source that is known to have failed is covered at once, one that is only silent after a few seconds, or after twice its
 * longest silence so far: sources that come in bursts are no failures. The cover ends as far behind the present as the
 * channel was at its best, so what comes afterwards finds its usual place.
 *
 * <p><b>Threading:</b> one thread, but {@link #failed} and {@link #isFailed} by any.
 */
final class Outage {

    static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How long the last picture is held before black is shown. */
    static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    // While late samples come, they are left a chance to overtake the cover.
    private static final long OVERTAKING_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MIN_VALUE;

    /** What is to be done now. */
    record Cover(long end, boolean black) {}

    static final Cover NONE = new Cover(NEVER, false);

    private volatile boolean failed;
    private long last = NEVER;
    private long lastLate = NEVER;
    private long longestSilence;
    private long leastDistance = Long.MAX_VALUE;
    private long since = NEVER;

    /** Whether the source is known to be gone. */
    void failed(boolean gone) {
        failed = gone;
    }

    boolean isFailed() {
        return failed;
    }

    /**
     * A sample was worked off. One that moved nothing, while the channel is covered, came too late or is sound alone: the channel
     * stays covered.
     *
     * @param shownBefore end of what was shown before it, {@link Long#MAX_VALUE} before the first picture
     * @param shownTo end of what was shown with it
     */
    void sample(long now, long shownBefore, long shownTo) {
        if (covers() && shownTo <= shownBefore) {
            lastLate = now;
            return;
        }
        if (last != NEVER && since == NEVER) {
            longestSilence = Math.max(longestSilence, now - last);
        }
        last = now;
        lastLate = NEVER;
        since = NEVER;
        if (shownBefore != Long.MAX_VALUE) {
            leastDistance = Math.min(leastDistance, Math.max(0, now - shownBefore));
        }
    }

    /** Whether the channel is being covered. */
    boolean covers() {
        return since != NEVER;
    }

    /** Nothing came. */
    Cover idle(long now, long shownTo) {
        boolean silent = last != NEVER && now - last > Math.max(SILENT_NANOS, 2 * longestSilence);
        if (!failed && !silent) {
            return NONE;
        }
        long distance = leastDistance == Long.MAX_VALUE ? 0 : leastDistance;
        boolean late = lastLate != NEVER && now - lastLate < OVERTAKING_NANOS;
        long end = now - distance - (late ? OVERTAKING_NANOS : MARGIN_NANOS);
        if (end <= shownTo) {
            return NONE;
        }
        if (since == NEVER) {
            since = shownTo;
        }
        return new Cover(end, shownTo - since >= HOLD_NANOS);
    }
}
