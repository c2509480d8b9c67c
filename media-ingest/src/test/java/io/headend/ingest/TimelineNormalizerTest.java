package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.Cue;
import io.headend.core.DataFormat;
import io.headend.core.Discontinuity;
import io.headend.core.Gap;
import io.headend.core.HeapSample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TimelineNormalizerTest {

    private static final int VIDEO = 0;
    private static final int AUDIO = 1;
    private static final int DATA = 2;
    private static final long LAP = 1L << 33;
    private static final long FRAME = 3600;
    private static final long SOUND = 1800;

    private final Recorder out = new Recorder();

    private TimelineNormalizer normalizer(SourceClock clock) {
        TimelineNormalizer normalizer = TimelineNormalizer.of(clock, out);
        for (Track track : tracks()) {
            normalizer.accept(new TrackInfo(track));
        }
        return normalizer;
    }

    private static List<Track> tracks() {
        return List.of(
                new Track(
                        VIDEO,
                        "video-0",
                        VideoFormat.of(CodecConfig.of(Codec.AVC, "h264"), 640, 360),
                        Timebase.MPEG,
                        null),
                new Track(
                        AUDIO,
                        "audio-1",
                        AudioFormat.of(CodecConfig.of(Codec.AAC, "aac"), 48_000, 2),
                        Timebase.MPEG,
                        null),
                new Track(
                        DATA, "data-2", new DataFormat(CodecConfig.of(Codec.SCTE35, "scte_35")), Timebase.MPEG, null));
    }

    private static HeapSample sample(int track, long pts, long dts, long duration, long arrival) {
        return HeapSample.of(new SampleInfo(track, pts, dts, duration, true, arrival), ByteBuffer.allocate(1));
    }

    private static HeapSample sample(int track, long time) {
        return sample(track, time, time, track == VIDEO ? FRAME : SOUND, SampleInfo.NO_ARRIVAL);
    }

    /** Gives {@code seconds} of picture and sound whose true time starts at {@code from}, stamped with {@code wire}. */
    private static void play(TimelineNormalizer to, long from, long seconds, LongUnaryOperator wire) {
        long end = from + seconds * 90_000;
        long audio = from;
        for (long video = from; video < end; video += FRAME) {
            to.accept(sample(VIDEO, wire.applyAsLong(video)));
            for (; audio < video + FRAME && audio < end; audio += SOUND) {
                to.accept(sample(AUDIO, wire.applyAsLong(audio)));
            }
        }
    }

    private void assertContinuous(long seconds) {
        List<SampleInfo> video = out.samples(VIDEO);
        List<SampleInfo> audio = out.samples(AUDIO);
        assertThat(video).hasSize((int) (seconds * 25));
        for (int i = 1; i < video.size(); i++) {
            assertThat(video.get(i).dts() - video.get(i - 1).dts())
                    .as("picture %d", i)
                    .isEqualTo(FRAME);
        }
        for (int i = 1; i < audio.size(); i++) {
            assertThat(audio.get(i).dts() - audio.get(i - 1).dts())
                    .as("sound %d", i)
                    .isEqualTo(SOUND);
        }
        assertThat(audio.get(0).pts()).isEqualTo(video.get(0).pts());
    }

    @Test
    void firstLapKeepsTheTimesOfTheSource() {
        play(normalizer(SourceClock.MPEG_33), 126_000, 2, t -> t);
        assertThat(out.samples(VIDEO).get(0).pts()).isEqualTo(126_000);
        assertContinuous(2);
        assertThat(out.breaks()).isEmpty();
    }

    @Test
    void everyLapOfTheClockIsPassedWithoutAStep() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        long start = LAP - 45_000;
        int seconds = (int) (3 * LAP / 90_000);
        for (int i = 0; i < seconds; i++) {
            long wire = (start + i * 90_000L) & (LAP - 1);
            normalizer.accept(sample(VIDEO, wire, wire, 90_000, SampleInfo.NO_ARRIVAL));
            normalizer.accept(sample(AUDIO, wire, wire, 90_000, SampleInfo.NO_ARRIVAL));
        }
        for (int track : new int[] {VIDEO, AUDIO}) {
            List<SampleInfo> samples = out.samples(track);
            assertThat(samples).hasSize(seconds);
            for (int i = 0; i < seconds; i++) {
                assertThat(samples.get(i).pts()).isEqualTo(start + i * 90_000L);
            }
        }
        assertThat(normalizer.stats()).isEqualTo(new TimelineNormalizer.Stats(3, 0, 0, 0, 0));
    }

    @Test
    void presentationTimeMayWrapBeforeDecodingTime() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        normalizer.accept(sample(VIDEO, LAP - 1000, LAP - 8200, FRAME, SampleInfo.NO_ARRIVAL));
        normalizer.accept(sample(VIDEO, 2600, LAP - 4600, FRAME, SampleInfo.NO_ARRIVAL));
        normalizer.accept(sample(VIDEO, 6200, LAP - 1000, FRAME, SampleInfo.NO_ARRIVAL));
        normalizer.accept(sample(VIDEO, 9800, 2600, FRAME, SampleInfo.NO_ARRIVAL));
        assertThat(out.samples(VIDEO)).extracting(s -> s.pts() - s.dts()).containsOnly(7200L);
        assertThat(out.samples(VIDEO).get(3).pts()).isEqualTo(LAP + 9800);
    }

    @Test
    void soundThatWrapsAfterPictureStaysWithIt() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        normalizer.accept(sample(VIDEO, LAP - FRAME));
        normalizer.accept(sample(VIDEO, 0));
        normalizer.accept(sample(AUDIO, LAP - SOUND));
        normalizer.accept(sample(AUDIO, 0));
        assertThat(out.samples(VIDEO).get(1).pts()).isEqualTo(LAP);
        assertThat(out.samples(AUDIO)).extracting(SampleInfo::pts).containsExactly(LAP - SOUND, LAP);
        assertThat(out.breaks()).isEmpty();
    }

    @Test
    void stepOfTheClockMovesAllTracksByOneOffset() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        play(normalizer, 900_000, 2, t -> t);
        play(normalizer, 1_080_000, 2, t -> t + 90_000_000);
        play(normalizer, 1_260_000, 2, t -> t - 900_000);
        assertContinuous(6);
        assertThat(out.breaks())
                .extracting(Discontinuity::cause)
                .containsExactly(Discontinuity.Cause.CLOCK_JUMP, Discontinuity.Cause.CLOCK_JUMP);
        assertThat(out.breaks().get(0).at()).isEqualTo(Timestamp.of(1_080_000, Timebase.MPEG));
        assertThat(out.breaks().get(0).step()).isEqualTo(Timestamp.of(90_000_000, Timebase.MPEG));
        assertThat(normalizer.stats().jumps()).isEqualTo(2);
    }

    @Test
    void lateSoundFromBeforeTheStepKeepsItsPlace() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        play(normalizer, 0, 1, t -> t);
        normalizer.accept(sample(VIDEO, 90_000));
        normalizer.accept(sample(VIDEO, 90_000_000));
        normalizer.accept(sample(AUDIO, 90_000));
        normalizer.accept(sample(VIDEO, 90_003_600));
        normalizer.accept(sample(AUDIO, 91_800));
        // 93,600 on the stream is 90,000,000 of the new clock.
        normalizer.accept(sample(AUDIO, 90_000_000));
        assertThat(out.samples(AUDIO)).extracting(SampleInfo::pts).endsWith(90_000L, 91_800L, 93_600L);
        assertThat(out.breaks()).hasSize(1);
    }

    @Test
    void silenceOnTheWireIsLossAndKeepsTrueTimes() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        long second = 1_000_000_000L;
        normalizer.accept(sample(VIDEO, 0, 0, FRAME, 0));
        normalizer.accept(sample(AUDIO, 0, 0, SOUND, 0));
        normalizer.accept(sample(VIDEO, 450_000, 450_000, FRAME, 5 * second));
        normalizer.accept(sample(AUDIO, 450_000, 450_000, SOUND, 5 * second));
        assertThat(out.samples).extracting(SampleInfo::pts).containsExactly(0L, 0L, 450_000L, 450_000L);
        assertThat(out.breaks())
                .singleElement()
                .extracting(Discontinuity::cause)
                .isEqualTo(Discontinuity.Cause.LOSS);
        assertThat(normalizer.stats()).isEqualTo(new TimelineNormalizer.Stats(0, 0, 1, 0, 0));
    }

    @Test
    void trackThatWasSilentComesBackWhereTheOthersAre() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        normalizer.accept(sample(AUDIO, 0));
        for (int i = 0; i < 250; i++) {
            normalizer.accept(sample(VIDEO, i * FRAME));
        }
        normalizer.accept(sample(AUDIO, 900_000));
        assertThat(out.samples(AUDIO).get(1).pts()).isEqualTo(900_000);
        assertThat(out.breaks()).isEmpty();
    }

    @Test
    void longPictureInAFileIsContent() {
        TimelineNormalizer normalizer = normalizer(SourceClock.CONTAINER_64);
        normalizer.accept(sample(VIDEO, 0, 0, FRAME, SampleInfo.NO_ARRIVAL));
        normalizer.accept(sample(VIDEO, 900_000, 900_000, FRAME, SampleInfo.NO_ARRIVAL));
        assertThat(out.samples(VIDEO).get(1).pts()).isEqualTo(900_000);
        assertThat(out.breaks()).isEmpty();
    }

    @Test
    void decodingTimeAfterPresentationTimeIsClamped() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        normalizer.accept(sample(VIDEO, 3600, 7200, FRAME, SampleInfo.NO_ARRIVAL));
        normalizer.accept(sample(VIDEO, 7200, 7200, FRAME, SampleInfo.NO_ARRIVAL));
        normalizer.accept(sample(VIDEO, 7100, 7100, FRAME, SampleInfo.NO_ARRIVAL));
        assertThat(out.samples(VIDEO)).extracting(SampleInfo::dts).containsExactly(3600L, 7200L, 7201L);
        assertThat(out.samples(VIDEO)).allMatch(s -> s.dts() <= s.pts());
        assertThat(normalizer.stats().clamped()).isEqualTo(2);
    }

    @Test
    void soundFrameWhollyInThePastIsDropped() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        for (long t : new long[] {0, 1800, 3600, 0, 1800, 3600, 5400}) {
            normalizer.accept(sample(AUDIO, t));
        }
        assertThat(out.samples(AUDIO)).extracting(SampleInfo::dts).containsExactly(0L, 1800L, 3600L, 3601L, 5400L);
        assertThat(normalizer.stats().dropped()).isEqualTo(2);
    }

    @Test
    void signalledBreakIsAnnouncedOnceWithItsCause() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        play(normalizer, 0, 1, t -> t);
        Timestamp zero = Timestamp.of(0, Timebase.MPEG);
        normalizer.accept(new Discontinuity(Discontinuity.Cause.RESTART, zero, zero));
        play(normalizer, 90_000, 1, t -> t - 90_000);
        assertContinuous(2);
        assertThat(out.breaks()).singleElement().satisfies(b -> {
            assertThat(b.cause()).isEqualTo(Discontinuity.Cause.RESTART);
            assertThat(b.at()).isEqualTo(Timestamp.of(90_000, Timebase.MPEG));
        });
    }

    @Test
    void cuesAndGapsMoveWithTheirProgram() {
        TimelineNormalizer normalizer = normalizer(SourceClock.MPEG_33);
        play(normalizer, 0, 2, t -> t);
        play(normalizer, 180_000, 2, t -> t + 90_000_000);
        normalizer.accept(new Cue("urn:x", "1", Timestamp.of(90_400_000, Timebase.MPEG), null, ByteBuffer.allocate(0)));
        normalizer.accept(new Gap(AUDIO, 90_400_000, 100));
        normalizer.accept(sample(DATA, 90_400_000));
        assertThat(out.others).contains(new Gap(AUDIO, 400_000, 100));
        assertThat(out.others)
                .filteredOn(Cue.class::isInstance)
                .extracting(c -> ((Cue) c).at().ticks())
                .containsExactly(400_000L);
        assertThat(out.samples(DATA).get(0).pts()).isEqualTo(400_000);
    }

    @Test
    void samplesWithoutTimesFollowTheirTrack() {
        TimelineNormalizer normalizer = normalizer(SourceClock.WIRE_64);
        normalizer.accept(sample(VIDEO, 1000));
        normalizer.accept(sample(VIDEO, Long.MIN_VALUE));
        normalizer.accept(sample(VIDEO, Long.MAX_VALUE));
        assertThat(out.samples(VIDEO)).extracting(SampleInfo::pts).containsExactly(1000L, 4600L, 8200L);
    }

    @Test
    void sampleOfAnUnknownTrackIsADefectOfTheSource() {
        TimelineNormalizer normalizer = TimelineNormalizer.of(SourceClock.WIRE_64, out);
        HeapSample stray = sample(VIDEO, 0);
        assertThatThrownBy(() -> normalizer.accept(stray)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(stray::data).isInstanceOf(IllegalStateException.class);
    }

    @Property(tries = 200)
    void anyTimesComeOutInOrder(@ForAll("wild") List<HeapSample> input, @ForAll SourceClock clock) {
        Recorder recorder = new Recorder();
        TimelineNormalizer normalizer = TimelineNormalizer.of(clock, recorder);
        tracks().forEach(t -> normalizer.accept(new TrackInfo(t)));
        input.forEach(s -> normalizer.accept(s.retain()));
        long pictures = input.stream().filter(s -> s.trackId() == VIDEO).count();
        assertThat(recorder.samples(VIDEO)).hasSize((int) pictures);
        for (int track : new int[] {VIDEO, AUDIO, DATA}) {
            List<SampleInfo> samples = recorder.samples(track);
            for (int i = 0; i < samples.size(); i++) {
                assertThat(samples.get(i).dts())
                        .isLessThanOrEqualTo(samples.get(i).pts());
                if (i > 0) {
                    assertThat(samples.get(i).dts())
                            .isGreaterThan(samples.get(i - 1).dts());
                }
            }
        }
    }

    @Provide
    Arbitrary<List<HeapSample>> wild() {
        Arbitrary<Long> times = Arbitraries.oneOf(
                Arbitraries.longs().between(-1_000_000, 1_000_000),
                Arbitraries.longs().between(0, LAP),
                Arbitraries.longs());
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        times,
                        times,
                        Arbitraries.oneOf(Arbitraries.of(FRAME, 0L), Arbitraries.longs()),
                        Arbitraries.oneOf(
                                Arbitraries.of(SampleInfo.NO_ARRIVAL),
                                Arbitraries.longs().greaterOrEqual(0)))
                .as(TimelineNormalizerTest::sample)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 100)
    void jumpsOfTheClockLoseNothing(
            @ForAll @LongRange(min = 0, max = LAP - 1) long start,
            @ForAll @IntRange(min = 1, max = 8) int jumps,
            @ForAll long seed) {
        Recorder recorder = new Recorder();
        TimelineNormalizer normalizer = TimelineNormalizer.of(SourceClock.MPEG_33, recorder);
        tracks().forEach(t -> normalizer.accept(new TrackInfo(t)));
        Random random = new Random(seed);
        long clock = 0;
        for (int i = 0; i <= jumps; i++) {
            long shift = start + clock;
            play(normalizer, i * 180_000L, 2, t -> (t + shift) & (LAP - 1));
            // At least 3 s either way: smaller steps are kept as content.
            clock += (random.nextBoolean() ? 1 : -1) * (270_000L + random.nextInt(90_000_000));
        }
        List<SampleInfo> video = recorder.samples(VIDEO);
        List<SampleInfo> audio = recorder.samples(AUDIO);
        assertThat(video).hasSize(50 * (jumps + 1));
        assertThat(IntStream.range(1, video.size())
                        .allMatch(i -> video.get(i).dts() - video.get(i - 1).dts() == FRAME))
                .isTrue();
        assertThat(audio.get(audio.size() - 1).dts() - video.get(0).dts())
                .isBetween((2L * (jumps + 1)) * 90_000 - 2 * SOUND, (2L * (jumps + 1)) * 90_000);
        assertThat(recorder.breaks()).hasSize(jumps);
    }
}
