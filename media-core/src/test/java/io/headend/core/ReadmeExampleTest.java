package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The example of README.md. */
class ReadmeExampleTest {

    @Test
    void exampleRuns() {
        EpochGrid grid = EpochGrid.nearest(Rational.of(25, 1), Duration.ofSeconds(2), Duration.ofSeconds(6));
        StreamSource source = new TenPictures(grid);
        try (source;
                HandoverQueue queue = new HandoverQueue("demo", 64, 1 << 20, OverflowPolicy.BLOCK)) {
            source.run(queue);
            int pictures = 0;
            for (StreamItem item = queue.poll(0); item != null; item = queue.poll(0)) {
                if (item instanceof Sample sample) {
                    pictures += sample.sync() ? 1 : 0;
                }
                item.close();
            }
            assertThat(pictures).isEqualTo(1);
        }
    }

    private record TenPictures(EpochGrid grid) implements StreamSource {
        @Override
        public void run(StreamSink sink) {
            for (long n = 0; n < 10; n++) {
                SampleInfo info = new SampleInfo(0, 3600 * n, 3600 * n, 3600, grid.isIdr(n), SampleInfo.NO_ARRIVAL);
                sink.accept(HeapSample.of(info, ByteBuffer.allocate(8)));
            }
            sink.accept(new EndOfStream());
        }

        @Override
        public void close() {}
    }
}
