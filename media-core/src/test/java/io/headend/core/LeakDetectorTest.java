package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Runs with {@code -Dio.headend.leak=paranoid}, as every test JVM of the build does. */
class LeakDetectorTest {

    @Test
    void countsWhatIsOpenByKind() {
        Object owner = new Object();
        LeakDetector.Ticket one = LeakDetector.open(owner, "Counted");
        LeakDetector.Ticket two = LeakDetector.open(owner, "Counted");
        assertThat(LeakDetector.live()).containsEntry("Counted", 2L);
        one.close();
        one.close();
        assertThat(one.isOpen()).isFalse();
        assertThat(LeakDetector.live()).containsEntry("Counted", 1L);
        two.close();
        assertThat(LeakDetector.live()).doesNotContainKey("Counted");
    }

    @Test
    void manyClosersCountOnce() throws InterruptedException {
        Object owner = new Object();
        for (int round = 0; round < 500; round++) {
            LeakDetector.Ticket ticket = LeakDetector.open(owner, "Raced");
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> closers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread closer = new Thread(() -> {
                    try {
                        go.await();
                        ticket.close();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                closer.start();
                closers.add(closer);
            }
            go.countDown();
            for (Thread closer : closers) {
                closer.join();
            }
            assertThat(LeakDetector.live()).doesNotContainKey("Raced");
        }
    }

    @Test
    void forgottenHandleIsFoundAndClosedOneIsNot() {
        long before = LeakDetector.leaked();
        LeakDetector.open(new Object(), "Tidy").close();
        forget();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (LeakDetector.leaked() == before && System.nanoTime() < deadline) {
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(LeakDetector.leaked()).isEqualTo(before + 1);
        assertThat(LeakDetector.live()).containsEntry("Forgotten", 1L);
    }

    private static void forget() {
        LeakDetector.open(new Object(), "Forgotten");
    }
}
