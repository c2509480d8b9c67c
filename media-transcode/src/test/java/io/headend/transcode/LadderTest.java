package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.PictureSize;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LadderTest {

    private static final RateControl RATE = RateControl.CappedQuality.of(23, 2_000_000);

    @Test
    void threeRungsBelowTheSource() {
        assertThat(Ladder.standard(new PictureSize(1920, 1080)).names())
                .containsExactly("v1080", "v720", "v480", "audio");
        assertThat(Ladder.standard(new PictureSize(960, 540)).names()).containsExactly("v540", "v360", "v216", "audio");
        assertThat(Ladder.standard(new PictureSize(640, 360)).names()).containsExactly("v360", "v216", "v144", "audio");
        assertThat(Ladder.standard(new PictureSize(1080, 1440)).video().get(1).size())
                .isEqualTo(new PictureSize(540, 720));
    }

    @Property(tries = 500)
    void everySourceGetsALadderThatKeepsItsAspect(
            @ForAll @IntRange(min = 16, max = 8192) int width, @ForAll @IntRange(min = 16, max = 8192) int height) {
        Ladder ladder = Ladder.standard(new PictureSize(width, height));
        assertThat(ladder.video()).isNotEmpty().hasSizeLessThanOrEqualTo(3);
        int above = Integer.MAX_VALUE;
        for (Rendition rendition : ladder.video()) {
            PictureSize size = rendition.size();
            assertThat(size.height()).isLessThan(above).isLessThanOrEqualTo(height);
            assertThat(size.width()).isLessThanOrEqualTo(Math.max(2, width + width / 16));
            assertThat(size.width() % 2 + size.height() % 2).isZero();
            double exact = (double) width * size.height() / height;
            assertThat(Math.abs(size.width() - exact)).isLessThanOrEqualTo(2);
            above = size.height();
        }
    }

    @Test
    void settingsChangeForAllRungsAlike() {
        Ladder ladder = Ladder.standard(new PictureSize(640, 360)).withSettings(settings -> settings.withThreads(2));
        assertThat(ladder.video()).allMatch(rendition -> rendition.settings().threads() == 2);
    }

    @Test
    void namesAreUniqueAndThereIsOneAtLeast() {
        Rendition one = new Rendition("v", new PictureSize(64, 64), EncoderSettings.x264("fast", RATE));
        assertThatThrownBy(() -> new Ladder(List.of(one, one), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'v'");
        assertThatThrownBy(() -> new Ladder(List.of(), List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rendition("v", new PictureSize(63, 64), one.settings()))
                .hasMessageContaining("must be even");
    }

    @Test
    void ratesAreBounded() {
        assertThatThrownBy(() -> RateControl.Cbr.of(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateControl.Vbr(2, 1, 1)).hasMessageContaining("below the mean");
        assertThatThrownBy(() -> RateControl.CappedQuality.of(Double.NaN, 1)).hasMessageContaining("0..63");
        assertThatThrownBy(() -> RateControl.CappedQuality.of(64, 1)).hasMessageContaining("0..63");
        assertThatThrownBy(() -> RateControl.CappedQuality.of(20, 1L << 40)).hasMessageContaining("2^31-1");
        assertThat(RateControl.Cbr.of(5).maxrate()).isEqualTo(5);
        assertThat(RateControl.CappedQuality.of(20, 100).bufferBits()).isEqualTo(200);
    }

    @Test
    void encoderSettingsRefuseWhatTheGridDecides() {
        EncoderSettings settings = EncoderSettings.x264("fast", RATE);
        assertThatThrownBy(() -> settings.withOption("keyint", "250")).hasMessageContaining("frame grid");
        assertThatThrownBy(() -> settings.withOption("aq-mode", "1:keyint=5")).hasMessageContaining("one value");
        assertThatThrownBy(() -> settings.withOption("a b", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.withThreads(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EncoderSettings(Codec.VP9, "x", RATE, "yuv420p", 0, Map.of()))
                .hasMessageContaining("no encoder for VP9");
        assertThatThrownBy(() -> new AudioRendition("a", 22_050, 2, 64_000)).hasMessageContaining("22050");
        assertThatThrownBy(() -> new AudioRendition("a", 48_000, 6, 64_000)).hasMessageContaining("6 channels");
        assertThatThrownBy(() -> new AudioRendition("a", 48_000, 2, 64)).hasMessageContaining("64 bit/s");
    }

    @Test
    void optionsAreExactlyWhatTheEncodersCallThem() {
        EncoderOptions quality =
                EncoderOptions.of(EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(23.5, 3_000_000))
                        .withOption("aq-strength", "0.7"));
        assertThat(quality.encoder()).isEqualTo("libx264");
        assertThat(quality.bitrate()).isZero();
        assertThat(quality.maxrate()).isEqualTo(3_000_000);
        assertThat(quality.bufferBits()).isEqualTo(6_000_000);
        assertThat(quality.options()).containsOnly(Map.entry("preset", "veryfast"), Map.entry("crf", "23.50"));
        assertThat(quality.parameters())
                .containsOnly(
                        Map.entry("aq-strength", "0.7"),
                        Map.entry("keyint", "infinite"),
                        Map.entry("open-gop", "0"),
                        Map.entry("scenecut", "0"),
                        Map.entry("stitchable", "1"));

        EncoderOptions vbr = EncoderOptions.of(EncoderSettings.x265("fast", new RateControl.Vbr(100, 200, 300)));
        assertThat(vbr)
                .extracting(EncoderOptions::encoder, EncoderOptions::bitrate, EncoderOptions::maxrate)
                .containsExactly("libx265", 100L, 200L);
        assertThat(vbr.options()).containsOnlyKeys("preset");
        assertThat(EncoderOptions.of(EncoderSettings.svtAv1(8, RATE)).encoder()).isEqualTo("libsvtav1");
    }

    @Test
    void contentAdaptiveHasABandAndStartsFromTheStandardRecipe() {
        RateControl.ContentAdaptive adaptive = RateControl.ContentAdaptive.of(24, 1_000_000)
                .withTarget(QualityTarget.vmaf(88, 96).withSsim(.95, .99))
                .withScenario(Scenario.FILM);
        assertThat(adaptive.target().isBounded()).isTrue();
        assertThat(QualityTarget.NONE.isBounded()).isFalse();
        assertThat(EncoderOptions.of(EncoderSettings.x264("veryfast", adaptive)).parameters())
                .containsEntry("rc-lookahead", "40");
        assertThat(EncoderOptions.of(EncoderSettings.x264("veryfast", adaptive.withLatency(LatencyClass.LOW)))
                        .parameters())
                .doesNotContainKey("rc-lookahead");
        assertThat(EncoderOptions.of(EncoderSettings.x264("veryfast", adaptive).withOption("qcomp", "0.6"))
                        .parameters())
                .containsEntry("qcomp", "0.6");
        assertThatThrownBy(() -> QualityTarget.vmaf(96, 88)).hasMessageContaining("VMAF band");
        assertThatThrownBy(() -> QualityTarget.NONE.withSsim(0.5, 2)).hasMessageContaining("SSIM band");
    }
}
