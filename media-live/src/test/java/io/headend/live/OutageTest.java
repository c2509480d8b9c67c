package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutageTest {

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Outage outage = new Outage();

    /** Pictures up to {@code until}, each worked off 100 ms after its time. */
    private void pictures(long from, long until) {
        for (long t = from; t < until; t += 40 * MS) {
            outage.sample(t + 100 * MS, t, t + 40 * MS);
        }
    }

    @Test
    void aSteadySourceIsNeverCovered() {
        pictures(0, 10 * SECOND);
        assertThat(outage.idle(10 * SECOND + 500 * MS, 10 * SECOND)).isSameAs(Outage.NONE);
        assertThat(outage.covers()).isFalse();
    }

    @Test
    void aFailedSourceIsCoveredUpToTheUsualDistance() {
        pictures(0, 10 * SECOND);
        outage.failed(true);
        Outage.Cover cover = outage.idle(11 * SECOND, 10 * SECOND);
        assertThat(cover.end()).isEqualTo(11 * SECOND - 100 * MS - 200 * MS);
        assertThat(cover.black()).isFalse();
        assertThat(outage.covers()).isTrue();
    }

    @Test
    void theDistanceIsThatOfPicturesAlone() {
        outage.sample(0, Long.MAX_VALUE, Long.MAX_VALUE);
        outage.sample(0, Long.MAX_VALUE, 0);
        pictures(0, 10 * SECOND);
        outage.failed(true);
        assertThat(outage.idle(11 * SECOND, 10 * SECOND).end()).isEqualTo(11 * SECOND - 100 * MS - 200 * MS);
    }

    @Test
    void thePictureIsHeldForTwoSecondsThenBlack() {
        pictures(0, 10 * SECOND);
        outage.failed(true);
        assertThat(outage.idle(11 * SECOND, 10 * SECOND).black()).isFalse();
        assertThat(outage.idle(12 * SECOND, 11 * SECOND + 900 * MS).black()).isFalse();
        assertThat(outage.idle(13 * SECOND, 12 * SECOND).black()).isTrue();
    }

    @Test
    void aSilentSourceIsWaitedForThreeSeconds() {
        pictures(0, 10 * SECOND);
        assertThat(outage.idle(12 * SECOND, 10 * SECOND)).isSameAs(Outage.NONE);
        assertThat(outage.idle(13 * SECOND + 200 * MS, 10 * SECOND)).isNotSameAs(Outage.NONE);
    }

    @Test
    void aSourceOfLongBurstsIsWaitedForLonger() {
        outage.sample(0, 0, 0 + 40 * MS);
        outage.sample(5 * SECOND, 5 * SECOND, 5 * SECOND + 40 * MS);
        assertThat(outage.idle(14 * SECOND, 5 * SECOND)).isSameAs(Outage.NONE);
        assertThat(outage.idle(16 * SECOND, 5 * SECOND)).isNotSameAs(Outage.NONE);
    }

    @Test
    void whatTheSourceGaveAheadIsNotCoveredAgain() {
        outage.sample(0, 0, 0 + 40 * MS);
        outage.failed(true);
        assertThat(outage.idle(4 * SECOND, 6 * SECOND)).isSameAs(Outage.NONE);
    }

    @Test
    void theNextSampleEndsIt() {
        pictures(0, 10 * SECOND);
        outage.failed(true);
        outage.idle(13 * SECOND, 10 * SECOND);
        outage.sample(13 * SECOND, 12 * SECOND, 12 * SECOND + 40 * MS);
        assertThat(outage.covers()).isFalse();
        outage.failed(false);
        assertThat(outage.idle(13 * SECOND + 500 * MS, 13 * SECOND)).isSameAs(Outage.NONE);
    }

    @Test
    void whatComesTooLateEndsNothing() {
        pictures(0, 10 * SECOND);
        assertThat(outage.idle(14 * SECOND, 10 * SECOND)).isNotSameAs(Outage.NONE);
        outage.sample(14 * SECOND, 13 * SECOND, 13 * SECOND);
        assertThat(outage.covers()).isTrue();
        // Left a second to overtake.
        assertThat(outage.idle(14 * SECOND + 500 * MS, 13 * SECOND).end()).isEqualTo(13 * SECOND + 400 * MS);
        assertThat(outage.idle(15 * SECOND, 13 * SECOND).end()).isEqualTo(14 * SECOND + 700 * MS);
        outage.sample(15 * SECOND, 13 * SECOND, 13 * SECOND + 40 * MS);
        assertThat(outage.covers()).isFalse();
    }

    @Test
    void beforeTheFirstPictureThereIsNothingToCover() {
        outage.failed(true);
        assertThat(outage.idle(SECOND, Long.MAX_VALUE)).isSameAs(Outage.NONE);
    }
}
