package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochGridTest {

    // Both sides of the epoch, and a few thousand years.
    private static final long FAR = 3_000_000_000_000L;

    @Provide
    Arbitrary<Rational> rates() {
        return Arbitraries.of(
                Rational.of(24_000, 1001),
                Rational.of(24, 1),
                Rational.of(25, 1),
                Rational.of(30_000, 1001),
                Rational.of(50, 1),
                Rational.of(60_000, 1001),
                Rational.of(25, 2),
                Rational.of(7, 1));
    }

    @Property
    void frameLastsFromItsStartToTheNext(
            @ForAll("rates") Rational rate, @ForAll @LongRange(min = -FAR, max = FAR) long frame) {
        EpochGrid grid = new EpochGrid(rate, 48, 1);
        Timestamp start = grid.startOfFrame(frame);
        assertThat(grid.frameAt(start)).isEqualTo(frame);
        assertThat(grid.nearestFrame(start)).isEqualTo(frame);
        Timebase media = grid.mediaTimebase();
        Timestamp exact = start.in(media, RoundingMode.UNNECESSARY);
        assertThat(exact.compareTo(start)).isZero();
        assertThat(grid.frameAt(exact.plusTicks(-1))).isEqualTo(frame - 1);
    }

    @Property
    void anyInstantBelongsToTheFrameThatExactArithmeticSays(
            @ForAll("rates") Rational rate, @ForAll @LongRange(min = -9_000_000_000_000_000_000L) long nanos) {
        EpochGrid grid = new EpochGrid(rate, 10, 3);
        BigDecimal frames = BigDecimal.valueOf(nanos)
                .multiply(BigDecimal.valueOf(rate.num()))
                .divide(
                        BigDecimal.valueOf(1_000_000_000L).multiply(BigDecimal.valueOf(rate.den())),
                        0,
                        RoundingMode.FLOOR);
        Timestamp time = Timestamp.of(nanos, Timebase.NANOS);
        assertThat(grid.frameAt(time)).isEqualTo(frames.longValueExact());
        assertThat(grid.segmentAt(time))
                .isEqualTo(frames.divide(BigDecimal.valueOf(30), 0, RoundingMode.FLOOR)
                        .longValueExact());
    }

    @Property
    void everySegmentBeginsWithAnIdrAndHasItsGroups(
            @ForAll("rates") Rational rate,
            @ForAll @IntRange(min = 1, max = 300) int gop,
            @ForAll @IntRange(min = 1, max = 10) int gops,
            @ForAll @LongRange(min = -1_000_000_000L, max = 1_000_000_000L) long segment) {
        EpochGrid grid = new EpochGrid(rate, gop, gops);
        long first = grid.frameAt(grid.segmentStart(segment));
        long next = grid.frameAt(grid.segmentStart(segment + 1));
        assertThat(next - first).isEqualTo((long) gop * gops).isEqualTo(grid.segmentFrames());
        assertThat(grid.segmentDuration().ticks()).isEqualTo(next - first);
        assertThat(grid.isIdr(first)).isTrue();
        assertThat(grid.segmentOfFrame(first)).isEqualTo(segment);
        assertThat(grid.segmentOfFrame(first - 1)).isEqualTo(segment - 1);
        long idrs = 0;
        for (long n = first; n < next; n++) {
            idrs += grid.isIdr(n) ? 1 : 0;
        }
        assertThat(idrs).isEqualTo(gops);
    }

    @Property
    void soundFramesFallIntoSegmentsWithoutHoleOrOverlap(
            @ForAll("rates") Rational rate,
            @ForAll @LongRange(min = -100_000_000L, max = 1_000_000_000L) long segment,
            @ForAll @IntRange(min = 8_000, max = 96_000) int sampleRate) {
        EpochGrid grid = new EpochGrid(rate, 50, 1);
        long first = grid.firstAudioFrame(segment, sampleRate, 1024);
        Timebase base = Timebase.hz(sampleRate);
        Timestamp start = grid.segmentStart(segment);
        assertThat(Timestamp.of(first * 1024, base).compareTo(start)).isNotNegative();
        assertThat(Timestamp.of((first - 1) * 1024, base).compareTo(start)).isNegative();
    }

    @ParameterizedTest
    @CsvSource({
        "25,1,90000",
        "30000,1001,90000",
        "24000,1001,24000",
        "60000,1001,60000",
        "50,1,90000",
        "25,2,90000",
        "7,1,7"
    })
    void mediaTimebaseHasEveryFrameOnATick(int num, int den, int ticksPerSecond) {
        EpochGrid grid = new EpochGrid(Rational.of(num, den), 1, 1);
        assertThat(grid.mediaTimebase()).isEqualTo(Timebase.hz(ticksPerSecond));
        assertThat(grid.mediaTimebase().divides(grid.frameTimebase())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "25,1,2000,6000,50,3",
        "30000,1001,2000,6000,60,3",
        "24000,1001,1000,1000,24,1",
        "25,1,1,1,1,1",
        "25,1,2000,1000,50,1",
        "25,1,1000,2500,25,3"
    })
    void nearestGridIsWholeFramesAndGroups(int num, int den, int gopMs, int segmentMs, int gop, int gops) {
        assertThat(EpochGrid.nearest(Rational.of(num, den), Duration.ofMillis(gopMs), Duration.ofMillis(segmentMs)))
                .isEqualTo(new EpochGrid(Rational.of(num, den), gop, gops));
    }

    @Test
    void twoPipelinesAgreeWhateverTheyStartWith() {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        Instant noon = Instant.parse("2026-01-02T12:00:00Z");
        long segment = grid.segmentAt(Timestamp.of(noon));
        assertThat(segment).isEqualTo(noon.getEpochSecond() / 2);
        assertThat(grid.segmentAt(Timestamp.of(noon.plusMillis(1999)))).isEqualTo(segment);
        assertThat(grid.segmentStart(segment).toInstant()).isEqualTo(noon);
    }

    @Test
    void refusesLengthsThatAreNone() {
        Rational rate = Rational.of(25, 1);
        assertThatThrownBy(() -> new EpochGrid(rate, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EpochGrid(rate, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EpochGrid(Rational.of(0, 1), 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EpochGrid(rate, 1 << 20, 1 << 20)).isInstanceOf(ArithmeticException.class);
    }
}
