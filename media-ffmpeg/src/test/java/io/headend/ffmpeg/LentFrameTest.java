package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class LentFrameTest {

    @Test
    void aPictureOnJavaMemoryIsSeenWithoutACopy() {
        ByteBuffer memory = ByteBuffer.allocateDirect(10 * 40);
        AvFrame frame = AvFrame.lendVideo("bgr24", 12, 10, List.of(memory), 40);
        memory.put(3 * 40 + 35, (byte) 77);
        assertThat(frame.plane(0).get(3 * 40 + 35)).isEqualTo((byte) 77);
        assertThat(frame.writable()).isFalse();
        assertThat(LentMemory.lent()).isEqualTo(1);
        try (AvFrame second = frame.withPts(1, Timebase.MILLIS)) {
            frame.close();
            assertThat(LentMemory.lent()).as("still referred to").isEqualTo(1);
            assertThat(second.plane(0).get(3 * 40 + 35)).isEqualTo((byte) 77);
        }
        assertThat(LentMemory.lent()).isZero();
    }

    @Test
    void filtersTakeIt() {
        ByteBuffer memory = ByteBuffer.allocateDirect(32 * 32 * 3);
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 200);
        }
        try (FilterGraph graph = FilterGraph.video("format=gray")) {
            graph.send(AvFrame.lendVideo("bgr24", 32, 32, List.of(memory), 96));
            try (AvFrame gray = graph.receive(0)) {
                assertThat(gray.plane(0).get(0) & 0xFF).isBetween(180, 201);
            }
        }
        assertThat(LentMemory.lent()).isZero();
    }

    @Test
    void soundOnJavaMemory() {
        ByteBuffer left = ByteBuffer.allocateDirect(400);
        ByteBuffer right = ByteBuffer.allocateDirect(404);
        right.put(7, (byte) 5);
        try (AvFrame frame = AvFrame.lendAudio("fltp", 48_000, 2, List.of(left, right))) {
            assertThat(frame.samples()).isEqualTo(100);
            assertThat(frame.plane(1).get(7)).isEqualTo((byte) 5);
        }
        assertThat(LentMemory.lent()).isZero();
    }

    @Test
    void memoryThatDoesNotFitIsRefused() {
        ByteBuffer direct = ByteBuffer.allocateDirect(100);
        assertThatThrownBy(() -> AvFrame.lendVideo("gray", 10, 10, List.of(ByteBuffer.allocate(100)), 10))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> AvFrame.lendVideo("gray", 10, 11, List.of(direct), 10))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> AvFrame.lendVideo("gray", 11, 5, List.of(direct), 10))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> AvFrame.lendVideo("yuv420p", 4, 4, List.of(direct), 4))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> AvFrame.lendAudio("fltp", 48_000, 2, List.of(direct)))
                .isInstanceOf(MediaException.class);
        assertThat(LentMemory.lent()).isZero();
    }
}
