package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.ColorInfo;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakExtension.class)
class AvFrameTest {

    @Test
    void planesOfAPicture() {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p", 33, 17)) {
            assertThat(frame.kind()).isEqualTo(Codec.Kind.VIDEO);
            assertThat(frame.planes()).isEqualTo(3);
            assertThat(frame.rowBytes(0)).isEqualTo(33);
            assertThat(frame.rowBytes(1)).as("chroma is rounded up").isEqualTo(17);
            assertThat(frame.rows(1)).isEqualTo(9);
            assertThat(frame.stride(0)).isGreaterThanOrEqualTo(33);
            assertThat(frame.plane(0).remaining()).isEqualTo(frame.stride(0) * 16 + 33);
            assertThat(frame.pixelFormat()).isEqualTo("yuv420p");
            assertThat(frame.pts()).isEqualTo(AvFrame.NO_TIME);
            assertThat(frame.samples()).isZero();
            assertThatThrownBy(() -> frame.plane(3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void handlesOnSharedSamplesAreReadOnly() {
        try (AvFrame frame = AvFrame.allocateVideo("gray", 16, 16)) {
            assertThat(frame.writable()).isTrue();
            frame.plane(0).put(0, (byte) 7);
            try (AvFrame second = frame.retain()) {
                assertThat(frame.writable()).isFalse();
                assertThat(second.plane(0).isReadOnly()).isTrue();
                assertThat(second.plane(0).get(0)).isEqualTo((byte) 7);
                second.makeWritable();
                second.plane(0).put(0, (byte) 9);
                assertThat(frame.plane(0).get(0)).isEqualTo((byte) 7);
            }
            assertThat(frame.writable()).isTrue();
        }
    }

    @Test
    void timesBelongToTheHandle() {
        try (AvFrame frame = AvFrame.allocateVideo("gray", 16, 16);
                AvFrame timed = frame.withPts(90, Timebase.MILLIS);
                AvFrame longer = timed.withDuration(40)) {
            assertThat(frame.pts()).isEqualTo(AvFrame.NO_TIME);
            assertThat(timed.pts()).isEqualTo(90);
            assertThat(timed.timebase()).isEqualTo(Timebase.MILLIS);
            assertThat(longer.duration()).isEqualTo(40);
            assertThat(longer.pts()).isEqualTo(90);
        }
    }

    @Test
    void descriptionOfAPicture() {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p", 16, 16)) {
            frame.describe(ColorInfo.BT709, Rational.of(4, 3));
            assertThat(frame.color()).isEqualTo(ColorInfo.BT709);
            assertThat(frame.sampleAspectRatio()).isEqualTo(Rational.of(4, 3));
            assertThat(frame.isInterlaced()).isFalse();
            assertThat(frame.pictureType()).isEqualTo('?');
        }
    }

    @ParameterizedTest
    @CsvSource({"fltp,2", "s16,2", "s16,1", "fltp,12", "s16p,16"})
    void sliceOfSoundMovesBytesAndTime(String format, int channels) {
        Timebase timebase = Timebase.MPEG;
        try (AvFrame whole = AvFrame.allocateAudio(format, 48_000, channels, 1_000)) {
            for (int p = 0; p < whole.planes(); p++) {
                ByteBuffer plane = whole.plane(p);
                for (int i = 0; i < plane.remaining(); i++) {
                    plane.put(i, (byte) (i * 7 + p));
                }
            }
            try (AvFrame timed = whole.withPts(900_000, timebase);
                    AvFrame part = timed.slice(480, 100)) {
                assertThat(part.samples()).isEqualTo(100);
                assertThat(part.channels()).isEqualTo(channels);
                assertThat(part.pts()).as("480 samples are 10 ms").isEqualTo(900_900);
                int sampleBytes = whole.rowBytes(0) / 1_000;
                for (int p = 0; p < part.planes(); p++) {
                    assertThat(part.plane(p)).isEqualTo(whole.plane(p).slice(480 * sampleBytes, 100 * sampleBytes));
                }
            }
            assertThat(whole.samples()).isEqualTo(1_000);
        }
    }

    @Test
    void wrongShapesAreRefused() {
        assertThatThrownBy(() -> AvFrame.allocateVideo("nothing", 16, 16)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> AvFrame.allocateVideo("gray", 0, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AvFrame.allocateVideo("gray", 16, 1 << 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AvFrame.allocateAudio("fltp", 48_000, 65, 10)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> AvFrame.allocateAudio("fltp", 48_000, 2, 1 << 30))
                .isInstanceOf(MediaException.class);
        try (AvFrame sound = AvFrame.allocateAudio("fltp", 48_000, 2, 10)) {
            assertThatThrownBy(() -> sound.slice(5, 6)).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> sound.slice(-1, 1)).isInstanceOf(MediaException.class);
        }
    }

    @Test
    void useAfterCloseIsRefusedAndASecondCloseHarmless() {
        AvFrame frame = AvFrame.allocateVideo("gray", 16, 16);
        frame.close();
        frame.close();
        assertThatThrownBy(frame::width).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(frame::retain).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> frame.plane(0)).isInstanceOf(IllegalStateException.class);
        assertThat(frame.toString()).contains("closed");
    }
}
