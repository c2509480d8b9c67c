package io.headend.transcode.shots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SideBySideTest {

    @Test
    void resultsComeInTheOrderOfTheWork() {
        List<Runnable> waiting = new ArrayList<>();
        Executor backwards = task -> {
            waiting.add(0, task);
            if (waiting.size() == 3) {
                waiting.forEach(Runnable::run);
            }
        };
        assertThat(SideBySide.run(List.of(() -> 1, () -> 2, () -> 3), backwards))
                .containsExactly(1, 2, 3);
    }

    @Test
    void theFirstFailureStopsWhatHasNotBegun() {
        IllegalStateException full = new IllegalStateException("the disk is full");
        AtomicBoolean begun = new AtomicBoolean();
        List<Supplier<Integer>> work = List.of(
                () -> {
                    throw full;
                },
                () -> {
                    begun.set(true);
                    return 2;
                });
        assertThatThrownBy(() -> SideBySide.run(work, Runnable::run)).isSameAs(full);
        assertThat(begun).isFalse();
    }

    /** What was taken before has ended when the refusal is told: its files can be deleted. */
    @Test
    void anExecutorThatTakesNoMoreIsWaitedFor() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean first = new AtomicBoolean(true);
        Executor closing = task -> {
            if (!first.getAndSet(false)) {
                await(begun);
                refused.countDown();
                throw new RejectedExecutionException("closed");
            }
            new Thread(task).start();
        };
        List<Supplier<Boolean>> work = List.of(
                () -> {
                    begun.countDown();
                    await(refused);
                    ended.set(true);
                    return true;
                },
                () -> true);
        assertThatThrownBy(() -> SideBySide.run(work, closing)).isInstanceOf(RejectedExecutionException.class);
        assertThat(ended).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
