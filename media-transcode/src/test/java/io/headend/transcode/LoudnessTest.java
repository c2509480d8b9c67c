package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.transcode.Transcodes.Outputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Test signals after EBU Tech 3341, and programmes before and after. */
@ExtendWith(LeakExtension.class)
class LoudnessTest {

    private static final int RATE = 48_000;

    private static double amplitude(double decibels) {
        return Math.pow(10, decibels / 20);
    }

    /** A sine of 1 kHz with the given level in dBFS, by seconds, the same in both channels. */
    private static double integrated(int rate, int channels, double seconds, DoubleUnaryOperator level) {
        LoudnessGauge gauge = new LoudnessGauge(rate, channels);
        for (long i = 0; i < (long) (seconds * rate); i++) {
            double t = (double) i / rate;
            float sample = (float) (amplitude(level.applyAsDouble(t)) * Math.sin(2 * Math.PI * 1000 * t));
            gauge.add(sample, sample);
        }
        return gauge.integrated();
    }

    @ParameterizedTest
    @CsvSource({"48000, -23", "48000, -33", "44100, -23", "32000, -40"})
    void aStereoSineIsAsLoudAsItsLevel(int rate, double level) {
        assertThat(integrated(rate, 2, 20, t -> level)).isCloseTo(level, within(0.1));
    }

    @Test
    void oneChannelAloneIsThreeDecibelsLess() {
        assertThat(integrated(RATE, 1, 20, t -> -23)).isCloseTo(-26, within(0.1));
    }

    @Test
    void quietStretchesAreGatedOut() {
        // Tech 3341 case 3 and 4
        assertThat(integrated(RATE, 2, 80, t -> t < 10 || t >= 70 ? -36 : -23)).isCloseTo(-23, within(0.1));
        assertThat(integrated(RATE, 2, 100, t -> t < 10 || t >= 90 ? -72 : t < 20 || t >= 80 ? -36 : -23))
                .isCloseTo(-23, within(0.1));
        // case 5: none is below the relative gate
        assertThat(integrated(RATE, 2, 60.1, t -> t >= 20 && t < 40.1 ? -20 : -26))
                .isCloseTo(-23, within(0.1));
    }

    @Test
    void silenceHasNoLoudness() {
        assertThat(integrated(RATE, 2, 5, t -> -200)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void thePeakBetweenSamplesIsFound() {
        TruePeak peak = new TruePeak();
        double largest = 0;
        // A quarter of the sample rate, 45 degrees off: samples at 0.707 of the peak.
        for (int i = 0; i < 1000; i++) {
            largest = Math.max(largest, peak.next((float) (0.5 * Math.sin(Math.PI / 2 * i + Math.PI / 4))));
        }
        assertThat(20 * Math.log10(largest)).isCloseTo(20 * Math.log10(0.5), within(0.4));
    }

    private static final Track PCM = new Track(
            0, "sound", AudioFormat.of(CodecConfig.of(Codec.PCM_S16LE, "pcm_s16le"), RATE, 2), Timebase.hz(RATE), null);

    /** A programme of tones, pauses and steps of level. */
    private static void programme(double offset, double seconds, StreamSink sink) {
        sink.accept(new TrackInfo(PCM));
        long total = (long) (seconds * RATE);
        Random random = new Random(5);
        double level = -30;
        for (long start = 0; start < total; start += 1024) {
            if (start / 1024 % 94 == 0) {
                level = random.nextInt(8) == 0 ? -60 : -34 + 12 * random.nextDouble();
            }
            ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 1024; i++) {
                double t = (start + i) / (double) RATE;
                double tone = Math.sin(2 * Math.PI * 440 * t) + 0.5 * Math.sin(2 * Math.PI * 1500 * t);
                double sample = amplitude(level + offset) * (tone + 0.6 * random.nextGaussian());
                short value = (short) Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
                bytes.putShort(value).putShort((short) (value / 2));
            }
            bytes.flip();
            sink.accept(HeapSample.of(new SampleInfo(0, start, start, 1024, true, SampleInfo.NO_ARRIVAL), bytes));
        }
        sink.accept(new EndOfStream());
    }

    private static LoudnessReport measure(Consumer<StreamSink> source) {
        try (LoudnessMeter meter = new LoudnessMeter()) {
            source.accept(meter);
            return meter.report();
        }
    }

    /** The loudness of what comes out of the transcoder, coded and decoded. */
    private static LoudnessReport result(Loudness loudness, Consumer<StreamSink> source) {
        Ladder ladder = new Ladder(List.of(), List.of(new AudioRendition("audio", RATE, 2, 256_000)));
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = Transcoder.builder(ladder, Transcodes.GRID)
                        .processing(Processing.STANDARD.withLoudness(loudness))
                        .outputs(outputs::sink)
                        .build()) {
            source.accept(transcoder);
            List<Sample> samples = outputs.samples("audio");
            for (int i = 1; i < samples.size(); i++) {
                assertThat(samples.get(i).pts() - samples.get(i - 1).pts()).isEqualTo(1024);
            }
            return measure(sink -> {
                sink.accept(new TrackInfo(outputs.track("audio")));
                samples.forEach(sample -> sink.accept(sample.retain()));
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"12, -16", "-15, -23"})
    void twoPassesHitTheTargetWithinHalfALoudnessUnit(double offset, double target) {
        LoudnessReport measured = measure(sink -> programme(offset, 20, sink));
        Loudness loudness = Loudness.target(target).withMeasured(measured);
        assertThat(result(loudness, sink -> programme(offset, 20, sink)).integrated())
                .isCloseTo(target, within(0.5));
    }

    @ParameterizedTest
    @CsvSource({"10, -16", "-12, -23"})
    void onePassHitsTheTargetWithinOneLoudnessUnit(double offset, double target) {
        LoudnessReport report = result(Loudness.target(target), sink -> programme(offset, 40, sink));
        assertThat(report.integrated()).isCloseTo(target, within(1.0));
    }

    @Test
    void truePeaksAreHeld() {
        Loudness loud = new Loudness(-9, -2, null).withMeasured(measure(sink -> programme(0, 20, sink)));
        LoudnessReport report = result(loud, sink -> programme(0, 20, sink));
        // The coder adds a little of its own.
        assertThat(report.truePeak()).isLessThan(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bbb_multishot_540p25_64s_src1.6M.mp4"})
    void aFilm(String file) {
        Path path = SharedMedia.media(file);
        LoudnessReport before = measure(sink -> read(path, sink));
        LoudnessReport twoPass = result(Loudness.target(-23).withMeasured(before), sink -> read(path, sink));
        assertThat(twoPass.integrated()).isCloseTo(-23, within(0.5));
        assertThat(twoPass.truePeak()).isLessThan(-0.5);
        LoudnessReport onePass = result(Loudness.target(-23), sink -> read(path, sink));
        assertThat(onePass.integrated()).isCloseTo(-23, within(1.0));
    }

    private static void read(Path file, StreamSink sink) {
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            demuxer.tracks().forEach(track -> sink.accept(new TrackInfo(track)));
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                sink.accept((StreamItem) sample);
            }
        }
        sink.accept(new EndOfStream());
    }

    @Test
    void targetsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Loudness.target(0)).hasMessageContaining("-50 to -5");
        assertThatThrownBy(() -> new Loudness(-23, 1, null)).hasMessageContaining("dBTP");
    }
}
