package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EndOfStream;
import io.headend.core.HeapSample;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecordingSinkTest {

    private static HeapSample sample(int track, long pts) {
        return HeapSample.of(new SampleInfo(track, pts, pts, 1, true, SampleInfo.NO_ARRIVAL), ByteBuffer.allocate(3));
    }

    @Test
    void keepsItemsByTrackUntilClosed() {
        RecordingSink sink = new RecordingSink();
        HeapSample one = sample(0, 1);
        sink.accept(one);
        sink.accept(sample(1, 2));
        sink.accept(sample(0, 3));
        assertThat(sink.samples(0)).extracting("info.pts").containsExactly(1L, 3L);
        assertThat(sink.ended()).isFalse();
        sink.accept(new EndOfStream());
        assertThat(sink.ended()).isTrue();
        sink.close();
        assertThat(sink.items()).isEmpty();
        assertThatThrownBy(one::size).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void takesNothingAfterwardsAndStillClosesIt() {
        RecordingSink sink = new RecordingSink();
        sink.close();
        HeapSample late = sample(0, 1);
        assertThatThrownBy(() -> sink.accept(late)).isInstanceOf(MediaException.class);
        assertThatThrownBy(late::size).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void waitingEnds() {
        try (RecordingSink sink = new RecordingSink()) {
            assertThat(sink.awaitEnd(Duration.ofMillis(5))).isFalse();
            new Thread(() -> sink.accept(new EndOfStream())).start();
            assertThat(sink.awaitEnd(Duration.ofSeconds(5))).isTrue();
        }
    }
}
