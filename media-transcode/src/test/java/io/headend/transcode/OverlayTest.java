package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.ColorInfo;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Encoder;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakExtension.class)
class OverlayTest {

    @TempDir
    Path folder;

    /** A PNG: the left half opaque in one colour, the right half transparent. */
    private Path png(String name, int r, int g, int b) throws IOException {
        Path file = folder.resolve(name);
        try (Encoder encoder = Encoder.video("png")
                        .size(new PictureSize(64, 32))
                        .frameRate(Rational.of(25, 1))
                        .pixelFormat("rgba")
                        .open();
                AvFrame frame = AvFrame.allocateVideo("rgba", 64, 32)) {
            ByteBuffer plane = frame.plane(0);
            for (int y = 0; y < 32; y++) {
                for (int x = 0; x < 64; x++) {
                    int at = y * frame.stride(0) + 4 * x;
                    plane.put(at, (byte) r).put(at + 1, (byte) g).put(at + 2, (byte) b);
                    plane.put(at + 3, (byte) (x < 32 ? 255 : 0));
                }
            }
            encoder.send(frame.withPts(0, Timebase.of(1, 25)));
            encoder.finish();
            try (AvSample sample = encoder.receive()) {
                assertThat(sample).isNotNull();
                byte[] bytes = new byte[sample.size()];
                sample.data().get(bytes);
                Files.write(file, bytes);
            }
        }
        return file;
    }

    private static AvFrame gray(String format, int width, int height, int luma) {
        AvFrame frame = AvFrame.allocateVideo(format, width, height);
        boolean wide = format.endsWith("10le");
        for (int p = 0; p < 3; p++) {
            ByteBuffer plane = frame.plane(p);
            int value = p == 0 ? luma : wide ? 512 : 128;
            for (int y = 0; y < frame.rows(p); y++) {
                for (int x = 0; x < frame.rowBytes(p) / (wide ? 2 : 1); x++) {
                    if (wide) {
                        plane.putShort(y * frame.stride(p) + 2 * x, (short) value);
                    } else {
                        plane.put(y * frame.stride(p) + x, (byte) value);
                    }
                }
            }
        }
        return frame;
    }

    private static int at(AvFrame frame, int p, int x, int y) {
        ByteBuffer plane = frame.plane(p);
        return frame.pixelFormat().endsWith("10le")
                ? plane.getShort(y * frame.stride(p) + 2 * x)
                : plane.get(y * frame.stride(p) + x) & 0xff;
    }

    private static LogoPainter painter(Path image, Overlay overlay, String format, ColorInfo color) {
        return new LogoPainter(LogoImage.read(image), overlay, new PictureSize(640, 360), Rational.ONE, format, color);
    }

    @Test
    void coloursArePutByTheMatrixOfThePicture() throws IOException {
        Path red = png("red.png", 255, 0, 0);
        Overlay overlay = new Overlay(red, Overlay.Corner.TOP_LEFT, 0.2, 0.05, 1);
        try (AvFrame frame = gray("yuv420p", 640, 360, 100)) {
            painter(red, overlay, "yuv420p", ColorInfo.BT709).paint(frame);
            // BT.709 red in limited range is 63, 102, 240.
            assertThat(at(frame, 0, 50, 50)).isCloseTo(63, within(1));
            assertThat(at(frame, 1, 25, 25)).isCloseTo(102, within(1));
            assertThat(at(frame, 2, 25, 25)).isCloseTo(240, within(1));
            // Beside it, under its transparent half and beyond, nothing changed.
            assertThat(at(frame, 0, 10, 10)).isEqualTo(100);
            assertThat(at(frame, 0, 130, 50)).isEqualTo(100);
            assertThat(at(frame, 1, 65, 25)).isEqualTo(128);
            assertThat(at(frame, 0, 600, 300)).isEqualTo(100);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 235", "0.5, 168", "0, 100"})
    void opacityMixes(double opacity, int expected) throws IOException {
        Path white = png("white.png", 255, 255, 255);
        Overlay overlay = Overlay.of(white)
                .withCorner(Overlay.Corner.BOTTOM_LEFT)
                .withWidth(0.2)
                .withOpacity(opacity);
        try (AvFrame frame = gray("yuv420p", 640, 360, 100)) {
            painter(white, overlay, "yuv420p", ColorInfo.BT709).paint(frame);
            assertThat(at(frame, 0, 50, 320)).isCloseTo(expected, within(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 573", "18, 721", "1, 940"})
    void whiteOfGraphicsHasItsPlaceOnEveryCurve(int transfer, int expected) throws IOException {
        Path white = png("white.png", 255, 255, 255);
        Overlay overlay = Overlay.of(white).withCorner(Overlay.Corner.TOP_LEFT).withWidth(0.2);
        ColorInfo color = transfer == 1 ? ColorInfo.BT709 : new ColorInfo(9, transfer, 9, false);
        try (AvFrame frame = gray("yuv420p10le", 640, 360, 400)) {
            painter(white, overlay, "yuv420p10le", color).paint(frame);
            // ITU-R BT.2408: 58 % PQ, 75 % HLG.
            assertThat(at(frame, 0, 50, 50)).isCloseTo(expected, within(7));
            assertThat(at(frame, 1, 25, 25)).isCloseTo(512, within(2));
        }
    }

    @Test
    void otherHandlesOnThePictureSeeNothing() throws IOException {
        Path white = png("white.png", 255, 255, 255);
        try (AvFrame frame = gray("yuv420p", 640, 360, 100);
                AvFrame other = frame.retain()) {
            painter(white, Overlay.of(white).withCorner(Overlay.Corner.CENTER), "yuv420p", ColorInfo.BT709)
                    .paint(frame);
            assertThat(at(frame, 0, 290, 180)).isEqualTo(235);
            assertThat(at(other, 0, 290, 180)).isEqualTo(100);
        }
    }

    @Test
    void everyRenditionCarriesItAtTheSamePlace() throws IOException {
        Path white = png("it's [a] logo;movie=x,%03d.png", 255, 255, 255);
        Overlay overlay = new Overlay(white, Overlay.Corner.BOTTOM_RIGHT, 0.25, 0.1, 1);
        try (Outputs outputs = new Outputs();
                SyntheticSource source = SyntheticSource.builder()
                        .size(640, 360)
                        .silent()
                        .frames(5)
                        .build();
                Transcoder transcoder = Transcoder.builder(
                                new Ladder(Transcodes.ladder(360, 180).video(), List.of()), Transcodes.GRID)
                        .processing(Processing.STANDARD.withOverlay(overlay))
                        .outputs(outputs::sink)
                        .build()) {
            source.run(transcoder);
            for (int height : new int[] {360, 180}) {
                String name = "v" + height;
                int width = height * 16 / 9;
                try (AvFrame frame = last(outputs.track(name), outputs.samples(name))) {
                    int x = (int) (width - 0.1 * height - 0.25 * width + 0.06 * width);
                    int y = (int) (height - 0.1 * height - 0.06 * width);
                    assertThat(at(frame, 0, x, y)).as(name).isGreaterThan(220);
                }
            }
        }
    }

    private static AvFrame last(Track track, List<Sample> samples) {
        AvFrame result = null;
        try (Decoder decoder = Decoder.builder(track).open()) {
            for (Sample sample : samples) {
                decoder.send(sample);
                result = latest(decoder, result);
            }
            decoder.finish();
            result = latest(decoder, result);
        }
        assertThat(result).isNotNull();
        return result;
    }

    private static @Nullable AvFrame latest(Decoder decoder, @Nullable AvFrame before) {
        AvFrame result = before;
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            if (result != null) {
                result.close();
            }
            result = frame;
        }
        return result;
    }

    @Test
    void aMissingOrBrokenImageIsOneClearErrorBeforeAnythingStarts() throws IOException {
        Path missing = folder.resolve("none.png");
        assertThatThrownBy(() -> build(missing))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND))
                .hasMessage("there is no logo " + missing);
        Path text = Files.writeString(folder.resolve("text.png"), "this is no picture");
        assertThatThrownBy(() -> build(text))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED))
                .hasMessageStartingWith("the logo " + text + " cannot be used: ");
        byte[] whole = Files.readAllBytes(png("whole.png", 1, 2, 3));
        Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, 60));
        assertThatThrownBy(() -> build(cut)).isInstanceOf(MediaException.class);
        Path empty = Files.write(folder.resolve("empty.png"), new byte[0]);
        assertThatThrownBy(() -> build(empty)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> build(folder)).isInstanceOf(MediaException.class);
    }

    private static void build(Path image) {
        Transcoder.builder(Transcodes.ladder(180), Transcodes.GRID)
                .processing(Processing.STANDARD.withOverlay(Overlay.of(image)))
                .outputs(name -> item -> item.close())
                .build();
    }

    @Test
    void sharesOutOfRangeAreRefused() {
        Path image = Path.of("x.png");
        assertThatThrownBy(() -> Overlay.of(image).withWidth(0)).hasMessageContaining("width");
        assertThatThrownBy(() -> Overlay.of(image).withOpacity(1.1)).hasMessageContaining("opacity");
        assertThatThrownBy(() -> new Overlay(image, Overlay.Corner.CENTER, 0.1, Double.NaN, 1))
                .hasMessageContaining("margin");
    }
}
