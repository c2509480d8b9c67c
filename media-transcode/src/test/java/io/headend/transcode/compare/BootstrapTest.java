package io.headend.transcode.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    @Test
    void holdsTheMeanAndRepeats() {
        Bootstrap once = Bootstrap.of(-10, -12, -8, -15, -5);
        assertThat(once.mean()).isCloseTo(-10, within(1e-12));
        assertThat(once.low()).isBetween(-14.0, -11.0);
        assertThat(once.high()).isBetween(-9.0, -6.0);
        assertThat(once).isEqualTo(Bootstrap.of(-10, -12, -8, -15, -5));
    }

    // Of intervals over normal samples some 95 % hold the true mean; with 30 numbers a little fewer.
    @Test
    void coversWhatItSays() {
        SplittableRandom random = new SplittableRandom(4);
        int covered = 0;
        for (int trial = 0; trial < 200; trial++) {
            double[] sample = new double[30];
            Arrays.setAll(sample, i -> random.nextGaussian());
            Bootstrap interval = Bootstrap.of(sample);
            covered += interval.low() <= 0 && interval.high() >= 0 ? 1 : 0;
        }
        assertThat(covered).isBetween(178, 199);
    }

    @Test
    void leavesOutWhatIsRefused() {
        Bootstrap one = Bootstrap.of(Double.NaN, -7);
        assertThat(one.mean()).isEqualTo(-7);
        assertThat(one.clips()).isEqualTo(1);
        assertThat(one.low()).isNaN();
        assertThat(Bootstrap.of().mean()).isNaN();
    }
}
