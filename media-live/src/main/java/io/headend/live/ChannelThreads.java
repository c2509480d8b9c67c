package io.headend.live;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that a channel starts itself, and the end of them within {@link #CLOSE_NANOS}. */
final class ChannelThreads {

    private static final Logger log = LoggerFactory.getLogger(ChannelThreads.class);
    private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_900);

    private final String channel;
    private final ThreadFactory factory;
    private final List<Thread> started = new CopyOnWriteArrayList<>();

    ChannelThreads(String channel, ThreadFactory factory) {
        this.channel = channel;
        this.factory = factory;
    }

    void start(String what, Runnable work) {
        Thread thread = factory.newThread(work);
        if (thread == null) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED, "the thread factory gave no thread for channel " + channel);
        }
        thread.setName("channel-" + channel + "-" + what);
        started.add(thread);
        thread.start();
    }

    /** Waits for all but the calling one; half way through the time they are interrupted. Nothing is started any more. */
    void join() {
        long end = System.nanoTime() + CLOSE_NANOS;
        boolean interrupted = false;
        for (Thread thread : started) {
            if (thread == Thread.currentThread()) {
                continue;
            }
            interrupted |= join(thread, end - CLOSE_NANOS / 2);
            if (thread.isAlive()) {
                thread.interrupt();
                interrupted |= join(thread, end);
            }
            if (thread.isAlive()) {
                log.warn("thread {} does not end; it is left to itself", thread.getName());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end of a thread, also when interrupted; whether it was. */
    private static boolean join(Thread thread, long end) {
        boolean interrupted = false;
        for (long left = end - System.nanoTime(); thread.isAlive() && left > 0; left = end - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
