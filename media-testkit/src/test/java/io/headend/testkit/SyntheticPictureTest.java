package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.nio.ByteBuffer;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticPictureTest {

    private static SyntheticPicture picture(int width, int height, Rational rate) {
        return new SyntheticPicture(new PictureSize(width, height), rate);
    }

    @ParameterizedTest
    @CsvSource({
        "25, 1, 2026-01-02T03:04:05Z, 0, 03:04:05:00",
        "25, 1, 2026-01-02T23:59:59Z, 24, 23:59:59:24",
        "50, 1, 2026-01-02T00:00:00Z, 49, 00:00:00:49",
        "30000, 1001, 1970-01-01T00:00:01Z, 0, 00:00:01:00"
    })
    void timeCodeIsTheWallClock(int num, int den, String second, int frame, String expected) {
        long seconds = Instant.parse(second).getEpochSecond();
        long first = (seconds * num + den - 1) / den;
        assertThat(picture(192, 108, Rational.of(num, den)).timeCode(first + frame))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1920,1080", "1280,720", "854,480", "426,240", "256,144", "128,64", "360,640", "1000,100"})
    void everySizeCanBeDrawnAndRead(int width, int height) {
        SyntheticPicture picture = picture(width, height, Rational.of(25, 1));
        for (long frame : new long[] {0, 1, 44_000_000_123L, (1L << 40) - 1}) {
            byte[] bytes = picture.draw(frame);
            assertThat(bytes).hasSize(width * height * 3 / 2);
            assertThat(FrameNumberReader.read(ByteBuffer.wrap(bytes), width, width, height))
                    .hasValue(frame);
        }
    }

    @Property(tries = 200)
    void everyFrameNumberIsReadBack(@ForAll @LongRange(min = 0, max = (1L << 40) - 1) long frame) {
        byte[] row = new byte[96 * 36];
        FrameNumberCode.draw(row, 96, 36, frame);
        assertThat(FrameNumberReader.read(ByteBuffer.wrap(row), 96, 96, 36)).hasValue(frame);
    }

    @Property(tries = 200)
    void everySingleWrongCellIsFound(
            @ForAll @LongRange(min = 0, max = (1L << 40) - 1) long frame,
            @ForAll @IntRange(min = 0, max = 47) int cell) {
        byte[] row = new byte[96 * 36];
        FrameNumberCode.draw(row, 96, 36, frame);
        for (int i = 0; i < row.length; i++) {
            if (i % 96 / 2 == cell) {
                row[i] = (byte) (251 - (row[i] & 0xFF));
            }
        }
        assertThat(FrameNumberReader.read(ByteBuffer.wrap(row), 96, 96, 36)).isEmpty();
    }

    @Test
    void greyOrTinyPictureHasNoNumber() {
        assertThat(FrameNumberReader.read(ByteBuffer.wrap(new byte[128 * 64]), 128, 128, 64))
                .isEmpty();
        assertThat(FrameNumberReader.read(ByteBuffer.wrap(new byte[128 * 20]), 128, 128, 20))
                .isEmpty();
    }

    @Test
    void numberSurvivesScalingDownAndNoise() {
        byte[] large = picture(1280, 720, Rational.of(25, 1)).draw(44_123_456_789L);
        int width = 320;
        int height = 180;
        byte[] small = new byte[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int sum = 0;
                for (int i = 0; i < 16; i++) {
                    sum += large[(4 * y + i / 4) * 1280 + 4 * x + i % 4] & 0xFF;
                }
                small[y * width + x] = (byte) Math.max(0, Math.min(255, sum / 16 + (x * 31 + y * 17) % 41 - 20));
            }
        }
        assertThat(FrameNumberReader.read(ByteBuffer.wrap(small), width, width, height))
                .hasValue(44_123_456_789L);
    }

    @Test
    void picturesMoveInEveryPartButTheBackground() {
        SyntheticPicture picture = picture(640, 360, Rational.of(25, 1));
        byte[] one = picture.draw(100);
        byte[] two = picture.draw(101);
        int changed = 0;
        for (int i = 0; i < 640 * 360; i++) {
            changed += one[i] == two[i] ? 0 : 1;
        }
        assertThat(changed).isBetween(640 * 360 / 3, 640 * 360 * 4 / 5);
    }
}
