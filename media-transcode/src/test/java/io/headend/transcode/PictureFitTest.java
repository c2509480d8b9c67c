package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PictureFitTest {

    private final PictureFit fit = new PictureFit(new PictureSize(640, 360), "yuv420p");

    private static PictureFit.Shape shape(int width, int height, Rational sar, String format) {
        return new PictureFit.Shape(new PictureSize(width, height), sar, format, false);
    }

    @Test
    void aPictureThatFitsIsLeftAlone() {
        assertThat(fit.description(shape(640, 360, Rational.ONE, "yuv420p"), Rational.ONE))
                .isEmpty();
    }

    @Test
    void sizeLayoutAndRangeAreBroughtIntoLineByOneScaler() {
        assertThat(fit.description(shape(1920, 1080, Rational.ONE, "yuv420p"), Rational.ONE))
                .isEqualTo("scale=640:360:flags=bicubic:out_range=tv,format=yuv420p");
        assertThat(fit.description(shape(640, 360, Rational.ONE, "yuv422p"), Rational.ONE))
                .startsWith("scale=640:360");
        PictureFit.Shape full = new PictureFit.Shape(new PictureSize(640, 360), Rational.ONE, "yuv420p", true);
        assertThat(fit.description(full, Rational.ONE)).startsWith("scale=640:360");
    }

    @Test
    void theFirstPictureKeepsItsAspectByTheSampleAspectRatio() {
        assertThat(fit.sampleAspectRatio(shape(1920, 1080, Rational.ONE, "yuv420p")))
                .isEqualTo(Rational.ONE);
        assertThat(fit.sampleAspectRatio(shape(852, 480, Rational.ONE, "yuv420p")))
                .isEqualTo(Rational.ONE);
        // 720x576 with 64:45 is 16:9.
        assertThat(fit.sampleAspectRatio(shape(720, 576, Rational.of(64, 45), "yuv420p")))
                .isEqualTo(Rational.ONE);
        assertThat(fit.sampleAspectRatio(shape(640, 480, Rational.ONE, "yuv420p")))
                .isEqualTo(Rational.of(3, 4));
        assertThat(fit.sampleAspectRatio(shape(640, 480, Rational.of(0, 1), "yuv420p")))
                .isEqualTo(Rational.of(3, 4));
    }

    @Test
    void aLaterPictureOfAnotherAspectGetsBars() {
        assertThat(fit.description(shape(640, 480, Rational.ONE, "yuv420p"), Rational.ONE))
                .isEqualTo("scale=480:360:flags=bicubic:out_range=tv,format=yuv420p,pad=640:360:(ow-iw)/2:(oh-ih)/2");
        assertThat(fit.description(shape(1000, 400, Rational.ONE, "yuv420p"), Rational.ONE))
                .startsWith("scale=640:256:");
        assertThat(fit.description(shape(640, 480, Rational.ONE, "yuv420p"), Rational.of(3, 4)))
                .isEqualTo("scale=640:360:flags=bicubic:out_range=tv,format=yuv420p");
    }

    @Property(tries = 500)
    void barsNeverExceedTheRendition(
            @ForAll @IntRange(min = 1, max = 16_384) int width,
            @ForAll @IntRange(min = 1, max = 16_384) int height,
            @ForAll @IntRange(min = 1, max = 1000) int num,
            @ForAll @IntRange(min = 1, max = 1000) int den) {
        PictureFit.Shape shape = shape(width, height, Rational.of(num, den), "yuv420p");
        Rational first = fit.sampleAspectRatio(shape);
        assertThat(first.num()).isBetween(1, 65_535);
        assertThat(first.den()).isBetween(1, 65_535);
        String description = fit.description(shape, Rational.ONE);
        if (description.startsWith("scale=")) {
            String[] size = description.substring(6).split(":", 3);
            assertThat(Integer.parseInt(size[0])).isBetween(2, 640).matches(w -> w % 2 == 0);
            assertThat(Integer.parseInt(size[1])).isBetween(2, 360).matches(h -> h % 2 == 0);
        }
    }
}
