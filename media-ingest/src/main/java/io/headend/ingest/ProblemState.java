package io.headend.ingest;

import java.time.Duration;

/** How one problem of one input stands. Guarded by its {@link InputHealth}. */
final class ProblemState {

    /** Nothing to tell. */
    static final long NOTHING = -1;

    private final InputProblem problem;
    private final double threshold;
    private final long hold;
    private final SlidingSum counted;
    private boolean bad;
    private long changed;
    private long began;
    private long since;
    private boolean active;

    ProblemState(InputProblem problem, HealthRule rule) {
        this.problem = problem;
        this.threshold = rule.threshold();
        this.hold = rule.hold().toNanos();
        this.counted = new SlidingSum(hold);
    }

    InputProblem problem() {
        return problem;
    }

    boolean isActive() {
        return active;
    }

    /** When the problem that lasts began. */
    long since() {
        return since;
    }

    void begin(long now) {
        began = now;
        changed = now;
    }

    void count(long now, long amount) {
        counted.add(now, amount);
    }

    /** A measurement; the problem is there while it is at or below the threshold. */
    void level(long now, double value) {
        turn(now, value <= threshold);
    }

    private void turn(long now, boolean nowBad) {
        if (bad != nowBad) {
            bad = nowBad;
            changed = now;
        }
    }

    /**
     * Whether there is something to tell: how long the problem has lasted when it begins or ends, else {@link #NOTHING}.
     */
    long judge(long now, Duration clear) {
        switch (problem) {
            case LOSS, CONTINUITY, DECODE -> {
                turn(now, counted.sum(now) >= threshold);
                return settle(now, bad, 0, now - hold, clear);
            }
            case LOW_BITRATE -> {
                boolean low = threshold > 0 && now - began >= hold && counted.sum(now) < threshold * (hold / 1e9);
                turn(now, low);
                return settle(now, bad, 0, now - hold, clear);
            }
            default -> {
                return settle(now, bad, hold, changed, clear);
            }
        }
    }

    long judgeSilence(long now, long lastSample, Duration clear) {
        boolean silent = now - lastSample >= hold;
        turn(now, silent);
        return settle(now, silent, 0, lastSample, clear);
    }

    private long settle(long now, boolean isBad, long lasting, long start, Duration clear) {
        if (!active && isBad && now - changed >= lasting) {
            active = true;
            since = start;
            return now - since;
        }
        if (active && !isBad && now - changed >= clear.toNanos()) {
            active = false;
            return now - since;
        }
        return NOTHING;
    }
}
