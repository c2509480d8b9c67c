package io.headend.transcode;

/**
 * Decides where sound goes on the grid of coded sound frames, so that the samples run without hole or overlap from the first
 * multiple of the frame size on.
 *
 * <p>Positions are in samples since the epoch. A block that lies within the tolerance of where it should begin is simply
 * appended: timestamps of milliseconds jitter. What stays of the difference in the mean is drift and is taken out sample
 * by sample, at most {@value #CORRECTIONS_PER_MILLION} in a million. Beyond the tolerance the hole is filled with silence
 * or the overlap is cut off.
 */
final class AudioGrid {

    static final int CORRECTIONS_PER_MILLION = 100;

    private static final int AVERAGED_BLOCKS = 32;

    /**
     * What to do with a block.
     *
     * @param silence samples of silence before it
     * @param skip samples to leave out at its beginning
     * @param take samples to take after those
     * @param correction by how many samples the taken part is stretched (1) or squeezed (-1), or 0
     */
    record Placement(long silence, int skip, int take, int correction) {}

    private final int tolerance;
    private final int correctAbove;
    private boolean beforeFirst = true;
    private long next;
    private double drift;
    private boolean correcting;
    private long sinceCorrection;

    /**
     * @param frameSize samples of a coded frame
     * @param sampleRate samples per second
     * @param firstSample the grid begins at the first multiple of the frame size from here on
     */
    AudioGrid(int frameSize, int sampleRate, long firstSample) {
        this.tolerance = sampleRate / 25;
        this.correctAbove = sampleRate / 500;
        this.next = -Math.floorDiv(-firstSample, (long) frameSize) * frameSize;
    }

    /** The first sample that has not been placed yet. */
    long next() {
        return next;
    }

    /**
     * Places the block of {@code count} samples that says it begins at {@code start}. The placement's samples
     * ({@code silence + take + correction}) are taken as written.
     */
    Placement place(long start, int count) {
        long ahead = start - next;
        if (ahead > tolerance || (beforeFirst && ahead > 0)) {
            forgetDrift();
            beforeFirst = false;
            next += ahead + count;
            return new Placement(ahead, 0, count, 0);
        }
        // The beginning is exact to the sample, whatever the tolerance.
        if (ahead < -tolerance || (beforeFirst && ahead < 0)) {
            forgetDrift();
            int skip = (int) Math.min(count, -ahead);
            next += count - skip;
            beforeFirst = beforeFirst && skip == count;
            return new Placement(0, skip, count - skip, 0);
        }
        beforeFirst = false;
        int correction = correction(ahead, count);
        next += count + correction;
        return new Placement(0, 0, count, correction);
    }

    /** Samples of silence, so that everything before {@code end} is written. */
    long fillTo(long end) {
        if (end - next <= tolerance) {
            return 0;
        }
        long silence = end - next;
        next = end;
        beforeFirst = false;
        forgetDrift();
        return silence;
    }

    private int correction(long ahead, int count) {
        drift += (ahead - drift) / AVERAGED_BLOCKS;
        sinceCorrection += count;
        if (Math.abs(drift) > correctAbove) {
            correcting = true;
        } else if (Math.abs(drift) < correctAbove / 4.0) {
            correcting = false;
        }
        if (!correcting || count < 2 || sinceCorrection < 1_000_000 / CORRECTIONS_PER_MILLION) {
            return 0;
        }
        sinceCorrection = 0;
        return drift > 0 ? 1 : -1;
    }

    private void forgetDrift() {
        drift = 0;
        correcting = false;
    }
}
