package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticSoundTest {

    private static final int RATE = 48_000;

    /** Amplitude of one frequency in one channel, by a single-bin Fourier transform. */
    private static double level(byte[] pcm, int channels, int channel, int hz, int rate) {
        ByteBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        int count = pcm.length / 2 / channels;
        double re = 0;
        double im = 0;
        for (int i = 0; i < count; i++) {
            double value = samples.getShort(2 * (i * channels + channel)) / 32767.0;
            re += value * Math.cos(2 * Math.PI * hz * i / rate);
            im += value * Math.sin(2 * Math.PI * hz * i / rate);
        }
        return 2 * Math.hypot(re, im) / count;
    }

    @ParameterizedTest
    @ValueSource(ints = {44_100, 48_000})
    void channelsHaveTheirOwnTones(int rate) {
        byte[] quiet = new SyntheticSound(rate, 2).samples(rate / 2, rate / 10);
        assertThat(level(quiet, 2, 0, 1000, rate)).isBetween(0.19, 0.21);
        assertThat(level(quiet, 2, 0, 440, rate)).isLessThan(0.01);
        assertThat(level(quiet, 2, 1, 440, rate)).isBetween(0.19, 0.21);
        assertThat(level(quiet, 2, 1, 1000, rate)).isLessThan(0.01);
        assertThat(level(quiet, 2, 1, 2000, rate)).isLessThan(0.01);
    }

    @Test
    void everySecondBeginsWithABeep() {
        SyntheticSound sound = new SyntheticSound(RATE, 2);
        for (long second : new long[] {0, 1, 1_790_000_000L}) {
            byte[] beep = sound.samples(second * RATE, RATE / 10);
            assertThat(level(beep, 2, 0, 2000, RATE)).isBetween(0.29, 0.31);
            assertThat(level(beep, 2, 1, 2000, RATE)).isBetween(0.29, 0.31);
        }
    }

    @Test
    void soundDoesNotDependOnHowItIsCut() {
        SyntheticSound sound = new SyntheticSound(RATE, 3);
        byte[] whole = sound.samples(47_000, 2048);
        ByteBuffer parts = ByteBuffer.allocate(whole.length);
        parts.put(sound.samples(47_000, 1000)).put(sound.samples(48_000, 1048));
        assertThat(parts.array()).isEqualTo(whole);
    }
}
