package io.headend.transcode;

import io.headend.core.SampleInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how much work the renditions of one transcoder may do, so that none falls behind the clock.
 *
 * <p>The lag of a rendition is the distance from the start of the picture that it has just taken to the present, beyond the
 * smallest such distance so far, and beyond the time by which the source itself comes unevenly: what a channel is always
 * behind, by the latency of its source or from its start, is no lag, nor is a burst.
 * When the largest lag grows, the next level is taken, at most one per reaction time, which is the length of a group of
 * pictures where only the next group feels the step. When there has been no lasting lag for a while, it goes back one level; a way
 * back that did not last doubles that while, one that did ends it. Where all this is too slow, every picture is replaced with the one before
 * until the rendition has caught up. What is already inside an encoder still costs its full price then, so that a rendition which falls
 * behind further encodes key pictures alone, and an encoder that is left is not emptied: what bounds the lag is the longest
 * single call of an encoder.
 *
 * <p><b>Threading:</b> all methods by any thread.
 */
final class LoadGovernor {

    /** Lag from which a level is left. */
    static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Lag from which levels follow each other without waiting for the effect of the one before. */
    static final long HURRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

    /** Lag from which pictures are skipped, until it is below {@link #BEHIND_NANOS}. */
    static final long SKIP_NANOS = TimeUnit.MILLISECONDS.toNanos(1_800);

    /** Lag from which only key pictures are encoded, until it is below {@link #BEHIND_NANOS}. */
    static final long DROP_NANOS = TimeUnit.MILLISECONDS.toNanos(2_200);

    static final long IN_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    static final long LEAST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    static final long MOST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    // Encoders that open and code that is not compiled yet are late once, not overloaded.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long EXCUSED_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long HURRIED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long EVALUATION_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    // A lag that shrinks by more than this from one evaluation to the next needs no further step.
    private static final long SHRINKS_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final @Nullable LongSupplier clock;
    private final long reactionNanos;
    private final List<ComputeLevel> levels;
    private final Consumer<String> told;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Distance> distances = new HashMap<>();
    private final Spread spread = new Spread();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    private volatile ComputeLevel level = ComputeLevel.FULL;
    private volatile boolean skipping;
    private volatile boolean hurrying;
    private long excused;
    private long excusedUntil = Long.MIN_VALUE;
    private long worst;
    private long leastLately = Long.MAX_VALUE;
    private long worstBefore;
    private long worstEver;
    private long startedAt;
    private long evaluatedAt;
    private long steppedAt;
    private long steppedUpAt = -1;
    private long calmSince;
    private long patience = LEAST_PATIENCE_NANOS;
    private long steps;

    private LoadGovernor(
            @Nullable LongSupplier clock, long reactionNanos, List<ComputeLevel> levels, Consumer<String> told) {
        this.clock = clock;
        this.reactionNanos = reactionNanos;
        this.levels = levels;
        this.told = told;
    }

    /** Never gives anything up. */
    static LoadGovernor none() {
        return new LoadGovernor(null, 0, List.of(ComputeLevel.FULL), text -> {});
    }

    /**
     * @param clock nanoseconds since the epoch
     * @param reactionNanos how long a step may take to be felt
     * @param levels those that change anything, in order, the first of them {@code FULL}
     * @param told of every step, in words; called with a lock held, so it returns at once
     */
    static LoadGovernor of(LongSupplier clock, long reactionNanos, List<ComputeLevel> levels, Consumer<String> told) {
        return new LoadGovernor(clock, reactionNanos, List.copyOf(levels), told);
    }

    ComputeLevel level() {
        return level;
    }

    /** Whether every picture is to be replaced with the one before. */
    boolean skips() {
        return skipping;
    }

    /** Counts a picture that was replaced. */
    void skipped() {
        skipped.incrementAndGet();
    }

    /**
     * Whether a rendition is so late that what is no key picture is not to be encoded at all.
     *
     * @param startNanos start of the latest picture that it works at, nanoseconds since the epoch
     */
    boolean drops(String rendition, long startNanos) {
        LongSupplier source = clock;
        if (source == null) {
            return false;
        }
        long now = source.getAsLong();
        lock.lock();
        try {
            Distance distance = distances.get(rendition);
            if (distance == null) {
                return false;
            }
            long lag = distance.lag(now - startNanos) - excused(now);
            boolean before = distance.dropping;
            distance.dropping = lag > DROP_NANOS || (before && lag > BEHIND_NANOS);
            if (distance.dropping && !before) {
                told.accept(lag / 1_000_000 + " ms behind, encodes only key pictures of " + rendition);
            }
            return distance.dropping;
        } finally {
            lock.unlock();
        }
    }

    /** Whether analysis that has not begun is to be left out, whatever the level. */
    boolean hurries() {
        return hurrying;
    }

    /** Counts pictures that were not encoded. */
    void dropped(long pictures) {
        dropped.addAndGet(pictures);
    }

    /**
     * Tells that a rendition has taken a picture.
     *
     * @param startNanos start of the picture, nanoseconds since the epoch
     */
    void taken(String rendition, long startNanos) {
        LongSupplier source = clock;
        if (source == null) {
            return;
        }
        long now = source.getAsLong();
        lock.lock();
        try {
            if (distances.isEmpty()) {
                startedAt = now;
                evaluatedAt = now;
                steppedAt = now;
                calmSince = now;
            }
            distances.computeIfAbsent(rendition, name -> new Distance()).set(now - startNanos);
            long largest = 0;
            for (Distance each : distances.values()) {
                largest = Math.max(largest, each.lag());
            }
            worst = Math.max(0, largest - excused(now));
            worstEver = Math.max(worstEver, worst);
            hurrying = worst > HURRY_NANOS;
            skipping = worst > SKIP_NANOS || (skipping && worst > BEHIND_NANOS);
            leastLately = Math.min(leastLately, worst);
            if (worst > BEHIND_NANOS) {
                calmSince = now;
            }
            if (now - evaluatedAt >= EVALUATION_NANOS) {
                evaluate(now);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells that a picture came from the source.
     *
     * @param startNanos its place, nanoseconds since the epoch
     * @param arrivalNanos when it came, or {@link SampleInfo#NO_ARRIVAL}
     */
    void came(long startNanos, long arrivalNanos) {
        if (clock != null && arrivalNanos != SampleInfo.NO_ARRIVAL) {
            lock.lock();
            try {
                spread.add(startNanos, arrivalNanos - startNanos);
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Tells that pictures are shown in place of the source's from now on. That the first of them are late is the source's doing.
     *
     * @param startNanos place of the first, nanoseconds since the epoch
     */
    void covers(long startNanos) {
        LongSupplier source = clock;
        if (source == null) {
            return;
        }
        long now = source.getAsLong();
        lock.lock();
        try {
            long lag = 0;
            for (Distance each : distances.values()) {
                lag = Math.max(lag, each.lag(now - startNanos));
            }
            if (lag > BEHIND_NANOS) {
                excused = Math.max(lag, excused(now));
                excusedUntil = now + EXCUSED_NANOS;
            }
        } finally {
            lock.unlock();
        }
    }

    // What the renditions may be late without having done too much.
    private long excused(long now) {
        return Math.max(spread.nanos(), now < excusedUntil ? excused : 0);
    }

    private void evaluate(long now) {
        evaluatedAt = now;
        // The first pictures of a group come late together, at any level; a lag that lasts is what counts.
        if (leastLately > IN_STEP_NANOS) {
            calmSince = now;
        }
        leastLately = Long.MAX_VALUE;
        boolean growing = worst - worstBefore > -SHRINKS_NANOS;
        worstBefore = worst;
        if (now - startedAt < GRACE_NANOS) {
            return;
        }
        int at = levels.indexOf(level);
        boolean wentUp = steppedAt == steppedUpAt;
        long wait = worst > HURRY_NANOS ? HURRIED_NANOS : reactionNanos;
        // A way back that has lasted so far is gone on with at once.
        long calm = wentUp ? LEAST_PATIENCE_NANOS : patience;
        if (worst > BEHIND_NANOS && growing && at + 1 < levels.size() && now - steppedAt >= wait) {
            if (wentUp && steps > 0) {
                patience = Math.min(MOST_PATIENCE_NANOS, 2 * patience);
            }
            step(levels.get(at + 1), now);
        } else if (at > 0 && now - calmSince >= calm && now - steppedAt >= calm) {
            step(levels.get(at - 1), now);
            steppedUpAt = now;
            if (wentUp || at == 1) {
                patience = LEAST_PATIENCE_NANOS;
            }
            if (at == 1) {
                told.accept("has caught up and does everything again");
            }
        }
    }

    private void step(ComputeLevel next, long now) {
        boolean down = next.compareTo(level) > 0;
        level = next;
        steppedAt = now;
        steps++;
        if (down) {
            told.accept(worst / 1_000_000 + " ms behind, works at level " + next);
        }
    }

    LoadFigures figures() {
        if (clock == null) {
            return LoadFigures.NONE;
        }
        lock.lock();
        try {
            return new LoadFigures(
                    level, worst / 1_000_000, worstEver / 1_000_000, steps, skipped.get(), dropped.get());
        } finally {
            lock.unlock();
        }
    }

    /** How far one rendition is from the clock, against its own best. */
    private static final class Distance {
        private boolean known;
        private long least;
        private long latest;
        private boolean dropping;

        void set(long nanos) {
            least = known ? Math.min(least, nanos) : nanos;
            latest = nanos;
            known = true;
        }

        long lag() {
            return lag(latest);
        }

        long lag(long nanos) {
            return known ? nanos - least : 0;
        }
    }

    /** How unevenly pictures come, over the last 10 to 20 s of the source. */
    private static final class Spread {
        private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

        private long since = Long.MIN_VALUE;
        private long least = Long.MAX_VALUE;
        private long most = Long.MIN_VALUE;
        private long before;

        void add(long at, long lateness) {
            if (since == Long.MIN_VALUE || at - since > WINDOW_NANOS) {
                before = most < least ? 0 : most - least;
                least = Long.MAX_VALUE;
                most = Long.MIN_VALUE;
                since = at;
            }
            least = Math.min(least, lateness);
            most = Math.max(most, lateness);
        }

        long nanos() {
            return Math.max(before, most < least ? 0 : most - least);
        }
    }
}
