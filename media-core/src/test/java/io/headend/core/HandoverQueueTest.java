package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class HandoverQueueTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int VIDEO = 0;
    private static final int AUDIO = 1;

    /** Counts how many handles are open, to see who closes what. */
    private final AtomicInteger open = new AtomicInteger();

    private final class CountedSample implements Sample {
        private final SampleInfo info;
        private final int size;
        private boolean closed;

        CountedSample(int track, long pts, boolean sync, int size) {
            this.info = new SampleInfo(track, pts, pts, 1, sync, SampleInfo.NO_ARRIVAL);
            this.size = size;
            open.incrementAndGet();
        }

        @Override
        public SampleInfo info() {
            return info;
        }

        @Override
        public ByteBuffer data() {
            return ByteBuffer.allocate(size);
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Sample with(SampleInfo newInfo) {
            return new CountedSample(newInfo.trackId(), newInfo.pts(), newInfo.sync(), size);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }

    private Sample idr(int track, long pts) {
        return new CountedSample(track, pts, true, 10);
    }

    private Sample inter(int track, long pts) {
        return new CountedSample(track, pts, false, 10);
    }

    private Sample sound(long pts) {
        return new CountedSample(AUDIO, pts, true, 1);
    }

    private static HandoverQueue queue(int items, long bytes, OverflowPolicy policy) {
        return new HandoverQueue("test", items, bytes, policy);
    }

    /** Takes all and gives what they are: track and time. */
    private static List<String> drain(HandoverQueue queue) {
        List<String> taken = new ArrayList<>();
        for (StreamItem item = queue.poll(0); item != null; item = queue.poll(0)) {
            taken.add(
                    item instanceof Sample s
                            ? s.trackId() + "@" + s.pts()
                            : item.getClass().getSimpleName());
            item.close();
        }
        return taken;
    }

    private static Thread waiting(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(thread.getState()).isNotEqualTo(Thread.State.TERMINATED);
            LockSupport.parkNanos(1_000_000);
        }
        return thread;
    }

    @Test
    void givesItemsInOrder() {
        try (HandoverQueue queue = queue(10, 1000, OverflowPolicy.BLOCK)) {
            queue.accept(idr(VIDEO, 1));
            queue.accept(new EndOfStream());
            assertThat(queue.stats()).isEqualTo(new HandoverQueue.Stats(2, 10, 2, 0));
            assertThat(drain(queue)).containsExactly("0@1", "EndOfStream");
            assertThat(queue.stats()).isEqualTo(new HandoverQueue.Stats(0, 0, 2, 0));
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void pollWaitsNoLongerThanAsked() {
        try (HandoverQueue queue = queue(1, 1, OverflowPolicy.BLOCK)) {
            assertThat(queue.poll(0)).isNull();
            long start = System.nanoTime();
            assertThat(queue.poll(TimeUnit.MILLISECONDS.toNanos(5))).isNull();
            assertThat(System.nanoTime() - start).isBetween(TimeUnit.MILLISECONDS.toNanos(5), SECOND * 5);
        }
    }

    @Test
    void blockedGiverGoesOnWhenThereIsRoom() throws InterruptedException {
        HandoverQueue queue = queue(2, 1000, OverflowPolicy.BLOCK);
        queue.accept(idr(VIDEO, 1));
        queue.accept(inter(VIDEO, 2));
        Thread giver = waiting(() -> queue.accept(inter(VIDEO, 3)));
        queue.poll(0).close();
        giver.join();
        assertThat(drain(queue)).containsExactly("0@2", "0@3");
        assertThat(queue.stats().dropped()).isZero();
        assertThat(open).hasValue(0);
    }

    @Test
    void bytesBoundToo() throws InterruptedException {
        HandoverQueue queue = queue(100, 25, OverflowPolicy.BLOCK);
        queue.accept(idr(VIDEO, 1));
        queue.accept(inter(VIDEO, 2));
        Thread giver = waiting(() -> queue.accept(inter(VIDEO, 3)));
        queue.poll(0).close();
        giver.join();
        assertThat(queue.stats().bytes()).isEqualTo(20);
        queue.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void sampleLargerThanTheBoundPassesAlone() {
        for (OverflowPolicy policy : OverflowPolicy.values()) {
            try (HandoverQueue queue = queue(10, 25, policy)) {
                queue.accept(new CountedSample(VIDEO, 1, true, 100));
                assertThat(drain(queue)).containsExactly("0@1");
            }
        }
    }

    @Test
    void closeWakesGiverAndClosesWhatItBrought() throws Exception {
        HandoverQueue queue = queue(1, 1000, OverflowPolicy.BLOCK);
        queue.accept(idr(VIDEO, 1));
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread giver = waiting(() -> {
            try {
                queue.accept(inter(VIDEO, 2));
                failure.complete(new AssertionError("accepted"));
            } catch (MediaException e) {
                failure.complete(e);
            }
        });
        queue.close();
        assertThat(failure.get(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CLOSED));
        giver.join();
        assertThat(open).hasValue(0);
        assertThat(queue.isClosed()).isTrue();
    }

    @Test
    void closeWakesTaker() throws Exception {
        HandoverQueue queue = queue(1, 1000, OverflowPolicy.BLOCK);
        CompletableFuture<Boolean> empty = new CompletableFuture<>();
        Thread taker = waiting(() -> empty.complete(queue.poll(3600 * SECOND) == null));
        queue.close();
        assertThat(empty.get(5, TimeUnit.SECONDS)).isTrue();
        taker.join();
    }

    @Test
    void closedQueueTakesNothingAndGivesNothing() {
        for (OverflowPolicy policy : OverflowPolicy.values()) {
            HandoverQueue queue = queue(1, 1000, policy);
            queue.accept(idr(VIDEO, 1));
            queue.close();
            queue.close();
            assertThat(queue.poll(SECOND)).isNull();
            assertThatThrownBy(() -> queue.accept(idr(VIDEO, 2))).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> queue.accept(new EndOfStream())).isInstanceOf(MediaException.class);
            assertThat(queue.stats().items()).isZero();
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void interruptEndsBothWaits() throws Exception {
        HandoverQueue queue = queue(1, 1000, OverflowPolicy.BLOCK);
        CompletableFuture<Boolean> taker = new CompletableFuture<>();
        Thread taking = waiting(() -> {
            try {
                queue.poll(3600 * SECOND);
                taker.complete(false);
            } catch (MediaException e) {
                taker.complete(Thread.currentThread().isInterrupted() && e.code() == MediaErrorCode.CLOSED);
            }
        });
        taking.interrupt();
        assertThat(taker.get(5, TimeUnit.SECONDS)).isTrue();
        queue.accept(idr(VIDEO, 1));
        CompletableFuture<Boolean> giver = new CompletableFuture<>();
        Thread giving = waiting(() -> {
            try {
                queue.accept(inter(VIDEO, 2));
                giver.complete(false);
            } catch (MediaException e) {
                giver.complete(Thread.currentThread().isInterrupted() && e.code() == MediaErrorCode.CLOSED);
            }
        });
        giving.interrupt();
        assertThat(giver.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(open).as("the sample of the interrupted giver is closed").hasValue(1);
        queue.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void dropsUntilTheNextSyncSample() {
        try (HandoverQueue queue = queue(2, 1000, OverflowPolicy.DROP_UNTIL_SYNC)) {
            queue.accept(idr(VIDEO, 0));
            queue.accept(inter(VIDEO, 1));
            queue.accept(inter(VIDEO, 2));
            assertThat(drain(queue)).containsExactly("0@0", "0@1");
            queue.accept(inter(VIDEO, 3));
            queue.accept(idr(VIDEO, 4));
            queue.accept(inter(VIDEO, 5));
            assertThat(drain(queue)).containsExactly("0@4", "0@5");
            assertThat(queue.stats().dropped()).isEqualTo(2);
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void soundDoesNotEndADropOfPictures() {
        try (HandoverQueue queue = queue(3, 1000, OverflowPolicy.DROP_UNTIL_SYNC)) {
            queue.accept(idr(VIDEO, 0));
            queue.accept(inter(VIDEO, 1));
            queue.accept(sound(1));
            queue.accept(sound(2));
            queue.accept(inter(VIDEO, 2));
            assertThat(drain(queue)).containsExactly("0@0", "0@1", "1@1");
            queue.accept(sound(3));
            queue.accept(inter(VIDEO, 3));
            assertThat(drain(queue)).isEmpty();
            queue.accept(idr(VIDEO, 4));
            queue.accept(sound(4));
            queue.accept(inter(VIDEO, 5));
            assertThat(drain(queue)).containsExactly("0@4", "1@4", "0@5");
            assertThat(queue.stats().dropped()).isEqualTo(4);
        }
    }

    @Test
    void soundAloneGoesOnAtOnce() {
        try (HandoverQueue queue = queue(1, 1000, OverflowPolicy.DROP_UNTIL_SYNC)) {
            queue.accept(sound(1));
            queue.accept(sound(2));
            assertThat(drain(queue)).containsExactly("1@1");
            queue.accept(sound(3));
            assertThat(drain(queue)).containsExactly("1@3");
        }
    }

    @Test
    void eachPictureTrackGoesOnAtASyncSampleOfItsOwn() {
        try (HandoverQueue queue = queue(2, 1000, OverflowPolicy.DROP_UNTIL_SYNC)) {
            queue.accept(idr(5, 0));
            queue.accept(idr(6, 0));
            queue.accept(inter(5, 1));
            queue.accept(inter(6, 1));
            assertThat(drain(queue)).containsExactly("5@0", "6@0");
            queue.accept(idr(5, 2));
            queue.accept(inter(6, 2));
            assertThat(drain(queue)).as("track 6 has lost a reference").containsExactly("5@2");
            queue.accept(inter(5, 3));
            queue.accept(idr(6, 3));
            assertThat(drain(queue)).containsExactly("5@3", "6@3");
            queue.accept(inter(5, 4));
            queue.accept(inter(6, 4));
            assertThat(drain(queue)).containsExactly("5@4", "6@4");
        }
    }

    @Test
    void otherItemsAreNeverDropped() throws InterruptedException {
        HandoverQueue queue = queue(1, 1000, OverflowPolicy.DROP_UNTIL_SYNC);
        queue.accept(idr(VIDEO, 0));
        queue.accept(new Gap(VIDEO, 1, 1));
        queue.accept(inter(VIDEO, 2));
        Thread giver = waiting(() -> queue.accept(new EndOfStream()));
        queue.poll(0).close();
        giver.join();
        assertThat(drain(queue)).containsExactly("Gap", "EndOfStream");
        assertThat(queue.stats().dropped()).isEqualTo(1);
        assertThat(open).hasValue(0);
    }

    @Test
    void twoThreadsHandOverEverythingInOrder() throws InterruptedException {
        HandoverQueue queue = queue(7, 45, OverflowPolicy.BLOCK);
        int count = 20_000;
        Thread giver = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                queue.accept(i % 10 == 0 ? idr(VIDEO, i) : inter(VIDEO, i));
            }
            queue.accept(new EndOfStream());
        });
        giver.start();
        long expected = 0;
        StreamItem item = queue.poll(5 * SECOND);
        while (item instanceof Sample sample) {
            assertThat(sample.pts()).isEqualTo(expected++);
            sample.close();
            item = queue.poll(5 * SECOND);
        }
        giver.join();
        assertThat(item).isInstanceOf(EndOfStream.class);
        assertThat(expected).isEqualTo(count);
        assertThat(open).hasValue(0);
    }

    @Test
    void refusesBoundsThatAreNone() {
        assertThatThrownBy(() -> queue(0, 1, OverflowPolicy.BLOCK)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue(1, 0, OverflowPolicy.BLOCK)).isInstanceOf(IllegalArgumentException.class);
    }
}
