package io.headend.transcode;

/** The K-weighting of ITU-R BS.1770-4 annex 1 for one channel: a high shelf for the head, then a high-pass. */
final class KWeighting {

    private final double[] shelf;
    private final double[] highPass;
    private double s1;
    private double s2;
    private double h1;
    private double h2;

    KWeighting(int sampleRate) {
        shelf = shelf(sampleRate);
        highPass = highPass(sampleRate);
    }

    // The analogue prototypes behind the coefficients that the recommendation gives for 48 kHz.
    private static double[] shelf(int rate) {
        double k = Math.tan(Math.PI * 1681.974450955533 / rate);
        double quality = 0.7071752369554196;
        double high = Math.pow(10, 3.999843853973347 / 20);
        double band = Math.pow(high, 0.4996667741545416);
        double a0 = 1 + k / quality + k * k;
        return new double[] {
            (high + band * k / quality + k * k) / a0,
            2 * (k * k - high) / a0,
            (high - band * k / quality + k * k) / a0,
            2 * (k * k - 1) / a0,
            (1 - k / quality + k * k) / a0
        };
    }

    private static double[] highPass(int rate) {
        double k = Math.tan(Math.PI * 38.13547087602444 / rate);
        double quality = 0.5003270373238773;
        double a0 = 1 + k / quality + k * k;
        return new double[] {1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0};
    }

    double next(double sample) {
        double shelved = shelf[0] * sample + s1;
        s1 = shelf[1] * sample - shelf[3] * shelved + s2;
        s2 = shelf[2] * sample - shelf[4] * shelved;
        double result = highPass[0] * shelved + h1;
        h1 = highPass[1] * shelved - highPass[3] * result + h2;
        h2 = highPass[2] * shelved - highPass[4] * result;
        return result;
    }
}
