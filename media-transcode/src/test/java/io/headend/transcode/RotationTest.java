package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EndOfStream;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Encoder;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.transcode.Transcodes.Outputs;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The coded picture is white in its upper left quarter; where white is afterwards tells how it was turned. */
@ExtendWith(LeakExtension.class)
class RotationTest {

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "90, 1, 0", "180, 1, 1", "270, 0, 1"})
    void picturesComeOutUpright(int rotation, int right, int low) {
        PictureSize upright = rotation % 180 == 0 ? new PictureSize(320, 180) : new PictureSize(180, 320);
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = Transcoder.builder(Ladder.standard(upright), Transcodes.GRID)
                        .outputs(outputs::sink)
                        .build()) {
            feed(rotation, transcoder);
            String best = "v" + upright.height();
            VideoFormat format = (VideoFormat) outputs.track(best).format();
            assertThat(format.size()).isEqualTo(upright);
            assertThat(format.sampleAspectRatio()).isEqualTo(Rational.ONE);
            assertThat(format.rotation()).isZero();
            try (AvFrame frame =
                    first(outputs.track(best), outputs.samples(best).get(0))) {
                for (int column = 0; column < 2; column++) {
                    for (int row = 0; row < 2; row++) {
                        int x = upright.width() / 4 + column * upright.width() / 2;
                        int y = upright.height() / 4 + row * upright.height() / 2;
                        int luma = frame.plane(0).get(y * frame.stride(0) + x) & 0xff;
                        assertThat(luma > 128).isEqualTo(column == right && row == low);
                    }
                }
            }
        }
    }

    @Test
    void aPhoneRecordingIsPortrait() {
        VideoFormat source = null;
        try (Demuxer demuxer = Demuxer.builder(
                        SharedMedia.media("functional/portrait.mp4").toString())
                .open()) {
            for (Track track : demuxer.tracks()) {
                if (track.format() instanceof VideoFormat video) {
                    source = video;
                }
            }
        }
        assertThat(source).isNotNull();
        PictureSize upright = source.uprightSize();
        assertThat(upright.height()).isGreaterThan(upright.width());
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = Transcoder.builder(Ladder.standard(upright), Transcodes.GRID)
                        .outputs(outputs::sink)
                        .build()) {
            Transcodes.run(SharedMedia.media("functional/portrait.mp4"), transcoder);
            VideoFormat format =
                    (VideoFormat) outputs.track("v" + (upright.height() & ~1)).format();
            assertThat(format.height()).isGreaterThan(format.width());
            assertThat(format.sampleAspectRatio()).isEqualTo(Rational.ONE);
        }
    }

    private static void feed(int rotation, Transcoder transcoder) {
        try (Encoder encoder = Encoder.video("libx264")
                .size(new PictureSize(320, 180))
                .frameRate(Rational.of(25, 1))
                .option("preset", "ultrafast")
                .open()) {
            VideoFormat format = ((VideoFormat) encoder.format()).withRotation(rotation);
            transcoder.accept(new TrackInfo(new Track(0, "v", format, encoder.timebase(), null)));
            for (int n = 0; n < 3; n++) {
                encoder.send(picture(n));
                pass(encoder, transcoder);
            }
            encoder.finish();
            pass(encoder, transcoder);
        }
        transcoder.accept(new EndOfStream());
    }

    private static void pass(Encoder encoder, Transcoder transcoder) {
        for (AvSample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            transcoder.accept(sample);
        }
    }

    private static AvFrame picture(int n) {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p", 320, 180)) {
            for (int p = 0; p < 3; p++) {
                ByteBuffer plane = frame.plane(p);
                for (int y = 0; y < frame.rows(p); y++) {
                    for (int x = 0; x < frame.rowBytes(p); x++) {
                        plane.put(y * frame.stride(p) + x, (byte) (p > 0 ? 128 : x < 160 && y < 90 ? 220 : 30));
                    }
                }
            }
            return frame.withPts(n, Timebase.of(1, 25));
        }
    }

    private static AvFrame first(Track track, Sample sample) {
        try (Decoder decoder = Decoder.builder(track).open()) {
            decoder.send(sample);
            decoder.finish();
            AvFrame frame = decoder.receive();
            assertThat(frame).isNotNull();
            return frame;
        }
    }
}
