package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class EncodeDecodeTest {

    @Test
    void x264WritesLengthPrefixedUnitsAndAvcC() {
        Rational rate = Rational.of(25, 1);
        try (Encoder encoder = Encoder.video("libx264")
                .size(new PictureSize(320, 180))
                .frameRate(rate)
                .timebase(Timebase.MPEG)
                .option("preset", "veryfast")
                .option("crf", "30")
                .gop(250)
                .parameter("scenecut", "0")
                .open()) {
            VideoFormat format = (VideoFormat) encoder.format();
            assertThat(format.codec().codec()).isEqualTo(Codec.AVC);
            assertThat(format.codec().record().get(0)).as("avcC version").isEqualTo((byte) 1);
            List<AvSample> samples = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                encoder.send(
                        Pictures.gradient(320, 180, n, n * 3600L, Timebase.MPEG),
                        n == 17 ? Encoder.Hints.KEY_FRAME : Encoder.Hints.NONE);
                take(encoder, samples);
            }
            encoder.finish();
            take(encoder, samples);
            assertThat(samples).hasSize(50);
            assertThat(samples.stream().filter(AvSample::sync).mapToLong(AvSample::pts))
                    .containsExactly(0L, 17 * 3600L);
            assertThat(samples).allMatch(s -> s.duration() == 3600);
            assertThat(samples).allMatch(s -> s.data().getInt(0) <= s.size() - 4);
            Track track = new Track(0, "v", format, Timebase.MPEG, null);
            List<Long> times = new ArrayList<>();
            try (Decoder decoder = Decoder.builder(track).threads(2).open()) {
                for (AvSample sample : samples) {
                    decoder.send(sample);
                    receive(decoder, times);
                    sample.close();
                }
                decoder.finish();
                receive(decoder, times);
                assertThat(decoder.errors()).isZero();
            }
            assertThat(times).hasSize(50).isSorted().startsWith(0L).endsWith(49 * 3600L);
        }
    }

    private static void take(Encoder encoder, List<AvSample> samples) {
        for (AvSample s = encoder.receive(); s != null; s = encoder.receive()) {
            samples.add(s);
        }
    }

    private static void receive(Decoder decoder, List<Long> times) {
        for (AvFrame f = decoder.receive(); f != null; f = decoder.receive()) {
            times.add(f.pts());
            f.close();
        }
    }
}
