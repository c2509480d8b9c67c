package io.headend.examples;

import io.headend.ingest.Ingest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a recording: after its time by the clock, also when nothing comes any more, or when the program is interrupted, which then waits
 * until the file is finished.
 */
final class RecordingClock implements AutoCloseable {

    private static final long MOST_FINISHING_SECONDS = 20;

    private final Ingest ingest;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread onInterrupt = new Thread(this::interrupted, "finish-recording");

    private RecordingClock(Ingest ingest) {
        this.ingest = ingest;
    }

    /** @param seconds counted from the first sample; 0 for no limit */
    static RecordingClock start(Ingest ingest, double seconds) {
        RecordingClock clock = new RecordingClock(ingest);
        Runtime.getRuntime().addShutdownHook(clock.onInterrupt);
        if (seconds > 0) {
            Thread timer = new Thread(() -> clock.count(seconds), "recording-clock");
            timer.setDaemon(true);
            timer.start();
        }
        return clock;
    }

    /** The first sample has come. */
    void begun() {
        begun.countDown();
    }

    private void count(double seconds) {
        try {
            begun.await();
            // What is on its way when the time is over still belongs to it.
            if (!finished.await((long) (seconds * 1000) + 300, TimeUnit.MILLISECONDS)) {
                ingest.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void interrupted() {
        ingest.close();
        try {
            finished.await(MOST_FINISHING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The file is finished. */
    @Override
    public void close() {
        begun.countDown();
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        } catch (IllegalStateException e) {
            // The program is ending, and the hook has done its work.
        }
    }
}
