package io.headend.javacv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import io.headend.testkit.LeakExtension;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakExtension.class)
class AvFrameConverterTest {

    private final AvFrameConverter converter = AvFrameConverter.create();

    @AfterEach
    void close() {
        converter.close();
    }

    @ParameterizedTest
    @CsvSource({"gray,1,8", "bgr24,3,8", "rgba,4,8", "gray16le,1,16"})
    void sharedLayoutsAreShownWithoutACopy(String format, int channels, int depth) {
        try (AvFrame source = AvFrame.allocateVideo(format, 20, 10)) {
            ByteBuffer plane = source.plane(0);
            plane.put(3 * source.stride(0), (byte) 42);
            try (Frame frame = converter.convert(source)) {
                assertThat(frame.imageWidth).isEqualTo(20);
                assertThat(frame.imageHeight).isEqualTo(10);
                assertThat(frame.imageChannels).isEqualTo(channels);
                assertThat(frame.imageDepth).isEqualTo(depth);
                assertThat(frame.imageStride * depth / 8).isEqualTo(source.stride(0));
                int at = 3 * frame.imageStride;
                assertThat(value(frame.image[0], at) & 0xFF).isEqualTo(42);
                plane.put(3 * source.stride(0), (byte) 43);
                assertThat(value(frame.image[0], at) & 0xFF)
                        .as("the same memory")
                        .isEqualTo(43);
            }
        }
    }

    private static int value(Buffer buffer, int at) {
        return buffer instanceof ShortBuffer shorts ? shorts.get(at) : ((ByteBuffer) buffer).get(at);
    }

    @Test
    void aFrameHoldsItsSamplesAfterTheSourceIsClosed() {
        AvFrame source = AvFrame.allocateVideo("gray", 8, 8);
        source.plane(0).put(9, (byte) 5);
        AvFrame timed = source.withPts(90_000, Timebase.MPEG);
        source.close();
        Frame frame = converter.convert(timed);
        timed.close();
        assertThat(frame.timestamp).isEqualTo(1_000_000);
        assertThat(((ByteBuffer) frame.image[0]).get(9)).isEqualTo((byte) 5);
        frame.close();
        assertThat(frame.image).isNull();
    }

    @Test
    void otherPicturesBecomeBgr() {
        try (AvFrame source = AvFrame.allocateVideo("yuv420p", 16, 16)) {
            fill(source.plane(0), 235);
            fill(source.plane(1), 128);
            fill(source.plane(2), 128);
            try (AvFrame timed = source.withPts(7, Timebase.MILLIS);
                    Frame frame = converter.convert(timed);
                    Frame again = converter.convert(timed)) {
                assertThat(frame.imageChannels).isEqualTo(3);
                assertThat(((ByteBuffer) frame.image[0]).get(0) & 0xFF).isGreaterThan(250);
                assertThat(frame.timestamp).isEqualTo(7_000);
                assertThat(again.imageStride).isEqualTo(frame.imageStride);
            }
        }
    }

    private static void fill(ByteBuffer plane, int value) {
        for (int i = 0; i < plane.capacity(); i++) {
            plane.put(i, (byte) value);
        }
    }

    @Test
    void soundIsShownPerPlane() {
        try (AvFrame source = AvFrame.allocateAudio("fltp", 48_000, 2, 64)) {
            source.plane(1).asFloatBuffer().put(10, 0.5f);
            try (Frame frame = converter.convert(source)) {
                assertThat(frame.samples).hasSize(2);
                assertThat(frame.sampleRate).isEqualTo(48_000);
                assertThat(frame.audioChannels).isEqualTo(2);
                assertThat(((FloatBuffer) frame.samples[1]).get(10)).isEqualTo(0.5f);
            }
        }
    }

    @Test
    void aPictureInADirectBufferIsLent() {
        FakeGrabber grabber = new FakeGrabber(1);
        Frame frame = grabber.grab();
        try (AvFrame picture = converter.convert(frame)) {
            assertThat(picture.pixelFormat()).isEqualTo("bgr24");
            assertThat(picture.stride(0)).isEqualTo(FakeGrabber.STRIDE);
            assertThat(picture.timebase()).isEqualTo(Timebase.MICROS);
            ((ByteBuffer) frame.image[0]).put(5, (byte) 99);
            assertThat(picture.plane(0).get(5)).as("the same memory").isEqualTo((byte) 99);
            assertThat(picture.writable()).isFalse();
        }
    }

    @Test
    void aPictureOnTheHeapAndSoundAreCopied() {
        Frame frame = new Frame();
        frame.imageWidth = 5;
        frame.imageHeight = 3;
        frame.imageDepth = Frame.DEPTH_UBYTE;
        frame.imageChannels = 1;
        frame.imageStride = 6;
        frame.image =
                new Buffer[] {ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 0, 6, 7, 8, 9, 10, 0, 11, 12, 13, 14, 15})};
        try (AvFrame picture = converter.convert(frame)) {
            assertThat(picture.plane(0).get(2 * picture.stride(0) + 4)).isEqualTo((byte) 15);
        }
        frame.imageHeight = 4;
        assertThatThrownBy(() -> converter.convert(frame)).isInstanceOf(MediaException.class);
        Frame sound = new Frame();
        sound.sampleRate = 8_000;
        sound.audioChannels = 2;
        sound.samples = new Buffer[] {ShortBuffer.wrap(new short[] {1, 2, 3, 4})};
        sound.timestamp = 125;
        try (AvFrame run = converter.convert(sound)) {
            assertThat(run.samples()).isEqualTo(2);
            assertThat(run.sampleFormat()).isEqualTo("s16");
            assertThat(run.plane(0).getShort(6)).isEqualTo((short) 4);
            assertThat(run.pts()).isEqualTo(125);
        }
    }

    @Test
    void thereAndBackIsTheSameMemory() {
        try (AvFrame source = AvFrame.allocateVideo("bgr24", 16, 16);
                Frame frame = converter.convert(source);
                AvFrame back = converter.convert(frame)) {
            source.plane(0).duplicate();
            assertThat(back.width()).isEqualTo(16);
            assertThat(back.writable()).as("shared with the source").isFalse();
            assertThat(back.plane(0)).isEqualTo(source.plane(0));
        }
    }

    @Test
    void framesThatCannotBeBridgedAreRefused() {
        assertThatThrownBy(() -> converter.convert(new Frame())).isInstanceOf(MediaException.class);
        Frame odd = new Frame();
        odd.imageWidth = 4;
        odd.imageHeight = 4;
        odd.imageDepth = Frame.DEPTH_FLOAT;
        odd.imageChannels = 3;
        odd.image = new Buffer[] {FloatBuffer.allocate(48)};
        assertThatThrownBy(() -> converter.convert(odd)).hasMessageContaining("not bridged");
    }
}
