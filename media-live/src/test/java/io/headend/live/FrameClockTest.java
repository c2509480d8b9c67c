package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EpochGrid;
import io.headend.core.HeapSample;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FrameClockTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final Track TRACK = new Track(
            0, "video", VideoFormat.of(CodecConfig.of(Codec.RAW_VIDEO, "rawvideo"), 16, 16), Timebase.MILLIS, null);

    // The clock stands still at the beginning of a segment, so the segment before it is due and nothing after it.
    private final FrameClock clock =
            new FrameClock(Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), () -> 0);

    private CompletableFuture<Boolean> await(long millis) {
        HeapSample sample = HeapSample.of(
                new SampleInfo(0, millis, millis, 40, true, SampleInfo.NO_ARRIVAL), ByteBuffer.allocate(1));
        return CompletableFuture.supplyAsync(() -> clock.await(sample, TRACK));
    }

    @Test
    void aRecordingBeginsWithTheSegmentBeforeThePresentOne() {
        clock.anchor(GRID, Timestamp.of(7_000, Timebase.MILLIS), SampleInfo.NO_ARRIVAL);
        assertThat(clock.shift()).isEqualTo(clock.now() - TimeUnit.SECONDS.toNanos(2 + 7));
    }

    @Test
    void aRecordingThatTellsThePresentIsLaidWhereItSays() {
        for (long second = -10; second <= 10; second++) {
            Timestamp first = Timestamp.of(clock.now() + TimeUnit.SECONDS.toNanos(second), Timebase.NANOS);
            clock.anchor(GRID, first, SampleInfo.NO_ARRIVAL);
            assertThat(clock.shift()).isZero();
        }
        Timestamp old = Timestamp.of(clock.now() - TimeUnit.SECONDS.toNanos(11), Timebase.NANOS);
        clock.anchor(GRID, old, SampleInfo.NO_ARRIVAL);
        assertThat(clock.shift()).isEqualTo(TimeUnit.SECONDS.toNanos(11 - 2));
    }

    @Test
    void sampleBehindAHoleThatNobodyFillsIsNotWaitedFor() throws Exception {
        clock.anchor(GRID, Timestamp.of(0, Timebase.MILLIS), SampleInfo.NO_ARRIVAL);
        assertThat(await(0).get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(await(1_000).get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(await(7_200_000).get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(await(7_200_900).get(5, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> ahead = await(7_203_000);
        assertThatThrownBy(() -> ahead.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        clock.close();
        assertThat(ahead.get(5, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void aLapOfALoopGoesOnWithoutAStep() throws Exception {
        clock.anchor(GRID, Timestamp.of(0, Timebase.MILLIS), SampleInfo.NO_ARRIVAL);
        long start = clock.now() - 2_000_000_000L;
        assertThat(await(1_000).get(5, TimeUnit.SECONDS)).isTrue();
        // Laid 120 ms later than its decoding time says: that is the order of pictures, not a step.
        clock.restart(start + 1_160_000_000L);
        assertThat(await(1_040).get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(await(1_960).get(5, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> ahead = await(2_040);
        assertThatThrownBy(() -> ahead.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        clock.close();
    }

    @Test
    void aRecordingThatBeginsAnewIsDueWhereItIsLaid() throws Exception {
        clock.anchor(GRID, Timestamp.of(0, Timebase.MILLIS), SampleInfo.NO_ARRIVAL);
        assertThat(await(1_000).get(5, TimeUnit.SECONDS)).isTrue();
        clock.restart(clock.now() + 10_000_000_000L);
        CompletableFuture<Boolean> ahead = await(1_040);
        assertThatThrownBy(() -> ahead.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        clock.close();
    }
}
