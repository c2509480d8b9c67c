package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.Timebase;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DecoderBufferTest {

    private static final Timebase FRAMES = new Timebase(1, 25);

    @Test
    void followsTheBucketByHand() {
        // 1000 bit/s, 100 bit, 90 % full; 40 bit arrive from picture to picture.
        DecoderBuffer buffer = new DecoderBuffer(1000, 100, 0.9, FRAMES);
        buffer.add(0, 60);
        assertThat(buffer.fullness()).isCloseTo(0.30, within(1e-9));
        buffer.add(1, 20);
        assertThat(buffer.fullness()).isCloseTo(0.50, within(1e-9));
        buffer.add(4, 10);
        assertThat(buffer.fullness()).as("arrival stops when full").isCloseTo(0.90, within(1e-9));
        assertThat(buffer.conforms()).isTrue();
        assertThat(buffer.leastFullness()).isCloseTo(0.30, within(1e-9));
        buffer.add(5, 150);
        assertThat(buffer.conforms()).isFalse();
        assertThat(buffer.underflows()).isEqualTo(1);
        assertThat(buffer.worstDelay()).as("50 bit at 1000 bit/s").isCloseTo(0.05, within(1e-9));
        assertThat(buffer.leastFullness()).isCloseTo(-0.5, within(1e-9));
        assertThat(buffer.pictures()).isEqualTo(4);
        assertThat(buffer).asString().contains("1 late");
    }

    // Over any stretch at most a full buffer and what arrives meanwhile can leave: the meaning of a cap.
    @Property
    void aStreamThatConformsKeepsTheCapOverEveryStretch(@ForAll @Size(30) List<@IntRange(max = 120) Integer> sizes) {
        DecoderBuffer buffer = new DecoderBuffer(1000, 100, 0.9, FRAMES);
        for (int n = 0; n < sizes.size(); n++) {
            buffer.add(n, sizes.get(n));
        }
        boolean kept = true;
        for (int from = 0; from < sizes.size(); from++) {
            long sum = 0;
            for (int to = from; to < sizes.size(); to++) {
                sum += sizes.get(to);
                kept &= sum <= (from == 0 ? 90 : 100) + 40L * (to - from);
            }
        }
        assertThat(buffer.conforms()).isEqualTo(kept);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new DecoderBuffer(0, 1, 0.9, FRAMES)).hasMessageContaining("not a decoder's buffer");
        assertThatThrownBy(() -> new DecoderBuffer(1, 1, 1.1, FRAMES)).isInstanceOf(IllegalArgumentException.class);
        DecoderBuffer buffer = new DecoderBuffer(1, 1, 0, FRAMES);
        buffer.add(5, 0);
        assertThatThrownBy(() -> buffer.add(4, 0)).hasMessageContaining("4 comes after 5");
    }
}
