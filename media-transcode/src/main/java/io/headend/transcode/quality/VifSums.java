package io.headend.transcode.quality;

/** Information terms of one scale of one picture (VIF, with and without a limit on the enhancement gain). */
final class VifSums {

    /** Largest gain counted as fidelity by plain VMAF. */
    static final float GAIN_LIMIT = 100f;

    /** Noise variance of the visual channel on the 8-bit scale. */
    static final float NOISE = 2f;

    private static final double LOW_VARIANCE_WEIGHT = 4.0 / 65025.0;

    final LogProduct numerator = new LogProduct();
    final LogProduct numeratorNoGain = new LogProduct();
    final LogProduct denominator = new LogProduct();
    double lowCount;
    double lowVariance;

    void clear() {
        numerator.clear();
        numeratorNoGain.clear();
        denominator.clear();
        lowCount = 0;
        lowVariance = 0;
    }

    void add(VifSums other) {
        numerator.multiply(other.numerator);
        numeratorNoGain.multiply(other.numeratorNoGain);
        denominator.multiply(other.denominator);
        lowCount += other.lowCount;
        lowVariance += other.lowVariance;
    }

    double vif() {
        return ratio(numerator);
    }

    double vifNoGain() {
        return ratio(numeratorNoGain);
    }

    private double ratio(LogProduct num) {
        double den = denominator.log2();
        return (num.log2() + lowCount - LOW_VARIANCE_WEIGHT * lowVariance) / den;
    }
}
