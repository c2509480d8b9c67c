package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left out for a viewer that is behind, on a clock of the test. */
class SlowViewerTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Viewer.Patience PATIENCE = new Viewer.Patience(2 * SECOND, 10 * SECOND, 4 << 20);

    private final AtomicLong clock = new AtomicLong(SECOND);
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final LiveStream stream = new LiveStream(
            StreamKey.parse("live/a"),
            new LiveStream.Settings(PooledByteBufAllocator.DEFAULT, 1 << 20, 10_000, 0, clock::get));
    private final Stalling viewer = new Stalling();

    @AfterEach
    void stop() {
        stream.discard();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    /** Keeps what it is given until it is told to take it. */
    private final class Stalling extends Viewer {
        final List<Integer> written = new ArrayList<>();
        long pending;
        boolean stalled;
        boolean marked;
        String dropped = "";

        Stalling() {
            super(SlowViewerTest.this.loop, SlowViewerTest.this.stream, PATIENCE);
        }

        @Override
        void write(RelayMessage message, boolean mark) {
            written.add(message.timestamp());
            pending += message.length();
            marked |= mark;
        }

        @Override
        void flush() {
            if (!stalled) {
                take();
            }
        }

        void take() {
            pending = 0;
            if (marked) {
                marked = false;
                markPassed();
            }
        }

        @Override
        long pendingBytes() {
            return pending;
        }

        @Override
        void drop(String reason) {
            dropped = reason;
        }
    }

    private long sequence;

    private void deliver(int timestamp, boolean key, int size) {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[size]);
        RelayMessage message = new RelayMessage(
                new RelayMessage.Traits(MessageType.VIDEO, false, key, true),
                sequence++,
                0,
                timestamp,
                timestamp,
                size,
                clock.get(),
                Chunks.write(PooledByteBufAllocator.DEFAULT, MessageType.VIDEO, 1, timestamp, payload, Chunks.SIZE));
        Batch batch = new Batch();
        batch.add(message);
        viewer.deliver(batch, clock.get());
        batch.release();
        clock.addAndGet(40_000_000);
    }

    @Test
    void whoIsTwoSecondsBehindGoesOnAtTheNextKeyFrame() {
        viewer.joined(List.of(), 0, 0, clock.get());
        deliver(0, true, 1000);
        viewer.stalled = true;
        for (int i = 1; i < 100; i++) {
            deliver(i * 40, i % 50 == 0, 1000);
        }
        int last = viewer.written.get(viewer.written.size() - 1);
        assertThat(last).isBetween(2000, 2400);
        viewer.stalled = false;
        viewer.take();
        deliver(4000, false, 1000);
        deliver(4040, true, 1000);
        deliver(4080, false, 1000);
        assertThat(viewer.written).endsWith(last, 4040, 4080).doesNotContain(4000);
        assertThat(viewer.skipped()).isGreaterThan(40);
        assertThat(viewer.dropped).isEmpty();
    }

    @Test
    void whoTakesNothingForTenSecondsIsDropped() {
        viewer.joined(List.of(), 0, 0, clock.get());
        viewer.stalled = true;
        for (int i = 0; i < 300; i++) {
            deliver(i * 40, i % 50 == 0, 1000);
        }
        assertThat(viewer.dropped).contains("has taken nothing");
        assertThat(viewer.pending).isLessThan(100_000);
    }

    @Test
    void memoryForOneViewerIsBounded() {
        viewer.joined(List.of(), 0, 0, clock.get());
        viewer.stalled = true;
        for (int i = 0; i < 40; i++) {
            deliver(i * 40, i % 10 == 0, 1_000_000);
        }
        assertThat(viewer.pending).isLessThanOrEqualTo(5_000_000);
        assertThat(viewer.dropped).isEmpty();
    }

    @Test
    void messagesFromBeforeTheJoinAreNotGivenTwice() {
        viewer.joined(List.of(), 3, 0, clock.get());
        for (int i = 0; i < 5; i++) {
            deliver(i * 40, i == 0, 10);
        }
        assertThat(viewer.written).containsExactly(120, 160);
    }
}
