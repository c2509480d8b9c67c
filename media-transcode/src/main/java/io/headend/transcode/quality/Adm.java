package io.headend.transcode.quality;

/**
 * Detail loss measure (feature {@code adm2}): how much of the reference's wavelet detail survives, weighted by contrast
 * sensitivity and masked by what the distortion adds, over the centre of the picture.
 */
final class Adm {

    static final int LEVELS = 4;

    private static final double NOISE = 1.0 / 32;

    private final int width;
    private final int height;
    private final Kernels kernels;
    private final AdmLevel[] levels = new AdmLevel[LEVELS];
    private double score;
    private double scoreNoGain;

    Adm(int width, int height, Kernels kernels) {
        this.width = width;
        this.height = height;
        this.kernels = kernels;
        int w = width;
        int h = height;
        for (int s = 0; s < LEVELS; s++) {
            levels[s] = new AdmLevel(s, w, h, kernels);
            w = (w + 1) / 2;
            h = (h + 1) / 2;
        }
    }

    /**
     * @param gain whether to measure with gain counted as fidelity ({@link #score()})
     * @param noGain whether to measure with gain limited to 1 ({@link #scoreNoGain()})
     */
    void measure(SamplePlane reference, SamplePlane distorted, boolean gain, boolean noGain) {
        double num = 0;
        double numNoGain = 0;
        double den = 0;
        WaveletRows ref = new WaveletRows.OfPlane(reference, kernels);
        WaveletRows dist = new WaveletRows.OfPlane(distorted, kernels);
        for (AdmLevel level : levels) {
            level.measure(ref, dist, gain, noGain);
            double floor = 3 * Math.cbrt(level.area() * NOISE);
            num += level.restored() + floor;
            numNoGain += level.restoredNoGain() + floor;
            den += level.reference() + floor;
            ref = level.refApproximation();
            dist = level.distApproximation();
        }
        double least = 1e-10 * width * height / (1920.0 * 1080.0);
        score = ratio(num, den, least);
        scoreNoGain = ratio(numNoGain, den, least);
    }

    private static double ratio(double num, double den, double least) {
        if (den < least) {
            return 1;
        }
        return num < least ? 0 : num / den;
    }

    double score() {
        return score;
    }

    double scoreNoGain() {
        return scoreNoGain;
    }
}
