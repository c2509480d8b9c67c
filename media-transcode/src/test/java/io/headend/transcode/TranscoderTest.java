package io.headend.transcode;

import static io.headend.transcode.Transcodes.GRID;
import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.MediaEvent;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class TranscoderTest {

    private static final long START = 42_500_000_010L;

    private static Outputs transcode(SyntheticSource.Builder builder, Ladder ladder, TimelineStart start) {
        Outputs outputs = new Outputs();
        try (SyntheticSource source = builder.build();
                Transcoder transcoder = Transcoder.builder(ladder, GRID)
                        .outputs(outputs::sink)
                        .start(start)
                        .build()) {
            source.run(transcoder);
        }
        return outputs;
    }

    private static SyntheticSource.Builder source(long first, long frames) {
        return SyntheticSource.builder().size(320, 180).startFrame(first).frames(frames);
    }

    @Test
    void everyRenditionHasEveryFrameAndItsKeyPicturesOnTheGrid() {
        try (Outputs outputs = transcode(source(0, 110), Transcodes.ladder(180, 90), TimelineStart.zero())) {
            for (String name : List.of("v180", "v90")) {
                assertThat(outputs.track(name).timebase()).isEqualTo(GRID.mediaTimebase());
                assertThat(outputs.times(name))
                        .isEqualTo(LongStream.range(0, 110)
                                .map(n -> n * 3600)
                                .boxed()
                                .toList());
                assertThat(outputs.idrFrames(name, GRID)).containsExactly(0L, 25L, 50L, 75L, 100L);
                assertThat(outputs.samples(name)).allSatisfy(sample -> {
                    assertThat(sample.duration()).isEqualTo(3600);
                    assertThat(sample.dts()).isLessThanOrEqualTo(sample.pts());
                });
                assertThat(outputs.sink(name).ended()).isTrue();
            }
            assertThat(Transcodes.paintedNumbers(outputs.track("v180"), outputs.samples("v180")))
                    .isEqualTo(LongStream.range(0, 110).boxed().toList());
            assertThat(outputs.sink("audio").ended()).isTrue();
        }
    }

    @Test
    void theOutputHasTheFormOfTheStream() {
        try (Outputs outputs = transcode(source(0, 30), Transcodes.ladder(90), TimelineStart.zero())) {
            Track video = outputs.track("v90");
            VideoFormat format = (VideoFormat) video.format();
            assertThat(format.codec().codec()).isEqualTo(Codec.AVC);
            AvcDecoderConfigurationRecord record =
                    AvcDecoderConfigurationRecord.parse(format.codec().record());
            assertThat(record.lengthSize()).isEqualTo(4);
            assertThat(record.sps().size()).isEqualTo(format.size());
            for (Sample sample : outputs.samples("v90")) {
                ByteBuffer data = sample.data();
                while (data.hasRemaining()) {
                    int length = data.getInt();
                    assertThat(length).isBetween(1, data.remaining());
                    data.position(data.position() + length);
                }
            }
            AudioFormat sound = (AudioFormat) outputs.track("audio").format();
            assertThat(sound.codec().codec()).isEqualTo(Codec.AAC);
            assertThat(sound.codec().record().remaining()).isGreaterThanOrEqualTo(2);
            assertThat(sound.priming()).isZero();
            assertThat(outputs.track("audio").timebase()).isEqualTo(Timebase.hz(48_000));
        }
    }

    @Test
    void soundLiesOnMultiplesOf1024FromTheEpoch() {
        try (Outputs outputs = transcode(
                source(START, 60),
                Transcodes.ladder(90),
                TimelineStart.fixed(Timestamp.of(0, Timebase.MPEG), Timestamp.of(0, Timebase.MPEG)))) {
            List<Long> times = outputs.times("audio");
            long first = GRID.startOfFrame(START).ticksIn(Timebase.hz(48_000), RoundingMode.CEILING);
            assertThat(times.get(0)).isBetween(first, first + 1023);
            for (int i = 0; i < times.size(); i++) {
                assertThat(times.get(i)).isEqualTo(times.get(0) + 1024L * i);
                assertThat(times.get(i) % 1024).isZero();
            }
            long end = GRID.startOfFrame(START + 60).ticksIn(Timebase.hz(48_000), RoundingMode.FLOOR);
            assertThat(times.get(times.size() - 1) + 1024).isBetween(end - 1024, end + 1024);
        }
    }

    @Test
    void twoTranscodersThatJoinedAtDifferentTimesCanBeSpliced() {
        TimelineStart start = TimelineStart.fixed(Timestamp.of(0, Timebase.MPEG), Timestamp.of(0, Timebase.MPEG));
        try (Outputs a = transcode(source(START, 150), Transcodes.ladder(90), start);
                Outputs b = transcode(source(START + 37, 113), Transcodes.ladder(90), start)) {
            long segment = GRID.segmentOfFrame(START + 100);
            long cut = GRID.segmentStart(segment).ticksIn(GRID.mediaTimebase(), RoundingMode.UNNECESSARY);
            assertThat(a.track("v90").format()).isEqualTo(b.track("v90").format());

            List<Sample> spliced = new ArrayList<>();
            a.samples("v90").stream().filter(sample -> sample.pts() < cut).forEach(spliced::add);
            b.samples("v90").stream().filter(sample -> sample.pts() >= cut).forEach(spliced::add);
            List<Long> times = spliced.stream().map(Sample::pts).sorted().toList();
            assertThat(times)
                    .isEqualTo(LongStream.range(START, START + 150)
                            .map(n -> n * 3600)
                            .boxed()
                            .toList());
            assertThat(Transcodes.paintedNumbers(a.track("v90"), spliced))
                    .isEqualTo(LongStream.range(START, START + 150).boxed().toList());

            long audioCut = GRID.firstAudioFrame(segment, 48_000, 1024) * 1024;
            List<Sample> sound = new ArrayList<>();
            a.samples("audio").stream()
                    .filter(sample -> sample.pts() < audioCut)
                    .forEach(sound::add);
            b.samples("audio").stream()
                    .filter(sample -> sample.pts() >= audioCut)
                    .forEach(sound::add);
            for (int i = 1; i < sound.size(); i++) {
                assertThat(sound.get(i).pts() - sound.get(i - 1).pts()).isEqualTo(1024);
            }
            assertThat(Transcodes.sound(a.track("audio"), sound)).hasSize(sound.size() * 1024);
        }
    }

    @Test
    void figuresTellWhatHappened() {
        Outputs outputs = new Outputs();
        List<GopReport> gops = new CopyOnWriteArrayList<>();
        List<MediaEvent> events = new CopyOnWriteArrayList<>();
        try (outputs;
                SyntheticSource source = source(0, 50).build();
                Transcoder transcoder = Transcoder.builder(Transcodes.ladder(180, 90), GRID)
                        .outputs(outputs::sink)
                        .events(events::add)
                        .gopReports(gops::add)
                        .build()) {
            assertThat(transcoder.stats().renditions()).isEmpty();
            source.run(transcoder);
            TranscoderStats stats = transcoder.stats();
            assertThat(stats.decoded()).isEqualTo(50);
            assertThat(stats.repeated()).isZero();
            assertThat(stats.dropped()).isZero();
            assertThat(stats.decodeErrors()).isZero();
            assertThat(stats.renditions()).extracting(RenditionStats::name).containsExactly("v180", "v90", "audio");
            assertThat(stats.renditions()).allSatisfy(rendition -> {
                assertThat(rendition.bytes())
                        .isEqualTo(outputs.samples(rendition.name()).stream()
                                .mapToLong(Sample::size)
                                .sum());
                assertThat(rendition.speed()).isPositive();
                assertThat(rendition.queued()).isZero();
            });
            assertThat(stats.renditions().get(0).frames()).isEqualTo(50);
            assertThat(gops)
                    .filteredOn(gop -> gop.rendition().equals("v180"))
                    .extracting(GopReport::firstFrame, GopReport::frames)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple(0L, 25),
                            org.assertj.core.api.Assertions.tuple(25L, 25));
        }
        assertThat(events).extracting(MediaEvent::origin).containsOnlyOnce("v180", "v90", "audio");
    }

    @Test
    void ntscRatesAreExactToo() {
        EpochGrid grid = new EpochGrid(Rational.of(30_000, 1001), 30, 1);
        Outputs outputs = new Outputs();
        try (outputs;
                SyntheticSource source = SyntheticSource.builder()
                        .size(320, 180)
                        .frameRate(grid.frameRate())
                        .startFrame(50_949_050_949L)
                        .frames(40)
                        .build();
                Transcoder transcoder = Transcoder.builder(Transcodes.ladder(90), grid)
                        .outputs(outputs::sink)
                        .start((pts, arrival) -> pts)
                        .build()) {
            source.run(transcoder);
            assertThat(outputs.times("v90"))
                    .isEqualTo(LongStream.range(50_949_050_949L, 50_949_050_989L)
                            .map(n -> n * 3003)
                            .boxed()
                            .toList());
            assertThat(outputs.idrFrames("v90", grid)).contains(50_949_050_970L);
        }
    }
}
