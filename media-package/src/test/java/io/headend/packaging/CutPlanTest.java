package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.MediaException;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CutPlanTest {

    private static final long MS = 1_000_000;

    private static CutPlan.SyncTimes every(String name, long millis, long count, long shiftNanos) {
        return new CutPlan.SyncTimes(
                name,
                LongStream.range(0, count)
                        .map(i -> i * millis * MS + (i > 0 ? shiftNanos : 0))
                        .toArray(),
                count * millis * MS,
                40 * MS);
    }

    private static List<Long> seconds(long[] nanos) {
        return LongStream.of(nanos).mapToObj(n -> Math.round(n / 1e9)).toList();
    }

    @Test
    void cutsAreTheSyncSamplesNearestToMultiplesOfTheWishedLength() {
        long[] cuts = CutPlan.of(List.of(every("v", 1000, 12, 0)), Duration.ofSeconds(4));
        assertThat(seconds(cuts)).containsExactly(4L, 8L);
        assertThat(seconds(CutPlan.of(List.of(every("v", 3000, 8, 0)), Duration.ofSeconds(4))))
                .containsExactly(3L, 9L, 12L, 15L, 21L);
    }

    @Test
    void aShortRestIsNoSegment() {
        CutPlan.SyncTimes tail = new CutPlan.SyncTimes("v", new long[] {0, 4000 * MS, 8000 * MS}, 8080 * MS, 40 * MS);
        assertThat(seconds(CutPlan.of(List.of(tail), Duration.ofSeconds(4)))).containsExactly(4L);
    }

    @Test
    void groupsLongerThanWishedAreSegments() {
        assertThat(seconds(CutPlan.of(List.of(every("v", 10_000, 3, 0)), Duration.ofSeconds(4))))
                .containsExactly(10L, 20L);
    }

    @Test
    void onlyCommonSyncSamplesAreCuts() {
        long[] cuts = CutPlan.of(List.of(every("a", 1000, 24, 0), every("b", 2000, 12, 3 * MS)), Duration.ofSeconds(3));
        assertThat(seconds(cuts)).containsExactly(4L, 6L, 10L, 12L, 16L, 18L, 22L);
    }

    @Test
    void renditionsThatDoNotAlignAreNamed() {
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> CutPlan.of(
                        List.of(every("v720", 2000, 10, 0), every("v360", 2000, 10, 500 * MS)), Duration.ofSeconds(4)))
                .withMessageContaining("v360 has no sync sample (key frame) at 4.000 s")
                .withMessageContaining("v720");
    }

    @Test
    void renditionsOfDifferentLengthAreRefused() {
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> CutPlan.of(
                        List.of(every("v720", 2000, 10, 0), every("v360", 2000, 20, 0)), Duration.ofSeconds(4)))
                .withMessageContaining("end 20.000 s apart");
    }
}
