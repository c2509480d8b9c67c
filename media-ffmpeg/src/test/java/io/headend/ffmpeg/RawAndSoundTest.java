package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples made in Java, and sound encoders. */
@ExtendWith(LeakExtension.class)
class RawAndSoundTest {

    private static Sample sample(byte[] bytes, long pts) {
        return HeapSample.of(new SampleInfo(0, pts, pts, 0, true, SampleInfo.NO_ARRIVAL), ByteBuffer.wrap(bytes));
    }

    @Test
    void rawPicturesKeepTheirSamples() {
        byte[] planes = new byte[30 * 20 * 3 / 2];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) (i * 31);
        }
        Track track = new Track(
                0,
                "raw",
                VideoFormat.of(CodecConfig.of(Codec.RAW_VIDEO, "rawvideo"), 30, 20)
                        .withPixelFormat("yuv420p"),
                Timebase.MPEG,
                null);
        try (Decoder decoder = Decoder.builder(track).open()) {
            decoder.send(sample(planes, 1_234));
            try (AvFrame frame = decoder.receive()) {
                assertThat(frame.pts()).isEqualTo(1_234);
                assertThat(frame.pixelFormat()).isEqualTo("yuv420p");
                byte[] row = new byte[30];
                frame.plane(0).get(3 * frame.stride(0), row);
                assertThat(row).isEqualTo(Arrays.copyOfRange(planes, 90, 120));
                byte[] chroma = new byte[15];
                frame.plane(2).get(0, chroma);
                assertThat(chroma).isEqualTo(Arrays.copyOfRange(planes, 750, 765));
            }
            assertThat(decoder.receive()).isNull();
            decoder.send(sample(new byte[10], 5_000));
            assertThat(decoder.receive()).isNull();
            assertThat(decoder.errors()).as("a picture that is too short").isEqualTo(1);
        }
    }

    @Test
    void pcmKeepsItsSamples() {
        ByteBuffer bytes = ByteBuffer.allocate(2 * 2 * 480).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 960; i++) {
            bytes.putShort((short) (i * 17 - 8_000));
        }
        Track track = new Track(
                0,
                "pcm",
                AudioFormat.of(CodecConfig.of(Codec.PCM_S16LE, "pcm_s16le"), 48_000, 2),
                Timebase.hz(48_000),
                null);
        try (Decoder decoder = Decoder.builder(track).open()) {
            decoder.send(sample(bytes.array(), 9_600));
            try (AvFrame frame = decoder.receive()) {
                assertThat(frame.kind()).isEqualTo(Codec.Kind.AUDIO);
                assertThat(frame.samples()).isEqualTo(480);
                assertThat(frame.pts()).isEqualTo(9_600);
                assertThat(frame.sampleFormat()).isEqualTo("s16");
                assertThat(frame.plane(0).getShort(2 * 500)).isEqualTo((short) (500 * 17 - 8_000));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"aac,fltp,1024,1024", "libopus,s16,960,312"})
    void soundEncodersTellFrameSizeAndDelay(String name, String format, int frameSize, int delay) {
        try (Encoder encoder = Encoder.audio(name)
                .sampleRate(48_000)
                .channels(2)
                .bitrate(96_000)
                .sampleFormat(format)
                .open()) {
            assertThat(encoder.frameSize()).isEqualTo(frameSize);
            assertThat(encoder.delay()).isEqualTo(delay);
            AudioFormat described = (AudioFormat) encoder.format();
            assertThat(described.priming()).isEqualTo(delay);
            assertThat(described.codec().record().remaining()).isPositive();
            Track track = new Track(0, "a", described, encoder.timebase(), null);
            long decoded = 0;
            try (Decoder decoder = Decoder.builder(track).open()) {
                for (int n = 0; n < 20; n++) {
                    try (AvFrame frame = AvFrame.allocateAudio(format, 48_000, 2, frameSize)) {
                        for (int p = 0; p < frame.planes(); p++) {
                            frame.plane(p).put(new byte[frame.rowBytes(p)]);
                        }
                        encoder.send(frame.withPts((long) n * frameSize, Timebase.hz(48_000)));
                    }
                    decoded += decode(encoder, decoder);
                }
                encoder.finish();
                decoded += decode(encoder, decoder);
                decoder.finish();
            }
            assertThat(decoded).isBetween(20L * frameSize - 1_024, 22L * frameSize);
        }
    }

    private static long decode(Encoder encoder, Decoder decoder) {
        long samples = 0;
        for (AvSample s = encoder.receive(); s != null; s = encoder.receive()) {
            try (AvSample sample = s) {
                assertThat(sample.sync()).isTrue();
                decoder.send(sample);
                for (AvFrame f = decoder.receive(); f != null; f = decoder.receive()) {
                    samples += f.samples();
                    f.close();
                }
            }
        }
        return samples;
    }

    @Test
    void aacHasAnAudioSpecificConfig() {
        try (Encoder encoder =
                Encoder.audio("aac").sampleRate(44_100).channels(1).open()) {
            ByteBuffer config = encoder.format().codec().record();
            // ISO/IEC 14496-3, 1.6.2.1: object type 2 (LC), frequency index 4 (44,100 Hz), one channel
            assertThat(config.getShort(0) & 0xFFF8).isEqualTo(2 << 11 | 4 << 7 | 1 << 3);
            assertThat(encoder.timebase()).isEqualTo(Timebase.hz(44_100));
        }
    }

    @Test
    void whatCannotBeDecodedIsSaid() {
        Track unknown = new Track(
                0, "x", AudioFormat.of(CodecConfig.of(Codec.OTHER_AUDIO, "no_such"), 48_000, 2), Timebase.MPEG, null);
        assertThatThrownBy(() -> Decoder.builder(unknown).open())
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED))
                .hasMessageContaining("no_such");
        Track text = new Track(0, "t", new TextFormat(CodecConfig.of(Codec.WEBVTT, "webvtt")), Timebase.MPEG, null);
        assertThatThrownBy(() -> Decoder.builder(text).open()).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> Decoder.builder(text).threads(65)).isInstanceOf(MediaException.class);
    }

    @Test
    void damagedSamplesAreCountedAndDecodingGoesOn() {
        try (Encoder encoder = Encoder.video("libx264")
                .size(new PictureSize(64, 64))
                .frameRate(TestFiles.RATE)
                .gop(1)
                .option("tune", "zerolatency")
                .open()) {
            Track track = new Track(0, "v", encoder.format(), encoder.timebase(), null);
            int decoded = 0;
            try (Decoder decoder = Decoder.builder(track).lowDelay(true).open()) {
                for (int n = 0; n < 10; n++) {
                    encoder.send(Pictures.noise(64, 64, n));
                    try (AvSample sample = encoder.receive()) {
                        byte[] junk = new byte[sample.size()];
                        Arrays.fill(junk, (byte) 0x55);
                        decoder.send(n == 4 ? sample(junk, n) : sample);
                        for (AvFrame f = decoder.receive(); f != null; f = decoder.receive()) {
                            decoded++;
                            f.close();
                        }
                    }
                }
                assertThat(decoder.errors()).isEqualTo(1);
                decoder.flush();
                assertThat(decoder.receive()).isNull();
                decoder.finish();
                assertThatThrownBy(() -> decoder.send(sample(new byte[4], 0)))
                        .isInstanceOf(IllegalStateException.class);
            }
            assertThat(decoded).isEqualTo(9);
        }
    }
}
