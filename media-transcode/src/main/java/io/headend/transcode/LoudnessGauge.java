package io.headend.transcode;

/**
 * Measures mono or stereo sound by ITU-R BS.1770-4: K-weighting, blocks of 400 ms that overlap by three quarters, an absolute
 * gate at -70 LUFS and a relative one at -10 LU. Memory does not grow with time.
 */
final class LoudnessGauge {

    private static final double OFFSET = -0.691;
    private static final double ABSOLUTE_GATE = -70;
    private static final double RELATIVE_GATE = -10;
    private static final int BINS_PER_LU = 20;
    private static final int BINS = 100 * BINS_PER_LU;
    private static final int QUARTERS = 4;

    private final KWeighting[] weighting;
    private final int quarterLength;
    private final double[] quarters = new double[QUARTERS];
    // How many blocks had a loudness within the bin, and the sum of their mean squares.
    private final long[] counts = new long[BINS];
    private final double[] sums = new double[BINS];
    private double energy;
    private int filled;
    private long quartersDone;
    private double momentary = Double.NEGATIVE_INFINITY;

    LoudnessGauge(int sampleRate, int channels) {
        weighting = new KWeighting[channels];
        for (int i = 0; i < channels; i++) {
            weighting[i] = new KWeighting(sampleRate);
        }
        quarterLength = sampleRate / 10;
    }

    /**
     * Takes one sample of every channel.
     *
     * @return whether a block is complete, whose loudness {@link #momentary} then is
     */
    boolean add(float left, float right) {
        double weighted = weighting[0].next(left);
        energy += weighted * weighted;
        if (weighting.length > 1) {
            double other = weighting[1].next(right);
            energy += other * other;
        }
        if (++filled < quarterLength) {
            return false;
        }
        quarters[(int) (quartersDone % QUARTERS)] = energy / quarterLength;
        quartersDone++;
        filled = 0;
        energy = 0;
        if (quartersDone < QUARTERS) {
            return false;
        }
        double mean = 0;
        for (double quarter : quarters) {
            mean += quarter / QUARTERS;
        }
        momentary = loudness(mean);
        if (momentary >= ABSOLUTE_GATE) {
            int bin = (int) Math.min(BINS - 1, (momentary - ABSOLUTE_GATE) * BINS_PER_LU);
            counts[bin]++;
            sums[bin] += mean;
        }
        return true;
    }

    static double loudness(double meanSquare) {
        return OFFSET + 10 * Math.log10(meanSquare);
    }

    /** Of the last 400 ms. */
    double momentary() {
        return momentary;
    }

    /** Of everything so far, gated; negative infinity where nothing passed the gates. */
    double integrated() {
        double all = mean(0);
        if (Double.isNaN(all)) {
            return Double.NEGATIVE_INFINITY;
        }
        double gate = loudness(all) + RELATIVE_GATE;
        int first = (int) Math.max(0, Math.min(BINS - 1, Math.round((gate - ABSOLUTE_GATE) * BINS_PER_LU)));
        return loudness(mean(first));
    }

    private double mean(int firstBin) {
        long count = 0;
        double sum = 0;
        for (int i = firstBin; i < BINS; i++) {
            count += counts[i];
            sum += sums[i];
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** Lets what was heard so far count for less: every block weighs half of what it did. */
    void fade() {
        for (int i = 0; i < BINS; i++) {
            counts[i] = (counts[i] + 1) / 2;
            sums[i] = counts[i] == 0 ? 0 : sums[i] / 2;
        }
    }
}
