package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.LeakDetector;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.testkit.LeakExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakExtension.class)
class FilterGraphTest {

    private record Shape(int width, int height, long pts) {}

    private static List<Shape> drain(FilterGraph graph, int output) {
        List<Shape> result = new ArrayList<>();
        for (AvFrame f = graph.receive(output); f != null; f = graph.receive(output)) {
            result.add(new Shape(f.width(), f.height(), f.pts()));
            f.close();
        }
        return result;
    }

    private static AvFrame picture(int width, int height, int n) {
        try (AvFrame frame = Pictures.gradient(width, height, n, n * 3_600L, Timebase.MPEG)) {
            return frame.withDuration(3_600);
        }
    }

    @Test
    void outputsAreNumberedByTheirLabels() {
        try (FilterGraph graph =
                FilterGraph.video("split=3[a][b][c];[c]scale=32:32[out2];[a]scale=96:54[out0];[b]scale=64:36[out1]")) {
            assertThat(graph.outputs()).isZero();
            assertThat(graph.receive(0)).isNull();
            graph.send(picture(192, 108, 5));
            assertThat(graph.outputs()).isEqualTo(3);
            assertThat(drain(graph, 0)).containsExactly(new Shape(96, 54, 18_000));
            assertThat(drain(graph, 1)).containsExactly(new Shape(64, 36, 18_000));
            assertThat(drain(graph, 2)).containsExactly(new Shape(32, 32, 18_000));
            assertThatThrownBy(() -> graph.receive(3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aNewShapeLosesNoFrame() {
        // fps holds one frame back until the next one comes or the input ends.
        try (FilterGraph graph = FilterGraph.video("fps=25,scale=32:32")) {
            List<Shape> out = new ArrayList<>();
            for (int n = 0; n < 5; n++) {
                graph.send(picture(64, 64, n));
            }
            for (int n = 5; n < 10; n++) {
                graph.send(picture(96, 48, n));
                out.addAll(drain(graph, 0));
            }
            graph.finish();
            out.addAll(drain(graph, 0));
            assertThat(out).hasSize(10).allMatch(s -> s.width() == 32 && s.height() == 32);
            assertThatThrownBy(() -> graph.send(picture(64, 64, 11))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void soundIsResampledAndCutIntoFrames() {
        try (FilterGraph graph =
                FilterGraph.audio("aresample=24000,asetnsamples=512:p=0,aformat=fltp:channel_layouts=mono")) {
            Timebase hz = Timebase.hz(48_000);
            for (int n = 0; n < 10; n++) {
                try (AvFrame sound = AvFrame.allocateAudio("s16", 48_000, 2, 1_000)) {
                    graph.send(sound.withPts(n * 1_000L, hz));
                }
            }
            graph.finish();
            int samples = 0;
            for (AvFrame f = graph.receive(0); f != null; f = graph.receive(0)) {
                try (AvFrame frame = f) {
                    assertThat(frame.channels()).isEqualTo(1);
                    assertThat(frame.sampleRate()).isEqualTo(24_000);
                    assertThat(frame.sampleFormat()).isEqualTo("fltp");
                    samples += frame.samples();
                }
            }
            assertThat(samples).isBetween(4_990, 5_010);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nofilter", "scale=[", "scale=32:32[a];[b]null", "overlay", "nullsink", ""})
    void wrongDescriptionsAreNamed(String description) {
        try (FilterGraph graph = FilterGraph.video(description)) {
            assertThatThrownBy(() -> graph.send(picture(32, 32, 0)))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_ARGUMENT))
                    .hasMessageContaining(description);
        }
    }

    @Test
    void aPictureGraphTakesNoSound() {
        try (FilterGraph graph = FilterGraph.video("null")) {
            assertThatThrownBy(() -> graph.send(AvFrame.allocateAudio("s16", 48_000, 2, 10)))
                    .isInstanceOf(MediaException.class);
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        FilterGraph graph = FilterGraph.video("null");
        graph.close();
        graph.close();
        assertThatThrownBy(() -> graph.send(picture(32, 32, 0))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> graph.receive(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void framesThatNobodyReceivedAreReleased() {
        FilterGraph graph = FilterGraph.video("fps=25");
        graph.send(picture(64, 64, 0));
        graph.send(picture(64, 64, 1));
        graph.send(picture(32, 32, 2));
        graph.close();
        assertThat(LeakDetector.live()).isEmpty();
    }
}
