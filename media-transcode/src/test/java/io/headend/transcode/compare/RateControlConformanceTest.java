package io.headend.transcode.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.ffmpeg.AvFrame;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import io.headend.transcode.RenditionEncoder;
import io.headend.transcode.pictures.ClipFrames;
import io.headend.transcode.quality.DecoderBuffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rate control fills the decoder's buffer that it names, and never empties it, across scene cuts too. */
@ExtendWith(LeakExtension.class)
class RateControlConformanceTest {

    private static final long CAP = 250_000;
    private static final PictureSize SIZE = new PictureSize(320, 180);

    @TempDir
    Path folder;

    static Stream<Arguments> controls() {
        return Stream.of(
                Arguments.of("cbr", (LongFunction<RateControl>) RateControl.Cbr::of),
                Arguments.of("vbr", (LongFunction<RateControl>) cap -> new RateControl.Vbr(cap * 2 / 3, cap, cap)),
                Arguments.of("capped", (LongFunction<RateControl>) cap -> RateControl.CappedQuality.of(16, cap)),
                Arguments.of("adaptive", (LongFunction<RateControl>) cap -> RateControl.ContentAdaptive.of(16, cap)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("controls")
    void holdsItsBufferOnARealClipWithManyShots(String name, LongFunction<RateControl> control) {
        Path clip = SharedMedia.require("media/bbb_multishot_540p25_64s_src1.6M.mp4");
        DecoderBuffer buffer = encode(clip, SIZE, EncoderSettings.x264("veryfast", control.apply(CAP)), CAP, 500);
        assertThat(buffer.conforms()).as(buffer.toString()).isTrue();
        assertThat(buffer.leastFullness()).as("the cap binds: " + buffer).isLessThan(0.5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("controls")
    void holdsItsBufferAcrossHardCuts(String name, LongFunction<RateControl> control) {
        Path clip = Clips.write(folder.resolve("cuts.mp4"), 110, 25, 3, 7, 25, 12, 1, 30, 19);
        EncoderSettings settings = EncoderSettings.x264("veryfast", control.apply(CAP));
        DecoderBuffer buffer = encode(clip, Clips.SIZE, settings, CAP, 500);
        assertThat(buffer.pictures()).isEqualTo(122);
        assertThat(buffer.conforms()).as(buffer.toString()).isTrue();
        assertThat(buffer.leastFullness()).as("the cap binds: " + buffer).isLessThan(0.6);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("controls")
    void x265HoldsItsBuffer(String name, LongFunction<RateControl> control) {
        Path clip = Clips.write(folder.resolve("cuts.mp4"), 110, 25, 3, 7, 25, 12, 1, 30, 19);
        EncoderSettings settings =
                EncoderSettings.x265("veryfast", control.apply(CAP)).withOption("pools", "1");
        DecoderBuffer buffer = encode(clip, Clips.SIZE, settings, CAP, 300);
        assertThat(buffer.pictures()).isEqualTo(122);
        assertThat(buffer.conforms()).as(buffer.toString()).isTrue();
    }

    // SVT-AV1 holds its cap over groups of pictures and knows no buffer to the bit; a player has to have more in hand.
    @ParameterizedTest(name = "{0}")
    @MethodSource("byFactor")
    void svtAv1IsLateByLessThanTwoSeconds(String name, LongFunction<RateControl> control) {
        Path clip = SharedMedia.require("media/bbb_multishot_540p25_64s_src1.6M.mp4");
        EncoderSettings settings = EncoderSettings.svtAv1(10, control.apply(CAP));
        DecoderBuffer buffer = encode(clip, SIZE, settings, CAP, 300);
        assertThat(buffer.worstDelay()).as(buffer.toString()).isLessThan(2);
    }

    static Stream<Arguments> byFactor() {
        return controls().skip(2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("controls")
    void svtAv1RefusesARateThatTheGridCannotCut(String name, LongFunction<RateControl> control) {
        RateControl wanted = control.apply(CAP);
        if (wanted instanceof RateControl.Cbr || wanted instanceof RateControl.Vbr) {
            assertThatThrownBy(() -> EncoderSettings.svtAv1(10, wanted))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("CappedQuality");
        } else {
            assertThat(EncoderSettings.svtAv1(10, wanted).rateControl()).isEqualTo(wanted);
        }
    }

    static Stream<Arguments> others() {
        EncoderSettings x265 =
                EncoderSettings.x265("veryfast", RateControl.Cbr.of(CAP)).withOption("pools", "1");
        EncoderSettings svtAv1 = EncoderSettings.svtAv1(10, RateControl.CappedQuality.of(20, CAP));
        return Stream.concat(
                controls().map(control -> Arguments.of(control.get()[0], x265, control.get()[1])),
                byFactor().map(control -> Arguments.of(control.get()[0], svtAv1, control.get()[1])));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("others")
    void theSameInputGivesTheSameBits(String name, EncoderSettings settings, LongFunction<RateControl> control) {
        Path clip = Clips.write(folder.resolve("cuts.mp4"), 110, 25, 30, 5);
        EncoderSettings wanted = settings.withRateControl(control.apply(CAP));
        assertThat(checksum(clip, wanted)).isEqualTo(checksum(clip, wanted));
    }

    private static long checksum(Path clip, EncoderSettings settings) {
        CRC32 sum = new CRC32();
        run(clip, Clips.SIZE, settings, 1_000, sample -> {
            ByteBuffer bytes = sample.data();
            sum.update(bytes.duplicate());
        });
        return sum.getValue();
    }

    @Test
    void aStreamWithoutThatCapViolatesIt() {
        Path clip = SharedMedia.require("media/bbb_multishot_540p25_64s_src1.6M.mp4");
        EncoderSettings settings = EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(16, 100 * CAP));
        DecoderBuffer buffer = encode(clip, SIZE, settings, CAP, 500);
        assertThat(buffer.conforms()).as(buffer.toString()).isFalse();
        assertThat(buffer.underflows()).isGreaterThan(3);
    }

    /** Runs the stream through the buffer that the settings name, or through that of another cap. */
    private static DecoderBuffer encode(Path clip, PictureSize size, EncoderSettings settings, long cap, int most) {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        RateControl control = settings.rateControl();
        long bufferBits = control.maxrate() == cap ? control.bufferBits() : 2 * cap;
        DecoderBuffer buffer = new DecoderBuffer(cap, bufferBits, DecoderBuffer.INITIAL, grid.mediaTimebase());
        run(clip, size, settings, most, buffer::add);
        return buffer;
    }

    private static void run(Path clip, PictureSize size, EncoderSettings settings, int most, Consumer<Sample> output) {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        try (ClipFrames frames = ClipFrames.open(clip.toString(), size);
                RenditionEncoder encoder = RenditionEncoder.open(
                        new Rendition("v", size, settings.withThreads(1)),
                        grid,
                        item -> {
                            try (item) {
                                if (item instanceof Sample sample) {
                                    output.accept(sample);
                                }
                            }
                        },
                        gop -> {})) {
            int n = 0;
            for (AvFrame frame = frames.next(); frame != null && n < most; frame = frames.next()) {
                encoder.encode(frame, n++);
                if (n == most) {
                    break;
                }
            }
            encoder.finish();
        }
    }
}
