package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.Transcodes.Outputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each channel alone at 0.5: what of it is left in left and right. */
@ExtendWith(LeakExtension.class)
class DownmixTest {

    private static float[] mix(String format, int channels, int alone, int outChannels) {
        try (FilterGraph graph = FilterGraph.audio(SoundFit.filters(48_000, outChannels));
                AvFrame frame = AvFrame.allocateAudio(format, 48_000, channels, 1024)) {
            if (format.equals("s16")) {
                ByteBuffer plane = frame.plane(0);
                for (int i = 0; i < 1024 * channels; i++) {
                    plane.putShort(2 * i, (short) (i % channels == alone ? 16_384 : 0));
                }
            } else {
                for (int c = 0; c < channels; c++) {
                    FloatBuffer plane = frame.plane(c).asFloatBuffer();
                    for (int i = 0; i < 1024; i++) {
                        plane.put(i, c == alone ? 0.5f : 0);
                    }
                }
            }
            graph.send(frame.withPts(0, Timebase.hz(48_000)));
            graph.finish();
            try (AvFrame out = graph.receive(0)) {
                assertThat(out).isNotNull();
                assertThat(out.channels()).isEqualTo(outChannels);
                float[] result = new float[outChannels];
                for (int c = 0; c < outChannels; c++) {
                    result[c] = out.plane(c).asFloatBuffer().get(500);
                }
                return result;
            }
        }
    }

    /** FFmpeg's order of 5.1: left, right, centre, low frequencies, left and right surround. */
    @ParameterizedTest
    @CsvSource({"0, 0.5, 0", "1, 0, 0.5", "2, 0.35355, 0.35355", "3, 0, 0", "4, 0.35355, 0", "5, 0, 0.35355"})
    void fiveOneIsMixedByTheRecommendation(int channel, double left, double right) {
        for (String format : new String[] {"fltp", "s16"}) {
            float[] mixed = mix(format, 6, channel, 2);
            assertThat((double) mixed[0]).as(format).isCloseTo(left, within(0.001));
            assertThat((double) mixed[1]).as(format).isCloseTo(right, within(0.001));
        }
    }

    @Test
    void stereoStaysAsItIs() {
        assertThat(mix("s16", 2, 0, 2)[0]).isCloseTo(0.5f, within(0.001f));
        assertThat(mix("s16", 2, 0, 2)[1]).isZero();
    }

    @Test
    void oneChannelComesFromBothSidesAtItsLevel() {
        assertThat(mix("s16", 1, 0, 2)[0]).isCloseTo(mix("s16", 1, 0, 2)[1], within(0.0001f));
        assertThat((double) mix("s16", 1, 0, 2)[0]).isBetween(0.353, 0.501);
    }

    @Test
    void twoChannelsBecomeTheirMean() {
        assertThat(mix("fltp", 2, 0, 1)[0]).isCloseTo(0.25f, within(0.001f));
    }

    @Test
    void aFullMixDoesNotClip() {
        Track track = new Track(
                0,
                "sound",
                AudioFormat.of(CodecConfig.of(Codec.PCM_S16LE, "pcm_s16le"), 48_000, 6),
                Timebase.hz(48_000),
                null);
        Ladder ladder = new Ladder(List.of(), List.of(new AudioRendition("audio", 48_000, 2, 256_000)));
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = Transcoder.builder(ladder, Transcodes.GRID)
                        .outputs(outputs::sink)
                        .build()) {
            transcoder.accept(new TrackInfo(track));
            for (int n = 0; n < 100; n++) {
                ByteBuffer bytes = ByteBuffer.allocate(12 * 1024).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < 1024; i++) {
                    double t = (n * 1024 + i) / 48_000.0;
                    for (int c = 0; c < 6; c++) {
                        bytes.putShort((short) (30_000 * Math.sin(2 * Math.PI * 500 * t)));
                    }
                }
                bytes.flip();
                transcoder.accept(HeapSample.of(
                        new SampleInfo(0, n * 1024L, n * 1024L, 1024, true, SampleInfo.NO_ARRIVAL), bytes));
            }
            transcoder.accept(new EndOfStream());
            assertThat(peak(outputs.track("audio"), outputs.samples("audio"))).isBetween(0.8f, 0.98f);
        }
    }

    private static float peak(Track track, List<Sample> samples) {
        float peak = 0;
        try (Decoder decoder = Decoder.builder(track).open()) {
            for (Sample sample : samples) {
                decoder.send(sample);
                for (AvFrame next = decoder.receive(); next != null; next = decoder.receive()) {
                    try (AvFrame frame = next) {
                        FloatBuffer plane = frame.plane(0).asFloatBuffer();
                        while (plane.hasRemaining()) {
                            peak = Math.max(peak, Math.abs(plane.get()));
                        }
                    }
                }
            }
        }
        return peak;
    }
}
