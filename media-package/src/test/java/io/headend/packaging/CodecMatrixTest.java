package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FfmpegRuntime;
import io.headend.ffmpeg.VideoEncoderBuilder;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every coding that FFmpeg encodes here: packaged, then decoded by FFmpeg. */
@ExtendWith(LeakExtension.class)
class CodecMatrixTest {

    private static final int FRAMES = 60;
    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 1);

    @ParameterizedTest
    @CsvSource({
        "libx264, avc1.64000B",
        "libx265, hvc1.1.6.L30.90",
        "libsvtav1, av01.0.00M.08",
        "libvpx-vp9, vp09.00.10.08"
    })
    void video(String encoderName, String codec) {
        Assumptions.assumeTrue(
                FfmpegRuntime.get().hasEncoder(encoderName), () -> "skipped: FFmpeg has no " + encoderName);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store);
                Encoder encoder = open(encoderName)) {
            StreamSink sink = packager.sink("r");
            sink.accept(new TrackInfo(new Track(0, "r", canonical(encoder.format()), Timebase.MPEG, null)));
            for (int n = 0; n < FRAMES; n++) {
                encoder.send(picture(n), GRID.isIdr(n) ? Encoder.Hints.KEY_FRAME : Encoder.Hints.NONE);
                drain(encoder, sink);
            }
            encoder.finish();
            drain(encoder, sink);
            sink.accept(new EndOfStream());
            packager.finish();

            PublishedTrack track =
                    packager.presentation().orElseThrow().tracks().get(0);
            assertThat(track.codec()).hasToString(codec);
            assertThat(track.segments()).extracting(SegmentEntry::number).containsExactly(0L, 1L, 2L);
            assertThat(packager.figures().maxDriftTicks()).isZero();
            Clips.Verdict verdict = Clips.judge(Feed.stored(store, "r"));
            assertThat(verdict.errors()).isZero();
            assertThat(verdict.frames()).isEqualTo(FRAMES);
        }
    }

    @ParameterizedTest
    @CsvSource({"aac, mp4a.40.2", "libopus, opus", "flac, flac", "ac3, ac-3"})
    void sound(String encoderName, String codec) {
        Assumptions.assumeTrue(
                FfmpegRuntime.get().hasEncoder(encoderName), () -> "skipped: FFmpeg has no " + encoderName);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store);
                Encoder encoder = Encoder.audio(encoderName)
                        .sampleRate(48_000)
                        .channels(2)
                        .timebase(Timebase.hz(48_000))
                        .open()) {
            TrackFormat format = encoder.format();
            if (encoderName.equals("ac3")) {
                // 48 kHz, bsid 8, 2/0, 192 kbit/s: FFmpeg's encoder gives no dac3
                format = format.withCodec(format.codec().withRecord(ByteBuffer.wrap(new byte[] {0x10, 0x11, 0x40})));
            }
            StreamSink sink = packager.sink("r");
            sink.accept(new TrackInfo(new Track(0, "r", format, Timebase.hz(48_000), "en")));
            int size = encoder.frameSize() > 0 ? encoder.frameSize() : 1024;
            int count = 2 * 48_000 / size;
            String layout = encoderName.equals("flac") || encoderName.equals("libopus") ? "s16" : "fltp";
            for (int n = 0; n < count; n++) {
                encoder.send(silence(layout, n, size));
                drain(encoder, sink);
            }
            encoder.finish();
            drain(encoder, sink);
            sink.accept(new EndOfStream());
            packager.finish();

            assertThat(packager.presentation().orElseThrow().tracks().get(0).codec())
                    .hasToString(codec);
            Clips.Verdict verdict = Clips.judge(Feed.stored(store, "r"));
            assertThat(verdict.errors()).isZero();
            assertThat(verdict.clip().samples())
                    .hasSize((int) packager.figures().renditions().get("r").samples());
            assertThat(verdict.frames()).isGreaterThanOrEqualTo(count - 2L);
        }
    }

    private static Packager packager(SegmentStore store) {
        return Packager.builder(store)
                .policy(SegmentationPolicy.vod(GRID))
                .rendition("r")
                .build();
    }

    private static Encoder open(String name) {
        VideoEncoderBuilder builder = Encoder.video(name)
                .size(new PictureSize(192, 108))
                .frameRate(GRID.frameRate())
                .timebase(Timebase.MPEG)
                .pixelFormat("yuv420p")
                .gop(25)
                .threads(1)
                .bitrate(100_000);
        switch (name) {
            case "libx264" -> builder.parameter("annexb", "0").parameter("scenecut", "0");
            case "libx265" ->
                builder.parameter("annexb", "0").parameter("open-gop", "0").parameter("scenecut", "0");
            case "libvpx-vp9" ->
                builder.option("deadline", "realtime").option("cpu-used", "8").option("lag-in-frames", "0");
            default -> builder.option("preset", "12");
        }
        return builder.open();
    }

    private static TrackFormat canonical(TrackFormat format) {
        CodecConfig config = format.codec();
        return switch (config.codec()) {
            case AVC ->
                format.withCodec(config.withRecord(AvcDecoderConfigurationRecord.ofExtradata(config.record())
                        .toByteBuffer()));
            case HEVC ->
                format.withCodec(config.withRecord(
                        HevcDecoderConfigurationRecord.ofSample(config.record()).toByteBuffer()));
            default -> format;
        };
    }

    private static AvFrame picture(int n) {
        AvFrame frame = AvFrame.allocateVideo("yuv420p", 192, 108);
        ByteBuffer luma = frame.plane(0);
        for (int y = 0; y < frame.rows(0); y++) {
            for (int x = 0; x < frame.rowBytes(0); x++) {
                luma.put(y * frame.stride(0) + x, (byte) (16 + (x * 3 + y * 5 + n * 7) % 200));
            }
        }
        for (int plane = 1; plane < 3; plane++) {
            for (int i = 0; i < frame.rows(plane) * frame.stride(plane) - 32; i++) {
                frame.plane(plane).put(i, (byte) 128);
            }
        }
        try (frame) {
            return frame.withPts(n * 3600L, Timebase.MPEG);
        }
    }

    private static AvFrame silence(String layout, int n, int size) {
        try (AvFrame frame = AvFrame.allocateAudio(layout, 48_000, 2, size)) {
            for (int plane = 0; plane < frame.planes(); plane++) {
                ByteBuffer bytes = frame.plane(plane);
                while (bytes.hasRemaining()) {
                    bytes.put((byte) 0);
                }
            }
            return frame.withPts((long) n * size, Timebase.hz(48_000));
        }
    }

    private static void drain(Encoder encoder, StreamSink sink) {
        AvSample sample = encoder.receive();
        while (sample != null) {
            sink.accept(sample);
            sample = encoder.receive();
        }
    }
}
