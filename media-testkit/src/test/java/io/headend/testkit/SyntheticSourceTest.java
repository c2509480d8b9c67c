package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.EndOfStream;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticSourceTest {

    private static SyntheticSource.Builder small() {
        return SyntheticSource.builder().size(192, 108).frameRate(25);
    }

    @Test
    void announcesTracksFirstAndEndsLast() {
        try (RecordingSink sink = new RecordingSink();
                SyntheticSource source = small().frames(5).build()) {
            source.run(sink);
            List<StreamItem> items = sink.items();
            assertThat(items.get(0)).isEqualTo(new TrackInfo(source.videoTrack()));
            assertThat(items.get(1)).isEqualTo(new TrackInfo(source.audioTrack()));
            assertThat(items.get(items.size() - 1)).isInstanceOf(EndOfStream.class);
            VideoFormat video = (VideoFormat) sink.tracks().get(0).format();
            assertThat(video.codec().codec()).isEqualTo(Codec.RAW_VIDEO);
            assertThat(video.pixelFormat()).isEqualTo("yuv420p");
            assertThat(video.frameRate()).isEqualTo(Rational.of(25, 1));
            AudioFormat audio = (AudioFormat) sink.tracks().get(1).format();
            assertThat(audio.codec().codec()).isEqualTo(Codec.PCM_S16LE);
            assertThat(audio.sampleRate()).isEqualTo(48_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"25,1,3600", "30,1,3000", "50,1,1800", "30000,1001,3003", "24000,1001,3753.75", "24,1,3750"})
    void picturesHaveExactTimes(int num, int den, double ticksAt90kHz) {
        try (RecordingSink sink = new RecordingSink();
                SyntheticSource source = SyntheticSource.builder()
                        .size(128, 64)
                        .frameRate(Rational.of(num, den))
                        .silent()
                        .frames(20)
                        .build()) {
            source.run(sink);
            Timebase base = source.videoTrack().timebase();
            double tick = 90_000.0 * base.num() / base.den();
            List<Sample> samples = sink.samples(SyntheticSource.VIDEO_TRACK);
            assertThat(samples).hasSize(20);
            for (int i = 0; i < 20; i++) {
                assertThat(samples.get(i).pts() * tick).isEqualTo(i * ticksAt90kHz);
                assertThat(samples.get(i).duration() * tick).isEqualTo(ticksAt90kHz);
                assertThat(samples.get(i).sync()).isTrue();
                assertThat(samples.get(i).size()).isEqualTo(128 * 64 * 3 / 2);
                assertThat(samples.get(i).info().arrivalNanos()).isEqualTo(SampleInfo.NO_ARRIVAL);
            }
        }
    }

    @Test
    void soundCoversThePicturesWithoutHoleOrOverlap() {
        try (RecordingSink sink = new RecordingSink();
                SyntheticSource source =
                        small().startFrame(7).duration(Duration.ofSeconds(1)).build()) {
            source.run(sink);
            long next = 7 * 1920;
            for (Sample sample : sink.samples(SyntheticSource.AUDIO_TRACK)) {
                assertThat(sample.pts()).isEqualTo(next);
                assertThat(sample.size()).isEqualTo(sample.duration() * 4);
                next += sample.duration();
            }
            assertThat(next).isEqualTo((7 + 25) * 1920);
        }
    }

    @Test
    void itemsComeInOrderOfTime() {
        try (RecordingSink sink = new RecordingSink();
                SyntheticSource source = small().frames(50).build()) {
            source.run(sink);
            Instant last = Instant.EPOCH;
            for (Sample sample : sink.items(Sample.class)) {
                Timebase base = sink.tracks().get(sample.trackId()).timebase();
                Instant at = Instant.ofEpochSecond(0, base.convert(sample.pts(), Timebase.NANOS));
                assertThat(at).isAfterOrEqualTo(last.minusNanos(1));
                last = at;
            }
        }
    }

    @Test
    void pacedSourceBeginsWithTheNextFrameOfTheClockAndFollowsIt() throws InterruptedException {
        FakeClock clock = FakeClock.at("2026-01-02T03:04:05.010Z");
        try (RecordingSink sink = new RecordingSink();
                SyntheticSource source =
                        small().silent().paced(clock, clock.ticker()).frames(3).build()) {
            Thread thread = new Thread(() -> source.run(sink));
            thread.start();
            assertThat(sink.await(items -> items.size() > 1, Duration.ofMillis(50)))
                    .as("nothing is due yet")
                    .isFalse();
            long epochFrame = Instant.parse("2026-01-02T03:04:05Z").getEpochSecond() * 25 + 1;
            for (int i = 0; i < 3; i++) {
                clock.advance(i == 0 ? Duration.ofMillis(30) : Duration.ofMillis(40));
                int expected = 2 + i;
                assertThat(sink.await(items -> items.size() >= expected, Duration.ofSeconds(5)))
                        .isTrue();
                Sample sample = sink.samples(0).get(i);
                assertThat(sink.samples(0)).hasSize(i + 1);
                assertThat(sample.pts()).isEqualTo((epochFrame + i) * 3600);
                assertThat(sample.info().arrivalNanos())
                        .isEqualTo(Instant.parse("2026-01-02T03:04:05.040Z").getEpochSecond() * 1_000_000_000L
                                + 40_000_000
                                + i * 40_000_000L);
            }
            assertThat(sink.awaitEnd(Duration.ofSeconds(5))).isTrue();
            thread.join();
        }
    }

    @Test
    void startFrameIsPacedFromItsOwnTime() {
        FakeClock clock = FakeClock.at("2026-01-02T03:04:05Z");
        try (RecordingSink sink = new RecordingSink();
                SyntheticSource source = small().silent()
                        .startFrame(1000)
                        .paced(clock, clock.ticker())
                        .frames(1)
                        .build()) {
            source.run(sink);
            assertThat(sink.samples(0).get(0).pts()).isEqualTo(3_600_000);
        }
    }

    @Test
    void closeEndsAnEndlessSource() throws InterruptedException {
        try (RecordingSink sink = new RecordingSink()) {
            SyntheticSource source = small().realTime().build();
            Thread thread = new Thread(() -> source.run(sink));
            thread.start();
            assertThat(sink.await(items -> items.size() > 3, Duration.ofSeconds(5)))
                    .isTrue();
            source.close();
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
            assertThat(sink.ended()).isFalse();
        }
    }

    @Test
    void sameFrameSameBytesOtherFrameOtherBytes() {
        List<Sample> first = run(small().silent().startFrame(90).frames(2).build());
        List<Sample> second = run(small().silent().startFrame(91).frames(1).build());
        assertThat(second.get(0).data()).isEqualTo(first.get(1).data());
        assertThat(first.get(0).data()).isNotEqualTo(first.get(1).data());
    }

    private static List<Sample> run(SyntheticSource source) {
        RecordingSink sink = new RecordingSink();
        source.run(sink);
        return sink.samples(0);
    }

    @Test
    void runsOnce() {
        SyntheticSource source = small().frames(0).build();
        source.run(item -> {});
        assertThatThrownBy(() -> source.run(item -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesWhatItCannotDraw() {
        SyntheticSource.Builder builder = SyntheticSource.builder();
        assertThatThrownBy(() -> builder.size(127, 64)).hasMessageContaining("127x64");
        assertThatThrownBy(() -> builder.size(64, 64)).hasMessageContaining("64x64");
        assertThatThrownBy(() -> builder.sound(48_000, 9)).hasMessageContaining("9 channels");
        assertThatThrownBy(() -> builder.frames(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> builder.startFrame(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> builder.frameRate(0)).hasMessageContaining("0");
        assertThatThrownBy(() -> builder.silent().build().audioTrack()).isInstanceOf(IllegalStateException.class);
    }
}
