package io.headend.transcode;

import static io.headend.transcode.Transcodes.GRID;
import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.PictureSize;
import io.headend.core.VideoFormat;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every encoder under every rate control keeps the grid. */
@ExtendWith(LeakExtension.class)
class TranscoderCodecsTest {

    static Stream<Arguments> settings() {
        RateControl cbr = RateControl.Cbr.of(300_000);
        RateControl vbr = new RateControl.Vbr(200_000, 400_000, 800_000);
        RateControl quality = RateControl.CappedQuality.of(28, 400_000);
        return Stream.of(
                Arguments.of(EncoderSettings.x264("veryfast", cbr)),
                Arguments.of(EncoderSettings.x264("veryfast", vbr)),
                Arguments.of(EncoderSettings.x264("fast", quality).withOption("trellis", "1")),
                Arguments.of(EncoderSettings.x264("veryfast", quality).withPixelFormat("yuv420p10le")),
                Arguments.of(EncoderSettings.x265("ultrafast", cbr)),
                Arguments.of(EncoderSettings.x265("ultrafast", vbr)),
                Arguments.of(EncoderSettings.x265("ultrafast", quality)),
                Arguments.of(EncoderSettings.x265("ultrafast", quality).withPixelFormat("yuv420p10le")),
                Arguments.of(EncoderSettings.svtAv1(12, quality)));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void keyPicturesLieOnTheGridAndEveryFrameComes(EncoderSettings settings) {
        Ladder ladder = new Ladder(List.of(new Rendition("v", new PictureSize(320, 180), settings)), List.of());
        try (Outputs outputs = new Outputs();
                SyntheticSource source = SyntheticSource.builder()
                        .size(320, 180)
                        .startFrame(10)
                        .frames(80)
                        .build();
                Transcoder transcoder = Transcoder.builder(ladder, GRID)
                        .start((pts, arrival) -> pts)
                        .outputs(outputs::sink)
                        .build()) {
            source.run(transcoder);
            assertThat(outputs.times("v"))
                    .isEqualTo(
                            LongStream.range(10, 90).map(n -> n * 3600).boxed().toList());
            assertThat(outputs.idrFrames("v", GRID)).containsExactly(10L, 25L, 50L, 75L);
            if (settings.pixelFormat().equals("yuv420p")) {
                assertThat(Transcodes.paintedNumbers(outputs.track("v"), outputs.samples("v")))
                        .isEqualTo(LongStream.range(10, 90).boxed().toList());
            }
            VideoFormat format = (VideoFormat) outputs.track("v").format();
            assertThat(format.codec().codec()).isEqualTo(settings.codec());
            if (settings.codec() == Codec.AV1) {
                assertThat(format.codec().record().get(0)).isEqualTo((byte) 0x81);
            }
            if (settings.codec() == Codec.HEVC) {
                HevcDecoderConfigurationRecord record =
                        HevcDecoderConfigurationRecord.parse(format.codec().record());
                assertThat(record.lengthSize()).isEqualTo(4);
                assertThat(record.sps().size()).isEqualTo(format.size());
            }
        }
    }
}
