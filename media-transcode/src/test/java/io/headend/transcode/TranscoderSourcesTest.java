package io.headend.transcode;

import static io.headend.transcode.Transcodes.GRID;
import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.Gap;
import io.headend.core.MediaEvent;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sources that are not as they should be. */
@ExtendWith(LeakExtension.class)
class TranscoderSourcesTest {

    private static final int VIDEO = SyntheticSource.VIDEO_TRACK;
    private static final int AUDIO = SyntheticSource.AUDIO_TRACK;
    private static final long FRAME = 3600;

    private final Outputs outputs = new Outputs();
    private final List<MediaEvent> events = new CopyOnWriteArrayList<>();
    private TranscoderStats stats;

    @AfterEach
    void closeOutputs() {
        outputs.close();
    }

    /** Runs a source through {@code change}, which may hand anything to the transcoder. */
    private void transcode(SyntheticSource.Builder builder, BiConsumer<StreamItem, StreamSink> change) {
        transcode(Transcoder.builder(Transcodes.ladder(180), GRID), builder, change);
    }

    private void transcode(
            TranscoderBuilder settings, SyntheticSource.Builder builder, BiConsumer<StreamItem, StreamSink> change) {
        try (SyntheticSource source = builder.build();
                Transcoder transcoder =
                        settings.outputs(outputs::sink).events(events::add).build()) {
            source.run(item -> change.accept(item, transcoder));
            stats = transcoder.stats();
        }
    }

    private static SyntheticSource.Builder source(long frames) {
        return SyntheticSource.builder().size(320, 180).frames(frames);
    }

    private static long number(StreamItem item) {
        return item instanceof Sample sample && sample.trackId() == VIDEO ? sample.pts() / FRAME : -1;
    }

    private List<Long> painted() {
        return Transcodes.paintedNumbers(outputs.track("v180"), outputs.samples("v180"));
    }

    private void assertSteady(long frames) {
        assertThat(outputs.times("v180"))
                .isEqualTo(
                        LongStream.range(0, frames).map(n -> n * FRAME).boxed().toList());
        assertThat(outputs.idrFrames("v180", GRID)).allMatch(GRID::isIdr).hasSize((int) (frames + 24) / 25);
    }

    private void assertSoundSteady() {
        List<Long> times = outputs.times("audio");
        assertThat(times).isNotEmpty();
        for (int i = 0; i < times.size(); i++) {
            assertThat(times.get(i)).isEqualTo(times.get(0) + 1024L * i);
        }
    }

    @Test
    void missingPicturesAreReplacedWithTheOneBefore() {
        transcode(source(60), (item, sink) -> {
            long n = number(item);
            if (n >= 20 && n < 30 || n == 49 || n == 50) {
                item.close();
            } else {
                sink.accept(item);
            }
        });
        assertSteady(60);
        List<Long> painted = painted();
        assertThat(painted.subList(19, 31)).containsExactly(19L, 19L, 19L, 19L, 19L, 19L, 19L, 19L, 19L, 19L, 19L, 30L);
        assertThat(painted.subList(48, 52)).containsExactly(48L, 48L, 48L, 51L);
        assertThat(stats.repeated()).isEqualTo(12);
    }

    @Test
    void surplusAndLatePicturesAreLeftOut() {
        transcode(source(40), (item, sink) -> {
            if (number(item) == 10 && item instanceof Sample sample) {
                SampleInfo info = sample.info();
                sink.accept(sample.with(info));
                sink.accept(sample.with(info.withTimes(info.pts() + 100, info.dts() + 100, 0)));
                sink.accept(sample.with(info.withTimes(info.pts() - 5 * FRAME, info.dts() - 5 * FRAME, 0)));
            }
            sink.accept(item);
        });
        assertSteady(40);
        assertThat(painted()).isEqualTo(LongStream.range(0, 40).boxed().toList());
        assertThat(stats.dropped()).isEqualTo(3);
    }

    @Test
    void aClockThatJumpsLeavesNoStepAndKeepsPictureAndSoundTogether() {
        for (long seconds : new long[] {100_000, -50}) {
            outputs.close();
            transcodeJump(seconds);
        }
    }

    private void transcodeJump(long seconds) {
        Outputs mine = new Outputs();
        events.clear();
        try (mine;
                SyntheticSource source = source(60).build();
                Transcoder transcoder = Transcoder.builder(Transcodes.ladder(180), GRID)
                        .outputs(mine::sink)
                        .events(events::add)
                        .build()) {
            source.run(item -> {
                if (item instanceof Sample sample) {
                    Timebase ticks = sample.trackId() == VIDEO ? Timebase.MPEG : Timebase.hz(48_000);
                    long from = ticks.equals(Timebase.MPEG) ? 30 * FRAME : 30 * 1920;
                    SampleInfo info = sample.info();
                    long step = info.pts() >= from ? seconds * ticks.den() : 0;
                    transcoder.accept(
                            sample.with(info.withTimes(info.pts() + step, info.dts() + step, info.duration())));
                    sample.close();
                } else {
                    transcoder.accept(item);
                }
            });
            assertThat(mine.times("v180"))
                    .isEqualTo(
                            LongStream.range(0, 60).map(n -> n * FRAME).boxed().toList());
            List<Long> sound = mine.times("audio");
            assertThat(sound.get(sound.size() - 1)).isBetween(60 * 1920L - 2048, 60 * 1920L);
            assertThat(sound)
                    .isEqualTo(LongStream.range(0, sound.size())
                            .map(j -> j * 1024)
                            .boxed()
                            .toList());
            assertThat(transcoder.stats().clockJumps()).isEqualTo(1);
        }
        assertThat(events)
                .filteredOn(event -> event.message().contains("clock"))
                .hasSize(1);
    }

    @Test
    void aGapIsFilled() {
        transcode(source(30), (item, sink) -> {
            if (item instanceof EndOfStream) {
                sink.accept(new Gap(VIDEO, 30 * FRAME, 20 * FRAME));
                sink.accept(new Gap(AUDIO, 30 * 1920, 20 * 1920));
            }
            sink.accept(item);
        });
        assertSteady(50);
        assertThat(painted().subList(29, 50)).containsOnly(29L);
        assertSoundSteady();
        assertThat(outputs.times("audio").get(0)).isZero();
        assertThat(outputs.times("audio")).hasSize((50 * 1920 + 1023) / 1024);
        assertThat(outputs.sink("v180").items(Gap.class)).isEmpty();
    }

    @Test
    void aGapWithoutMeasureIsFilledForAMinuteAtMost() {
        transcode(
                Transcoder.builder(Transcodes.ladder(180), GRID),
                SyntheticSource.builder().size(128, 72).frames(15),
                (item, sink) -> {
                    if (item instanceof EndOfStream) {
                        sink.accept(new Gap(VIDEO, 15 * FRAME, Long.MAX_VALUE / 100_000));
                        sink.accept(new Gap(AUDIO, 15 * 1920, Long.MAX_VALUE / 100_000));
                    }
                    sink.accept(item);
                });
        assertSteady(15 + 60 * 25);
        assertSoundSteady();
        assertThat(outputs.times("audio")).hasSizeBetween(60 * 48_000 / 1024, 62 * 48_000 / 1024);
    }

    @Test
    void aDiscontinuityEmptiesTheDecoderAndIsNotPassedOn() {
        transcode(source(30), (item, sink) -> {
            if (number(item) == 15) {
                sink.accept(new Discontinuity(
                        Discontinuity.Cause.RESTART,
                        Timestamp.of(15 * FRAME, Timebase.MPEG),
                        Timestamp.of(0, Timebase.MPEG)));
            }
            sink.accept(item);
        });
        assertSteady(30);
        assertThat(painted()).isEqualTo(LongStream.range(0, 30).boxed().toList());
        assertThat(outputs.sink("v180").items(Discontinuity.class)).isEmpty();
    }

    @Test
    void aCueComesWithItsEpochTime() {
        Timestamp epoch = Timestamp.of(1_700_000_000L, Timebase.hz(1));
        Cue early = new Cue("urn:x", "1", Timestamp.of(FRAME, Timebase.MPEG), null, ByteBuffer.allocate(0));
        Cue late = new Cue("urn:x", "2", Timestamp.of(20 * FRAME, Timebase.MPEG), null, ByteBuffer.allocate(3));
        transcode(
                Transcoder.builder(Transcodes.ladder(180), GRID)
                        .start(TimelineStart.fixed(Timestamp.of(0, Timebase.MPEG), epoch)),
                source(30),
                (item, sink) -> {
                    if (number(item) == 0) {
                        sink.accept(early);
                    } else if (number(item) == 10) {
                        sink.accept(late);
                    }
                    sink.accept(item);
                });
        for (String name : List.of("v180", "audio")) {
            List<Cue> cues = outputs.sink(name).items(Cue.class);
            assertThat(cues).extracting(Cue::id).containsExactly("1", "2");
            assertThat(cues.get(1).at()).isEqualByComparingTo(Timestamp.of(1_700_000_000_800L, Timebase.MILLIS));
            assertThat(cues.get(1).message().remaining()).isEqualTo(3);
        }
    }

    @Test
    void aPictureSizeThatChangesGoesOnInTheSameRendition() {
        // 180 lines, then 90 lines of the same aspect, then a square.
        List<int[]> sizes = List.of(new int[] {320, 180}, new int[] {480, 270}, new int[] {180, 180});
        try (Transcoder transcoder = Transcoder.builder(Transcodes.ladder(180), GRID)
                .outputs(outputs::sink)
                .events(events::add)
                .build()) {
            for (int i = 0; i < sizes.size(); i++) {
                boolean last = i == sizes.size() - 1;
                try (SyntheticSource source = SyntheticSource.builder()
                        .size(sizes.get(i)[0], sizes.get(i)[1])
                        .startFrame(20L * i)
                        .frames(20)
                        .build()) {
                    source.run(item -> {
                        if (!(item instanceof EndOfStream) || last) {
                            transcoder.accept(item);
                        }
                    });
                }
            }
        }
        assertSteady(60);
        assertSoundSteady();
        assertThat(outputs.sink("v180").tracks()).hasSize(1);
        assertThat(painted().subList(0, 40))
                .isEqualTo(LongStream.range(0, 40).boxed().toList());
        assertThat(events)
                .filteredOn(event -> event.message().contains("goes on as"))
                .hasSize(2);
    }

    @Test
    void aSourceWithoutSoundEndsItsSoundRenditionWithoutATrack() {
        transcode(source(30).silent(), (item, sink) -> sink.accept(item));
        assertSteady(30);
        assertThat(outputs.sink("audio").tracks()).isEmpty();
        assertThat(outputs.sink("audio").ended()).isTrue();
    }

    @Test
    void soundThatIsMissingIsReplacedWithSilenceOnDemand() {
        transcode(
                Transcoder.builder(Transcodes.ladder(180), GRID).silenceAfter(Duration.ofMillis(200)),
                source(50).silent(),
                (item, sink) -> sink.accept(item));
        assertSoundSteady();
        assertThat(outputs.times("audio")).hasSize((50 * 1920 + 1023) / 1024);
        assertThat(Transcodes.sound(outputs.track("audio"), outputs.samples("audio")))
                .allMatch(value -> Math.abs(value) < 1e-4f);
    }

    @Test
    void soundThatStopsAndComesBackIsSilentInBetween() {
        transcode(
                Transcoder.builder(Transcodes.ladder(180), GRID).silenceAfter(Duration.ofMillis(200)),
                source(100),
                (item, sink) -> {
                    boolean lost = item instanceof Sample sample
                            && sample.trackId() == AUDIO
                            && sample.pts() >= 48_000
                            && sample.pts() < 2 * 48_000;
                    if (lost) {
                        item.close();
                    } else {
                        sink.accept(item);
                    }
                });
        assertSoundSteady();
        List<Float> sound = Transcodes.sound(outputs.track("audio"), outputs.samples("audio"));
        assertThat(sound.subList(48_000 + 4096, 2 * 48_000 - 4096)).allMatch(value -> Math.abs(value) < 1e-3f);
        assertThat(sound.subList(3 * 48_000, 3 * 48_000 + 4800)).anyMatch(value -> Math.abs(value) > 0.05f);
    }

    @Test
    void aSourceWithoutPicturesGivesItsSoundFromTheStart() {
        transcode(source(50), (item, sink) -> {
            if (item instanceof TrackInfo info && info.track().id() == VIDEO || number(item) >= 0) {
                item.close();
            } else {
                sink.accept(item);
            }
        });
        assertThat(outputs.sink("v180").tracks()).isEmpty();
        assertThat(outputs.sink("v180").ended()).isTrue();
        assertSoundSteady();
        assertThat(outputs.times("audio").get(0)).isZero();
        assertThat(outputs.times("audio")).hasSize((50 * 1920 + 1023) / 1024);
    }

    @Test
    void soundBeforeTheFirstPictureIsLeftOut() {
        transcode(source(40), (item, sink) -> {
            if (number(item) >= 0 && number(item) < 15) {
                item.close();
            } else {
                sink.accept(item);
            }
        });
        // Picture 15 is frame 0, and its sound begins with it.
        assertThat(painted()).isEqualTo(LongStream.range(15, 40).boxed().toList());
        assertThat(outputs.times("v180").get(0)).isZero();
        assertSoundSteady();
        assertThat(outputs.times("audio").get(0)).isZero();
        assertThat(outputs.times("audio")).hasSize((25 * 1920 + 1023) / 1024);
    }

    @Test
    void noisyTimesOfMillisecondsStillGiveEveryFrame() {
        transcode(source(75), (item, sink) -> {
            if (item instanceof Sample sample && sample.trackId() == VIDEO) {
                SampleInfo info = sample.info();
                long noise = (info.pts() / FRAME * 7919 % 19 - 9) * 90;
                sink.accept(sample.with(info.withTimes(info.pts() + noise, info.dts() + noise, 0)));
                sample.close();
            } else {
                sink.accept(item);
            }
        });
        List<Long> painted = painted();
        assertThat(painted)
                .isEqualTo(LongStream.range(0, painted.size()).boxed().toList());
    }

    @Test
    void whatNobodyDecodesIsIgnored() {
        List<StreamItem> closed = new ArrayList<>();
        transcode(source(20), (item, sink) -> {
            if (number(item) == 5 && item instanceof Sample sample) {
                sink.accept(sample.with(sample.info().withTrackId(77)));
                closed.add(item);
            }
            sink.accept(item);
        });
        assertSteady(20);
        assertThat(closed).hasSize(1);
        assertThat(((VideoFormat) outputs.track("v180").format()).height()).isEqualTo(180);
    }
}
