package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop is turned by hand: nobody is served twice, nobody is forgotten, and others have their turn in between. */
class ViewerGroupTest {

    private static final Viewer.Patience PATIENCE = new Viewer.Patience(Long.MAX_VALUE, Long.MAX_VALUE, 1 << 20);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EventLoop loop = channel.eventLoop();
    private final LiveStream stream = new LiveStream(
            StreamKey.parse("live/a"),
            new LiveStream.Settings(PooledByteBufAllocator.DEFAULT, 0, 0, 0, System::nanoTime));
    private final ViewerGroup group = new ViewerGroup(loop, 0);
    private final List<Counting> viewers = new ArrayList<>();
    private final List<RelayMessage> made = new ArrayList<>();

    @AfterEach
    void nothingIsHeld() {
        group.discard();
        assertThat(made)
                .allSatisfy(message -> assertThat(message.chunks().refCnt()).isOne());
        made.forEach(RelayMessage::release);
        channel.close();
    }

    private final class Counting extends Viewer {
        final List<Long> got = new ArrayList<>();
        Runnable whenWritten = () -> {};

        Counting() {
            super(ViewerGroupTest.this.loop, ViewerGroupTest.this.stream, PATIENCE);
        }

        @Override
        void write(RelayMessage message, boolean marked) {
            got.add(message.sequence());
            markPassed();
            whenWritten.run();
        }

        @Override
        void flush() {}

        @Override
        long pendingBytes() {
            return 0;
        }

        @Override
        void drop(String reason) {
            left();
            group.remove(this);
        }
    }

    private void viewers(int count) {
        for (int i = 0; i < count; i++) {
            Counting viewer = new Counting();
            viewers.add(viewer);
            group.add(viewer);
        }
    }

    private void offer() {
        RelayMessage message = new RelayMessage(
                new RelayMessage.Traits(MessageType.VIDEO, false, true, true),
                made.size(),
                0,
                0,
                0,
                4,
                0,
                Chunks.write(
                        PooledByteBufAllocator.DEFAULT,
                        MessageType.VIDEO,
                        1,
                        0,
                        Unpooled.wrappedBuffer(new byte[4]),
                        Chunks.SIZE));
        made.add(message);
        group.offer(message);
        group.wake();
    }

    private long served(int messages) {
        return viewers.stream().filter(viewer -> viewer.got.size() == messages).count();
    }

    private int turns() {
        int turns = 0;
        while (channel.runScheduledPendingTasks() >= 0 && turns < 1000) {
            turns++;
        }
        return turns;
    }

    @Test
    void socketsHaveTheirTurnBetweenSlices() {
        viewers(200);
        offer();
        assertThat(served(1)).isEqualTo(64);
        channel.runScheduledPendingTasks();
        assertThat(served(1)).isEqualTo(128);
        turns();
        assertThat(served(1)).isEqualTo(200);
    }

    @Test
    void whatComesInBetweenFollows() {
        viewers(100);
        offer();
        offer();
        offer();
        turns();
        assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.got).containsExactly(0L, 1L, 2L));
    }

    @Test
    void whoLeavesOrJoinsInBetweenMovesNobody() {
        viewers(100);
        offer();
        Counting served = viewers.get(80);
        Counting waiting = viewers.get(20);
        group.remove(served);
        group.remove(waiting);
        viewers(1);
        turns();
        assertThat(served.got).hasSize(1);
        assertThat(waiting.got).isEmpty();
        assertThat(viewers.get(100).got).isEmpty();
        assertThat(served(1)).isEqualTo(99);
    }

    @Test
    void whoIsDroppedWhileServedCostsNobodyATurn() {
        viewers(100);
        viewers.get(90).whenWritten = () -> viewers.get(90).drop("test");
        viewers.get(60).whenWritten = () -> viewers.get(5).drop("test");
        offer();
        turns();
        offer();
        turns();
        assertThat(served(2)).isEqualTo(98);
    }
}
