package io.headend.transcode;

/** The peak between the samples of one channel: ITU-R BS.1770-4 annex 2, four times oversampled. */
final class TruePeak {

    private static final double[] PHASE_0 = {
        0.0017089843750,
        0.0109863281250,
        -0.0196533203125,
        0.0332031250000,
        -0.0594482421875,
        0.1373291015625,
        0.9721679687500,
        -0.1022949218750,
        0.0476074218750,
        -0.0266113281250,
        0.0148925781250,
        -0.0083007812500
    };
    private static final double[] PHASE_1 = {
        -0.0291748046875,
        0.0292968750000,
        -0.0517578125000,
        0.0891113281250,
        -0.1665039062500,
        0.4650878906250,
        0.7797851562500,
        -0.2003173828125,
        0.1015625000000,
        -0.0582275390625,
        0.0330810546875,
        -0.0189208984375
    };
    private static final int TAPS = PHASE_0.length;

    private final float[] history = new float[TAPS];
    private int at;

    /** The largest magnitude around a sample, itself included. */
    double next(float sample) {
        history[at] = sample;
        at = at + 1 == TAPS ? 0 : at + 1;
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int index = at;
        for (int tap = TAPS - 1; tap >= 0; tap--) {
            float value = history[index];
            index = index + 1 == TAPS ? 0 : index + 1;
            a += PHASE_0[tap] * value;
            b += PHASE_1[tap] * value;
            c += PHASE_1[TAPS - 1 - tap] * value;
            d += PHASE_0[TAPS - 1 - tap] * value;
        }
        return Math.max(
                Math.abs(sample), Math.max(Math.max(Math.abs(a), Math.abs(b)), Math.max(Math.abs(c), Math.abs(d))));
    }
}
