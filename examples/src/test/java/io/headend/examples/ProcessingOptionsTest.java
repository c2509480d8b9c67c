package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Chromaticity;
import io.headend.core.Codec;
import io.headend.core.ColorInfo;
import io.headend.core.ContentLightLevel;
import io.headend.core.MasteringDisplay;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.Muxer;
import io.headend.testkit.LeakExtension;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Source to packaged files: what comes out decodes, and is described as it was. */
@ExtendWith(LeakExtension.class)
class ProcessingOptionsTest {

    private static final MasteringDisplay DISPLAY = new MasteringDisplay(
            new Chromaticity(34_000, 16_000),
            new Chromaticity(13_250, 34_500),
            new Chromaticity(7_500, 3_000),
            new Chromaticity(15_635, 16_450),
            10_000_000,
            50);
    private static final ColorInfo HDR10 =
            ColorInfo.BT2020_PQ.withStaticMetadata(DISPLAY, new ContentLightLevel(1000, 400));

    @TempDir
    Path folder;

    private Path film(ColorInfo color, int rotation) {
        Path file = folder.resolve("film.mp4");
        try (Encoder encoder = Encoder.video("libx265")
                .size(new PictureSize(320, 180))
                .frameRate(Rational.of(25, 1))
                .pixelFormat("yuv420p10le")
                .color(color)
                .option("preset", "ultrafast")
                .parameter("annexb", "1")
                .open()) {
            VideoFormat format = ((VideoFormat) encoder.format()).withRotation(rotation);
            try (Muxer muxer = Muxer.builder(file.toString())
                    .track(new Track(0, "v", format, encoder.timebase(), null))
                    .open()) {
                for (int n = 0; n < 60; n++) {
                    encoder.send(picture(n, color));
                    write(encoder, muxer);
                }
                encoder.finish();
                write(encoder, muxer);
                muxer.finish();
            }
        }
        return file;
    }

    private static void write(Encoder encoder, Muxer muxer) {
        for (AvSample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            try (AvSample coded = sample) {
                muxer.write(coded);
            }
        }
    }

    private static AvFrame picture(int n, ColorInfo color) {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p10le", 320, 180)) {
            for (int p = 0; p < 3; p++) {
                ByteBuffer plane = frame.plane(p);
                for (int y = 0; y < frame.rows(p); y++) {
                    for (int x = 0; x < frame.rowBytes(p) / 2; x++) {
                        plane.putShort(y * frame.stride(p) + 2 * x, (short) (p == 0 ? 100 + x + 2 * n : 512));
                    }
                }
            }
            return frame.describe(color, Rational.ONE).withPts(n, Timebase.of(1, 25));
        }
    }

    private record Packaged(VideoFormat format, List<ColorInfo> colors, long errors) {}

    private static Packaged read(Path rendition) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(Files.readAllBytes(rendition.resolve("init.mp4")));
        for (int k = 0; Files.exists(rendition.resolve(k + ".m4s")); k++) {
            all.writeBytes(Files.readAllBytes(rendition.resolve(k + ".m4s")));
        }
        List<ColorInfo> colors = new ArrayList<>();
        try (Demuxer demuxer = Demuxer.builder(Channels.newChannel(new ByteArrayInputStream(all.toByteArray())))
                        .open();
                Decoder decoder = demuxer.decoder(0).open()) {
            VideoFormat format = (VideoFormat) demuxer.tracks().get(0).format();
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                try (AvSample coded = sample) {
                    decoder.send(coded);
                }
                take(decoder, colors);
            }
            decoder.finish();
            take(decoder, colors);
            return new Packaged(format, colors, decoder.errors());
        }
    }

    private static void take(Decoder decoder, List<ColorInfo> colors) {
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            try (AvFrame shown = frame) {
                colors.add(shown.color());
            }
        }
    }

    private Path vod(Path film, String... options) {
        Path out = folder.resolve("out");
        List<String> arguments = new ArrayList<>(List.of("vod", film.toString(), "-o", out.toString()));
        arguments.addAll(List.of(options));
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return out;
    }

    @ParameterizedTest
    @CsvSource({"HEVC, ultrafast", "AV1, 10", "AVC, ultrafast"})
    void highDynamicRangeGoesThroughWithItsMetadata(Codec codec, String preset) throws IOException {
        Path out = vod(
                film(HDR10, 0),
                "--codec",
                codec.name(),
                "--preset",
                preset,
                "--bit-depth",
                "10",
                "--rungs",
                "320x180:500k");
        Packaged packaged = read(out.resolve("v180"));
        assertThat(packaged.errors()).isZero();
        assertThat(packaged.colors()).hasSize(60);
        assertThat(packaged.format().codec().codec()).isEqualTo(codec);
        assertThat(packaged.format().pixelFormat()).isEqualTo("yuv420p10le");
        ColorInfo color = packaged.colors().get(0);
        assertThat(color).isEqualTo(HDR10);
        assertThat(packaged.format().color()).as("boxes of the sample entry").isEqualTo(HDR10);
    }

    @Test
    void hybridLogGammaGoesThrough() throws IOException {
        Path out = vod(
                film(ColorInfo.BT2020_HLG, 0),
                "--codec",
                "hevc",
                "--preset",
                "ultrafast",
                "--bit-depth",
                "10",
                "--rungs",
                "320x180:500k");
        assertThat(read(out.resolve("v180")).colors()).hasSize(60).allMatch(ColorInfo.BT2020_HLG::equals);
    }

    @Test
    void aTurnedFilmComesOutUprightAndAtTheAskedRate() throws IOException {
        Path out = vod(film(HDR10, 90), "--preset", "ultrafast", "--fps", "50");
        Packaged packaged = read(out.resolve("v320"));
        assertThat(packaged.format().size()).isEqualTo(new PictureSize(180, 320));
        assertThat(packaged.colors()).hasSizeBetween(118, 121);
    }

    @Test
    void logoSnapshotsAndLoudness() throws IOException {
        Path logo = folder.resolve("logo.png");
        try (Encoder encoder = Encoder.video("png")
                        .size(new PictureSize(16, 16))
                        .frameRate(Rational.of(25, 1))
                        .pixelFormat("rgba")
                        .open();
                AvFrame frame = AvFrame.allocateVideo("rgba", 16, 16)) {
            encoder.send(frame.withPts(0, Timebase.of(1, 25)));
            encoder.finish();
            try (AvSample sample = encoder.receive()) {
                byte[] bytes = new byte[sample.size()];
                sample.data().get(bytes);
                Files.write(logo, bytes);
            }
        }
        Path stills = folder.resolve("stills");
        Path out = folder.resolve("out");
        CommandLineRun run = CommandLineRun.of(
                "vod",
                "test:?duration=4&size=320x180",
                "-o",
                out.toString(),
                "--preset",
                "ultrafast",
                "--rungs",
                "320x180:500k",
                "--logo",
                logo.toString(),
                "--logo-corner",
                "bottom_left",
                "--snapshots",
                stills.toString(),
                "--snapshot-every",
                "1",
                "--loudness",
                "-23",
                "--deinterlace",
                "off");
        assertThat(run.exitCode()).as(run.err()).isZero();
        try (Stream<Path> files = Files.list(stills)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isNotEmpty()
                    .allMatch(name -> name.matches("snapshot-\\d+\\.jpg"));
        }
        assertThat(read(out.resolve("v180")).colors()).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--logo no-such-logo.png",
                "--logo pom.xml",
                "--logo pom.xml --logo-width 2",
                "--loudness 3",
                "--bit-depth 9",
                "--fps zero",
                "--fps 0",
                "--codec vp9",
                "--snapshots s --snapshot-every 0"
            })
    void whatCannotBeIsOneLine(String options) {
        List<String> arguments = new ArrayList<>(List.of(
                "vod",
                "test:?duration=1&size=64x64",
                "-o",
                folder.resolve("never").toString()));
        arguments.addAll(List.of(options.split(" ")));
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(folder.resolve("never")).doesNotExist();
    }
}
