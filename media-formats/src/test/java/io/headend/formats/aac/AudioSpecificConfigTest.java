package io.headend.formats.aac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.formats.Configs;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AudioSpecificConfigTest {

    @Test
    void readsTheCommonForms() {
        AudioSpecificConfig plain = AudioSpecificConfig.parse(Configs.hex("1190"));
        assertThat(plain).isEqualTo(AudioSpecificConfig.lowComplexity(48_000, 2));
        assertThat(plain.frameSize()).isEqualTo(1024);
        // explicit band replication: object type 5, core 24 kHz, output 48 kHz
        AudioSpecificConfig he = AudioSpecificConfig.parse(Configs.hex("2b118800"));
        assertThat(he.signalledObjectType()).isEqualTo(5);
        assertThat(he.sampleRate()).isEqualTo(24_000);
        assertThat(he.outputRate()).isEqualTo(48_000);
        assertThat(he.frameSize()).isEqualTo(2048);
        // backward compatible signalling behind the core configuration
        AudioSpecificConfig compatible = AudioSpecificConfig.parse(Configs.hex("131056e598"));
        assertThat(compatible.outputRate()).isEqualTo(48_000);
        assertThat(compatible.sampleRate()).isEqualTo(24_000);
        AudioSpecificConfig stereo = AudioSpecificConfig.parse(Configs.hex("130856e59d4880"));
        assertThat(stereo.parametricStereo()).isTrue();
        assertThat(stereo.signalledObjectType()).isEqualTo(29);
    }

    @Property
    void readsWhatItWrote(
            @ForAll @IntRange(min = 1, max = 4) int type,
            @ForAll @IntRange(min = 1, max = 100_000) int rate,
            @ForAll @IntRange(min = 1, max = 7) int channels,
            @ForAll boolean shortFrames,
            @ForAll @IntRange(max = 2) int extension) {
        AudioSpecificConfig config = new AudioSpecificConfig(
                type, rate, channels, shortFrames, extension == 0 ? 0 : rate * 2, extension == 2);
        assertThat(AudioSpecificConfig.parse(config.toBytes())).isEqualTo(config);
    }

    @Property
    void anyBytesAreAConfigurationOrRefused(@ForAll @Size(max = 12) byte[] bytes) {
        try {
            AudioSpecificConfig config = AudioSpecificConfig.parse(ByteBuffer.wrap(bytes));
            assertThat(config.outputRate()).isPositive();
        } catch (MediaException e) {
            assertThat(e).hasMessageMatching("(?s).*(AudioSpecificConfig|object type|cut short).*");
        }
    }

    @Test
    void refusesWhatIsNotAac() {
        assertThatThrownBy(() -> AudioSpecificConfig.parse(ByteBuffer.allocate(0)))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> AudioSpecificConfig.parse(Configs.hex("4190"))).hasMessageContaining("object type 8");
    }
}
