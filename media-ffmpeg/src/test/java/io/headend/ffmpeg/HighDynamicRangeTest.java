package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Chromaticity;
import io.headend.core.ColorInfo;
import io.headend.core.ContentLightLevel;
import io.headend.core.MasteringDisplay;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakExtension.class)
class HighDynamicRangeTest {

    static final MasteringDisplay P3_1000 = new MasteringDisplay(
            new Chromaticity(34_000, 16_000),
            new Chromaticity(13_250, 34_500),
            new Chromaticity(7_500, 3_000),
            new Chromaticity(15_635, 16_450),
            10_000_000,
            1);
    static final ColorInfo HDR10 = ColorInfo.BT2020_PQ.withStaticMetadata(P3_1000, new ContentLightLevel(1000, 400));

    @Test
    void aFrameCarriesItsMetadataThroughCopiesAndFilters() {
        try (FilterGraph graph = FilterGraph.video("scale=160:90,format=yuv420p10le")) {
            graph.send(picture(0, HDR10));
            try (AvFrame out = graph.receive(0)) {
                assertThat(out).isNotNull();
                assertThat(out.color()).isEqualTo(HDR10);
                assertThat(out.pixelFormat()).isEqualTo("yuv420p10le");
            }
        }
    }

    @Test
    void describingAgainReplacesMetadata() {
        try (AvFrame frame = picture(0, HDR10)) {
            frame.describe(ColorInfo.BT2020_HLG, Rational.ONE);
            assertThat(frame.color()).isEqualTo(ColorInfo.BT2020_HLG);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"libx264", "libx265"})
    void encodersWriteMetadataThatDecodersRead(String encoder) {
        List<ColorInfo> seen = decode(encoder, HDR10, null);
        assertThat(seen).hasSize(4);
        assertThat(seen.get(0))
                .as("of the key picture; others may leave metadata out")
                .isEqualTo(HDR10);
    }

    @Test
    void av1CarriesMetadataInItsOwnUnits() {
        byte[] coded = new byte[0];
        try (Encoder encoder = Encoder.video("libsvtav1")
                .size(new PictureSize(320, 180))
                .frameRate(Rational.of(25, 1))
                .pixelFormat("yuv420p10le")
                .color(HDR10)
                .option("preset", "10")
                .open()) {
            encoder.send(picture(0, HDR10));
            encoder.finish();
            try (AvSample sample = encoder.receive()) {
                assertThat(sample).isNotNull();
                coded = new byte[sample.size()];
                sample.data().get(coded);
            }
        }
        // AV1 clause 6.7.3: metadata_type 1 (METADATA_TYPE_HDR_CLL), max_cll, max_fall
        assertThat(HexFormat.of().formatHex(coded)).contains("01" + "03e8" + "0190");
    }

    @ParameterizedTest
    @ValueSource(strings = {"libx265", "libsvtav1"})
    void hybridLogGammaNeedsNoMetadata(String encoder) {
        assertThat(decode(encoder, ColorInfo.BT2020_HLG, null)).hasSize(4).allMatch(ColorInfo.BT2020_HLG::equals);
    }

    @Test
    void aDecoderTellsWhatOnlyTheContainerKnows() {
        List<ColorInfo> seen = decode("libx264", ColorInfo.BT2020_PQ, HDR10);
        assertThat(seen).hasSize(4).allMatch(HDR10::equals);
    }

    private static List<ColorInfo> decode(String name, ColorInfo color, @Nullable ColorInfo container) {
        List<ColorInfo> seen = new ArrayList<>();
        VideoEncoderBuilder builder = Encoder.video(name)
                .size(new PictureSize(320, 180))
                .frameRate(Rational.of(25, 1))
                .pixelFormat("yuv420p10le")
                .color(color)
                .option("preset", name.equals("libsvtav1") ? "10" : "ultrafast");
        if (name.equals("libx265")) {
            // A form that a decoder takes without an hvcC record.
            builder.parameter("annexb", "1");
        }
        try (Encoder encoder = builder.open()) {
            VideoFormat format = (VideoFormat) encoder.format();
            assertThat(format.color()).as("the encoder's own description").isEqualTo(color);
            assertThat(format.pixelFormat()).isEqualTo("yuv420p10le");
            // Nothing but the coded bytes tells the decoder.
            VideoFormat told = format.withColor(container != null ? container : ColorInfo.UNSPECIFIED);
            try (Decoder decoder = Decoder.builder(new Track(0, "v", told, encoder.timebase(), null))
                    .open()) {
                for (int n = 0; n < 4; n++) {
                    encoder.send(picture(n, color));
                    pass(encoder, decoder, seen);
                }
                encoder.finish();
                pass(encoder, decoder, seen);
                decoder.finish();
                take(decoder, seen);
                assertThat(decoder.errors()).isZero();
            }
        }
        return seen;
    }

    private static void pass(Encoder encoder, Decoder decoder, List<ColorInfo> seen) {
        for (AvSample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            try (AvSample coded = sample) {
                decoder.send(coded);
            }
            take(decoder, seen);
        }
    }

    private static void take(Decoder decoder, List<ColorInfo> seen) {
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            try (AvFrame shown = frame) {
                assertThat(shown.pixelFormat()).isEqualTo("yuv420p10le");
                seen.add(shown.color());
            }
        }
    }

    private static AvFrame picture(int n, ColorInfo color) {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p10le", 320, 180)) {
            for (int p = 0; p < 3; p++) {
                ByteBuffer plane = frame.plane(p);
                for (int y = 0; y < frame.rows(p); y++) {
                    for (int x = 0; x < frame.rowBytes(p) / 2; x++) {
                        plane.putShort(y * frame.stride(p) + 2 * x, (short) (p == 0 ? 64 + x + n : 512));
                    }
                }
            }
            return frame.describe(color, Rational.ONE).withPts(n, Timebase.of(1, 25));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 90, 180, 270})
    void aContainerTellsHowPicturesAreTurnedAndGraded(int rotation, @TempDir Path folder) {
        Path file = folder.resolve("turned.mp4");
        try (Encoder encoder = Encoder.video("libx264")
                .size(new PictureSize(320, 180))
                .frameRate(Rational.of(25, 1))
                .pixelFormat("yuv420p10le")
                .color(HDR10)
                .open()) {
            VideoFormat format = ((VideoFormat) encoder.format()).withRotation(rotation);
            try (Muxer muxer = Muxer.builder(file.toString())
                    .track(new Track(0, "v", format, encoder.timebase(), null))
                    .open()) {
                encoder.send(picture(0, HDR10));
                encoder.finish();
                try (AvSample sample = encoder.receive()) {
                    assertThat(sample).isNotNull();
                    muxer.write(sample);
                }
                muxer.finish();
            }
        }
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            VideoFormat read = (VideoFormat) demuxer.tracks().get(0).format();
            assertThat(read.rotation()).isEqualTo(rotation);
            assertThat(read.color()).isEqualTo(HDR10);
        }
    }
}
