package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Chromaticity;
import io.headend.core.Codec;
import io.headend.core.ColorInfo;
import io.headend.core.ContentLightLevel;
import io.headend.core.EpochGrid;
import io.headend.core.MasteringDisplay;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures of 3840x2160 and ten bits, a few of them. */
@ExtendWith(LeakExtension.class)
class UltraHighDefinitionTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final ColorInfo HDR10 = ColorInfo.BT2020_PQ.withStaticMetadata(
            new MasteringDisplay(
                    new Chromaticity(34_000, 16_000),
                    new Chromaticity(13_250, 34_500),
                    new Chromaticity(7_500, 3_000),
                    new Chromaticity(15_635, 16_450),
                    10_000_000,
                    1),
            new ContentLightLevel(1000, 400));

    private final List<StreamItem> items = new ArrayList<>();

    @AfterEach
    void close() {
        items.forEach(StreamItem::close);
    }

    private VideoFormat encode(PictureSize size, EncoderSettings settings, List<AvFrame> frames) {
        try (RenditionEncoder encoder =
                RenditionEncoder.open(new Rendition("v", size, settings), GRID, items::add, gop -> {})) {
            for (int n = 0; n < frames.size(); n++) {
                encoder.encode(frames.get(n), n);
            }
            encoder.finish();
        }
        return (VideoFormat) ((TrackInfo) items.get(0)).track().format();
    }

    private List<AvFrame> decoded() {
        List<AvFrame> pictures = new ArrayList<>();
        try (Decoder decoder =
                Decoder.builder(((TrackInfo) items.get(0)).track()).open()) {
            for (StreamItem item : items) {
                if (item instanceof Sample sample) {
                    decoder.send(sample);
                    take(decoder, pictures);
                }
            }
            decoder.finish();
            take(decoder, pictures);
            assertThat(decoder.errors()).isZero();
        }
        return pictures;
    }

    private static void take(Decoder decoder, List<AvFrame> pictures) {
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            pictures.add(frame);
        }
    }

    static List<EncoderSettings> tenBits() {
        RateControl control = RateControl.CappedQuality.of(40, 20_000_000);
        return List.of(
                EncoderSettings.x265("ultrafast", control).withPixelFormat("yuv420p10le"),
                EncoderSettings.svtAv1(12, control).withPixelFormat("yuv420p10le"));
    }

    @ParameterizedTest
    @MethodSource("tenBits")
    void fourThousandColumnsOfTenBitsKeepTheirLight(EncoderSettings settings) {
        PictureSize size = new PictureSize(3840, 2160);
        List<AvFrame> frames = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            try (AvFrame frame = AvFrame.allocateVideo("yuv420p10le", size.width(), size.height())) {
                for (int p = 0; p < 3; p++) {
                    ByteBuffer plane = frame.plane(p);
                    for (int i = 0; i + 1 < plane.capacity(); i += 2) {
                        plane.putShort(i, (short) (p > 0 ? 512 : 300 + (i >> 6) % 64));
                    }
                }
                frame.describe(HDR10, Rational.ONE);
                frames.add(frame.withPts(n, Timebase.of(1, 25)));
            }
        }
        VideoFormat format = encode(size, settings, frames);
        assertThat(format.size()).isEqualTo(size);
        assertThat(format.pixelFormat()).isEqualTo("yuv420p10le");
        assertThat(format.color())
                .as("mastering display and light level of the track")
                .isEqualTo(HDR10);
        assertThat(format.codec().codec()).isIn(Codec.HEVC, Codec.AV1);
        List<AvFrame> pictures = decoded();
        assertThat(pictures).hasSize(3);
        assertThat(pictures.get(0).pixelFormat()).isEqualTo("yuv420p10le");
        assertThat(pictures.get(0).height()).isEqualTo(2160);
        pictures.forEach(AvFrame::close);
    }
}
