package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameAlignerTest {

    private final List<String> discarded = new ArrayList<>();

    private FrameAligner<String> aligner(
            boolean shortest, Deque<FrameAligner.Timed<String>> ref, Deque<FrameAligner.Timed<String>> dist) {
        return new FrameAligner<>(ref::poll, dist::poll, shortest, discarded::add);
    }

    private static Deque<FrameAligner.Timed<String>> frames(String name, Timebase timebase, long... ticks) {
        Deque<FrameAligner.Timed<String>> out = new ArrayDeque<>();
        for (int i = 0; i < ticks.length; i++) {
            out.add(new FrameAligner.Timed<>(Timestamp.of(ticks[i], timebase), name + i));
        }
        return out;
    }

    private static List<String> run(FrameAligner<String> aligner) {
        List<String> out = new ArrayList<>();
        for (FrameAligner.Pair<String> pair = aligner.next(); pair != null; pair = aligner.next()) {
            out.add(pair.reference() + pair.distorted());
        }
        return out;
    }

    @Test
    void startTimesAndTimebasesMayDiffer() {
        assertThat(run(aligner(
                        false,
                        frames("r", Timebase.MPEG, 126000, 129003, 132006, 135009),
                        frames("d", Timebase.MILLIS, 7, 40, 74, 107))))
                .containsExactly("r0d0", "r1d1", "r2d2", "r3d3");
        assertThat(discarded).isEmpty();
    }

    @Test
    void variableRatesAreNoObstacle() {
        assertThat(run(aligner(
                        false,
                        frames("r", Timebase.MILLIS, 0, 40, 200, 210, 1000),
                        frames("d", Timebase.MILLIS, 0, 41, 199, 211, 1001))))
                .hasSize(5);
    }

    @Test
    void aLostFrameIsNoticedWhereItIsLost() {
        assertThatThrownBy(() -> run(aligner(
                        true,
                        frames("r", Timebase.MILLIS, 0, 40, 80, 120),
                        frames("d", Timebase.MILLIS, 0, 40, 120, 160))))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("frame 2 is at 0.080 s in the reference and at 0.120 s");
        assertThat(discarded).containsExactlyInAnyOrder("r2", "d2", "r3");
    }

    @Test
    void differentRatesAreNoticed() {
        assertThatThrownBy(() -> run(aligner(
                        false, frames("r", Timebase.MILLIS, 0, 40, 80), frames("d", Timebase.MILLIS, 0, 20, 40))))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("frame rates differ");
    }

    @Test
    void differentLengthsAreAnErrorOrTheCommonPart() {
        assertThatThrownBy(() -> run(
                        aligner(false, frames("r", Timebase.MILLIS, 0, 40, 80), frames("d", Timebase.MILLIS, 0, 40))))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("distorted clip ends after 2 frames");
        assertThatThrownBy(() -> run(
                        aligner(false, frames("r", Timebase.MILLIS, 0, 40), frames("d", Timebase.MILLIS, 0, 40, 80))))
                .hasMessageContaining("reference ends after 2 frames");
        discarded.clear();
        assertThat(run(aligner(true, frames("r", Timebase.MILLIS, 0, 40, 80), frames("d", Timebase.MILLIS, 0, 40))))
                .containsExactly("r0d0", "r1d1");
        assertThat(discarded).containsExactly("r2");
    }

    @Test
    void emptyStreamsAreAnError() {
        assertThatThrownBy(() -> run(aligner(true, frames("r", Timebase.MILLIS), frames("d", Timebase.MILLIS, 0))))
                .hasMessageContaining("reference has no pictures");
        assertThatThrownBy(() -> run(aligner(true, frames("r", Timebase.MILLIS, 0), frames("d", Timebase.MILLIS))))
                .hasMessageContaining("distorted clip has no pictures");
        assertThat(run(aligner(true, frames("r", Timebase.MILLIS), frames("d", Timebase.MILLIS))))
                .isEmpty();
    }

    @Test
    void closingDiscardsTheFrameReadAhead() {
        FrameAligner<String> aligner =
                aligner(true, frames("r", Timebase.MILLIS, 0, 40), frames("d", Timebase.MILLIS, 0, 40));
        aligner.next();
        aligner.close();
        aligner.close();
        assertThat(discarded).containsExactly("r1");
    }
}
