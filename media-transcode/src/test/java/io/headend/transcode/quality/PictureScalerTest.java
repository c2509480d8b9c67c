package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureScalerTest {

    @ParameterizedTest
    @CsvSource({"64, 48, 128, 96, 8", "64, 48, 33, 25, 8", "65, 47, 100, 1, 10", "2, 2, 16, 16, 16"})
    void aFlatPictureStaysFlat(int width, int height, int toWidth, int toHeight, int bitDepth) {
        int value = 77 << (bitDepth - 8);
        Picture flat = SyntheticPairs.picture(width, height, bitDepth, (x, y) -> value);
        Picture scaled =
                PictureScaler.bicubic(new PictureSize(toWidth, toHeight)).scale(flat);
        assertThat(scaled.width()).isEqualTo(toWidth);
        assertThat(scaled.height()).isEqualTo(toHeight);
        assertThat(scaled.planes().get(1).width()).isEqualTo((toWidth + 1) / 2);
        SamplePlane luma = SyntheticPairs.plane(scaled);
        for (int y = 0; y < toHeight; y++) {
            for (int x = 0; x < toWidth; x++) {
                assertThat(luma.sample(x, y)).isEqualTo(value);
            }
        }
    }

    @Test
    void aSlopeKeepsItsPlaceAndSteepness() {
        Picture slope = SyntheticPairs.picture(40, 16, 10, (x, y) -> 20 * x);
        SamplePlane wide = SyntheticPairs.plane(
                PictureScaler.bicubic(new PictureSize(80, 16)).scale(slope));
        for (int x = 10; x < 70; x++) {
            assertThat(wide.sample(x, 8)).isBetween(10 * x - 7, 10 * x - 3);
        }
        SamplePlane narrow = SyntheticPairs.plane(
                PictureScaler.bicubic(new PictureSize(20, 16)).scale(slope));
        for (int x = 4; x < 16; x++) {
            assertThat(narrow.sample(x, 8)).isBetween(40 * x + 8, 40 * x + 12);
        }
    }

    @Test
    void aPictureOfTheRightSizeIsLeftAlone() {
        Picture picture = SyntheticPairs.reference(32, 32, 8, 0);
        assertThat(PictureScaler.bicubic(new PictureSize(32, 32)).scale(picture))
                .isSameAs(picture);
    }
}
