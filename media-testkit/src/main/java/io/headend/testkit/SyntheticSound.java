package io.headend.testkit;

/** Tones that depend on nothing but the number of the sample since the epoch. */
final class SyntheticSound {

    static final int EVEN_HZ = 1000;
    static final int ODD_HZ = 440;
    static final int BEEP_HZ = 2000;

    private static final double TONE = 0.2 * Short.MAX_VALUE;
    private static final double BEEP = 0.3 * Short.MAX_VALUE;

    private final int rate;
    private final int channels;
    // One second of a 1 Hz sine: sample n of f Hz is entry n*f modulo the rate, without drift at any distance.
    private final double[] sine;

    SyntheticSound(int rate, int channels) {
        this.rate = rate;
        this.channels = channels;
        this.sine = new double[rate];
        for (int i = 0; i < rate; i++) {
            sine[i] = StrictMath.sin(2 * Math.PI * i / rate);
        }
    }

    /** Interleaved little-endian samples. */
    byte[] samples(long first, int count) {
        byte[] out = new byte[2 * channels * count];
        int at = 0;
        for (int i = 0; i < count; i++) {
            int inSecond = (int) Math.floorMod(first + i, (long) rate);
            double beep = inSecond < rate / 10 ? BEEP * tone(inSecond, BEEP_HZ) : 0;
            int even = (int) Math.round(TONE * tone(inSecond, EVEN_HZ) + beep);
            int odd = (int) Math.round(TONE * tone(inSecond, ODD_HZ) + beep);
            for (int c = 0; c < channels; c++) {
                int value = c % 2 == 0 ? even : odd;
                out[at++] = (byte) value;
                out[at++] = (byte) (value >> 8);
            }
        }
        return out;
    }

    private double tone(int inSecond, int hz) {
        return sine[(int) ((long) inSecond * hz % rate)];
    }
}
