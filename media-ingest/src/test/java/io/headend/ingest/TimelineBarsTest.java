package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every clock wraps, jumps and restarts while pictures in decoding order and sound go on. */
class TimelineBarsTest {

    private static final int VIDEO = 0;
    private static final int AUDIO = 1;
    private static final long MILLISECOND = 1_000_000L;

    private Recorder out = new Recorder();

    private static Timebase timebase(SourceClock clock) {
        return clock == SourceClock.MILLIS_32 ? Timebase.MILLIS : Timebase.MPEG;
    }

    private TimelineNormalizer normalizer(SourceClock clock) {
        TimelineNormalizer normalizer = TimelineNormalizer.of(clock, out);
        VideoFormat pictures = VideoFormat.of(CodecConfig.of(Codec.AVC, "h264"), 640, 360);
        AudioFormat sounds = AudioFormat.of(CodecConfig.of(Codec.AAC, "aac"), 48_000, 2);
        normalizer.accept(new TrackInfo(new Track(VIDEO, "video-0", pictures, timebase(clock), null)));
        normalizer.accept(new TrackInfo(new Track(AUDIO, "audio-1", sounds, timebase(clock), null)));
        return normalizer;
    }

    /** 30 pictures a second with two B pictures between P pictures, and AAC; times by {@code wire} from nanoseconds. */
    private static int play(
            TimelineNormalizer to, int firstPicture, int pictures, Timebase timebase, LongUnaryOperator wire) {
        int given = 0;
        long sound = (firstPicture * 1_000_000_000L / 30 * 48_000 / 1_000_000_000L + 1023) / 1024;
        for (int i = firstPicture; i < firstPicture + pictures; i++) {
            int ahead = i % 3 == 0 ? 4 : 1;
            to.accept(sample(VIDEO, wire.applyAsLong(nanos(i + ahead)), wire.applyAsLong(nanos(i)), timebase));
            for (; sound * 1024 * 1_000_000_000L / 48_000 < nanos(i + 1); sound++) {
                long time = wire.applyAsLong(sound * 1024 * 1_000_000_000L / 48_000);
                to.accept(sample(AUDIO, time, time, timebase));
                given++;
            }
        }
        return given;
    }

    private static long nanos(long picture) {
        return picture * 1_000_000_000L / 30;
    }

    private static HeapSample sample(int track, long pts, long dts, Timebase timebase) {
        long ticks = Timebase.NANOS.convert(track == VIDEO ? 33_333_333 : 21_333_333, timebase);
        return HeapSample.of(
                new SampleInfo(track, pts, dts, ticks, true, SampleInfo.NO_ARRIVAL), ByteBuffer.allocate(1));
    }

    private static LongUnaryOperator wire(SourceClock clock, long startTicks) {
        long mask = (1L << clock.bits()) - 1;
        return nanos -> startTicks + Timebase.NANOS.convert(nanos, timebase(clock)) & mask;
    }

    private void assertOrder(int track, int count) {
        List<SampleInfo> samples = out.samples(track);
        assertThat(samples).hasSize(count);
        for (int i = 1; i < count; i++) {
            assertThat(samples.get(i).dts()).isGreaterThan(samples.get(i - 1).dts());
        }
    }

    /** How far sound is from picture, beyond where it was at first, in nanoseconds. */
    private long worstOffset(Timebase timebase) {
        List<SampleInfo> video = out.samples(VIDEO);
        List<SampleInfo> audio = out.samples(AUDIO);
        long worst = 0;
        for (int i = 0; i < video.size(); i++) {
            long picture = Ticks.nanos(video.get(i).dts() - video.get(0).dts(), timebase);
            worst = Math.max(worst, Math.abs(picture - nanos(i)));
        }
        for (int i = 0; i < audio.size(); i++) {
            long sound = Ticks.nanos(audio.get(i).dts() - audio.get(0).dts(), timebase);
            worst = Math.max(worst, Math.abs(sound - i * 1024L * 1_000_000_000L / 48_000));
        }
        return worst;
    }

    @ParameterizedTest
    @EnumSource(
            value = SourceClock.class,
            names = {"MPEG_33", "RTP_32", "MILLIS_32"})
    void everyClockWrapsThirtySecondsIn(SourceClock clock) {
        Timebase timebase = timebase(clock);
        long lap = 1L << clock.bits();
        TimelineNormalizer normalizer = normalizer(clock);
        int sounds = play(
                normalizer,
                0,
                1800,
                timebase,
                wire(clock, lap - Timebase.NANOS.convert(30_000 * MILLISECOND, timebase)));
        assertOrder(VIDEO, 1800);
        assertOrder(AUDIO, sounds);
        assertThat(worstOffset(timebase)).isLessThanOrEqualTo(MILLISECOND);
        assertThat(out.breaks()).isEmpty();
        assertThat(normalizer.stats()).isEqualTo(new TimelineNormalizer.Stats(1, 0, 0, 0, 0));
    }

    @Property(tries = 100)
    void restartsAThousandSecondsAwayLoseNothingAndKeepSoundWithPicture(@ForAll long seed) {
        out = new Recorder();
        Random random = new Random(seed);
        SourceClock clock = new SourceClock[] {SourceClock.MPEG_33, SourceClock.RTP_32}[random.nextInt(2)];
        TimelineNormalizer normalizer = normalizer(clock);
        long base = Math.floorMod(random.nextLong(), 1L << clock.bits());
        int sounds = 0;
        int jumps = 0;
        for (int part = 0; part < 6; part++) {
            sounds += play(normalizer, part * 90, 90, Timebase.MPEG, wire(clock, base));
            base += (random.nextBoolean() ? 1 : -1) * 90_000_000L;
            jumps++;
        }
        assertOrder(VIDEO, 540);
        assertOrder(AUDIO, sounds);
        assertThat(worstOffset(Timebase.MPEG)).isLessThan(22 * MILLISECOND * jumps);
        assertThat(normalizer.stats().jumps()).isEqualTo(jumps - 1);
        List<SampleInfo> video = out.samples(VIDEO);
        List<SampleInfo> audio = out.samples(AUDIO);
        // One offset for the program: what the source stamped alike comes out alike, to the tick.
        long offset = video.get(539).dts() - Timebase.NANOS.convert(nanos(539), Timebase.MPEG);
        long lastSound = audio.get(sounds - 1).dts();
        long index = Math.round((lastSound - offset) / 1920.0);
        assertThat(Math.abs(lastSound - offset - index * 1920)).isLessThan(90);
    }

    @Test
    void aSlowSourceHasItsPaceAndTwoLapsOfItsClock() {
        Path file = SharedMedia.find("tools/longwrap.ts").orElse(null);
        assumeTrue(file != null, "skipped: ../shared is missing");
        Ingest ingest = Ingest.builder(new FileInput(file, Playback.ONCE)).build();
        ingest.run(out);
        List<SampleInfo> pictures = out.samples(VIDEO);
        assertThat(pictures).hasSize(1050);
        for (int i = 1; i < pictures.size(); i++) {
            assertThat(pictures.get(i).dts()).isGreaterThan(pictures.get(i - 1).dts());
        }
        // A picture every 200 s: the first step might be a jump, the others are the pace.
        assertThat(out.breaks()).hasSizeLessThanOrEqualTo(1);
        long length = pictures.get(1049).dts() - pictures.get(1).dts();
        assertThat(length).isBetween(1047L * 18_000_000, 1049L * 18_000_000);
        assertThat(ingest.stats().timeline().wraps()).isEqualTo(2);
    }
}
