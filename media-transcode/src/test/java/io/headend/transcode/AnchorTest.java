package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class AnchorTest {

    private static final EpochGrid PAL = new EpochGrid(Rational.of(25, 1), 50, 1);

    private static Timestamp ms(long millis) {
        return Timestamp.of(millis, Timebase.MILLIS);
    }

    private static long millis(Timestamp time) {
        return time.toNanos() / 1_000_000;
    }

    private static Anchor anchor(TimelineStart start, long first) {
        Anchor anchor = new Anchor(PAL, start);
        assertThat(anchor.isSet()).isFalse();
        anchor.set(ms(first), SampleInfo.NO_ARRIVAL);
        assertThat(anchor.isSet()).isTrue();
        return anchor;
    }

    @Test
    void theFirstPictureOfAFileIsFrameZero() {
        Anchor anchor = anchor(TimelineStart.zero(), 1480);
        Anchor.Position picture = anchor.track();
        assertThat(millis(anchor.map(ms(1480), picture, SampleInfo.NO_ARRIVAL))).isZero();
        assertThat(millis(anchor.map(ms(1520), picture, SampleInfo.NO_ARRIVAL))).isEqualTo(40);
        assertThat(millis(anchor.map(ms(1470), anchor.track(), SampleInfo.NO_ARRIVAL)))
                .isEqualTo(-10);
    }

    @Test
    void theFirstPictureIsMovedToTheStartOfItsFrame() {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 27_000_000), ZoneOffset.UTC);
        Anchor anchor = anchor(TimelineStart.arrival(clock), 500);
        assertThat(anchor.start().toInstant()).isEqualTo(Instant.ofEpochSecond(1_700_000_000, 40_000_000));
        Anchor arrived = new Anchor(PAL, TimelineStart.arrival(clock));
        arrived.set(ms(0), 1_600_000_000_000_000_000L);
        assertThat(arrived.start().toInstant()).isEqualTo(Instant.ofEpochSecond(1_600_000_000));
    }

    @Test
    void aFixedPairGivesTheSamePlaceToWhoeverJoins() {
        TimelineStart start = TimelineStart.fixed(ms(10_000), ms(1_700_000_000_000L));
        Anchor early = anchor(start, 10_040);
        Anchor late = anchor(start, 3_600_000);
        assertThat(early.map(ms(3_600_400), advanced(early, 3_600_360), SampleInfo.NO_ARRIVAL))
                .isEqualTo(late.map(ms(3_600_400), late.track(), SampleInfo.NO_ARRIVAL));
    }

    private static Anchor.Position advanced(Anchor anchor, long source) {
        Anchor.Position position = anchor.track();
        position.moveTo(anchor.map(ms(source)));
        return position;
    }

    @Test
    void aJumpGoesOnWhereTheTrackIsAndTheOtherTrackFollows() {
        Anchor anchor = anchor(TimelineStart.zero(), 0);
        Anchor.Position picture = anchor.track();
        Anchor.Position sound = anchor.track();
        picture.moveTo(anchor.map(ms(4000), picture, SampleInfo.NO_ARRIVAL));
        sound.moveTo(anchor.map(ms(3990), sound, SampleInfo.NO_ARRIVAL));
        assertThat(millis(anchor.map(ms(1_004_000), picture, SampleInfo.NO_ARRIVAL)))
                .isEqualTo(4000);
        picture.moveTo(ms(4040));
        assertThat(anchor.jumps()).isEqualTo(1);
        // Sound from before the jump, then from after it.
        assertThat(millis(anchor.map(ms(4011), sound, SampleInfo.NO_ARRIVAL))).isEqualTo(4011);
        sound.moveTo(ms(4032));
        assertThat(millis(anchor.map(ms(1_004_032), sound, SampleInfo.NO_ARRIVAL)))
                .isEqualTo(4032);
        assertThat(millis(anchor.map(ms(1_004_040), picture, SampleInfo.NO_ARRIVAL)))
                .isEqualTo(4040);
        assertThat(anchor.jumps()).isEqualTo(1);
    }

    @Test
    void holesAndOverlapsWithinTheBoundsAreKept() {
        Anchor anchor = anchor(TimelineStart.zero(), 0);
        Anchor.Position picture = anchor.track();
        picture.moveTo(ms(10_000));
        assertThat(millis(anchor.map(ms(70_000), picture, SampleInfo.NO_ARRIVAL)))
                .isEqualTo(70_000);
        assertThat(millis(anchor.map(ms(9_000), picture, SampleInfo.NO_ARRIVAL)))
                .isEqualTo(9_000);
        assertThat(anchor.jumps()).isZero();
        assertThat(millis(anchor.map(ms(8_999), picture, SampleInfo.NO_ARRIVAL)))
                .isEqualTo(10_000);
        assertThat(anchor.jumps()).isEqualTo(1);
    }

    @Test
    void aTrackThatJoinsLateIsJudgedByTheProgram() {
        Anchor anchor = anchor(TimelineStart.zero(), 0);
        anchor.track().moveTo(ms(600_000));
        assertThat(millis(anchor.map(ms(600_100), anchor.track(), SampleInfo.NO_ARRIVAL)))
                .isEqualTo(600_100);
        assertThat(anchor.jumps()).isZero();
    }

    @Test
    void theEndOfAGapIsBoundedAndNoJump() {
        Anchor anchor = anchor(TimelineStart.zero(), 0);
        Anchor.Position picture = anchor.track();
        picture.moveTo(ms(1000));
        assertThat(millis(anchor.mapEnd(ms(3000), picture))).isEqualTo(3000);
        assertThat(millis(anchor.mapEnd(ms(3_000_000), picture))).isEqualTo(61_000);
        assertThat(anchor.jumps()).isZero();
        assertThat(millis(anchor.map(ms(1040), picture, SampleInfo.NO_ARRIVAL))).isEqualTo(1040);
    }

    @Test
    void timesThatNoClockShowsAreRefused() {
        Anchor anchor = anchor(TimelineStart.zero(), 0);
        Timestamp absurd = Timestamp.of(Long.MAX_VALUE / 2, Timebase.MILLIS);
        assertThatThrownBy(() -> anchor.map(absurd, anchor.track(), SampleInfo.NO_ARRIVAL))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> anchor.map(absurd)).isInstanceOf(ArithmeticException.class);
        assertThat(millis(anchor.map(ms(40), anchor.track(), SampleInfo.NO_ARRIVAL)))
                .isEqualTo(40);
    }
}
