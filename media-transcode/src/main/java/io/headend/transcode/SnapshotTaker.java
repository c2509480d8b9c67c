package io.headend.transcode;

import io.headend.core.ColorInfo;
import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots on a thread of its own, one at a time; what comes while one is being taken is left out.
 *
 * <p><b>Threading:</b> {@link #offer} by the decoding thread, {@link #close} by any.
 */
final class SnapshotTaker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SnapshotTaker.class);
    private static final int FF_QP2LAMBDA = 118;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Shot(AvFrame frame, long number) {}

    private final Snapshots settings;
    private final EpochGrid grid;
    private final ThreadFactory threads;
    private final long everyNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Shot waiting;
    private boolean busy;
    private boolean closed;
    private @Nullable Thread runner;
    private long lastSlot = Long.MIN_VALUE;

    SnapshotTaker(Snapshots settings, EpochGrid grid, ThreadFactory threads) {
        this.settings = settings;
        this.grid = grid;
        this.threads = threads;
        this.everyNanos = settings.every().toNanos();
    }

    /** @param frame lent */
    void offer(AvFrame frame, long number) {
        long slot = Math.floorDiv(grid.startOfFrame(number).toNanos(), everyNanos);
        if (slot == lastSlot) {
            return;
        }
        lastSlot = slot;
        lock.lock();
        try {
            if (closed || busy || waiting != null) {
                return;
            }
            if (runner == null) {
                Thread thread = threads.newThread(this::run);
                if (thread == null) {
                    closed = true;
                    return;
                }
                runner = thread;
                thread.start();
            }
            waiting = new Shot(frame.retain(), number);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            takeAll();
        } finally {
            lock.lock();
            try {
                runner = null;
                closed = true;
                dropWaiting();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void takeAll() {
        for (Shot shot = next(); shot != null; shot = next()) {
            try (AvFrame frame = shot.frame()) {
                settings.sink().accept(new Snapshot(shot.number(), at(shot.number()), jpeg(frame)));
            } catch (RuntimeException e) {
                // A snapshot is beside the programme, never the end of it.
                log.warn("no snapshot of frame {}", shot.number(), e);
            } finally {
                done();
            }
        }
    }

    private Timestamp at(long number) {
        return grid.startOfFrame(number);
    }

    private @Nullable Shot next() {
        lock.lock();
        try {
            while (waiting == null && !closed) {
                changed.await();
            }
            Shot shot = waiting;
            waiting = null;
            busy = shot != null;
            return shot;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void done() {
        lock.lock();
        try {
            busy = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ByteBuffer jpeg(AvFrame picture) {
        PictureSize size = size(picture);
        try (FilterGraph graph = FilterGraph.video(filters(size, picture.color()), 1)) {
            graph.send(picture.withPts(0, Timebase.of(1, 25)));
            graph.finish();
            AvFrame scaled = graph.receive(0);
            if (scaled == null) {
                throw MediaException.malformed("scaling a snapshot gave no picture");
            }
            return encode(scaled, size);
        }
    }

    private PictureSize size(AvFrame picture) {
        double aspect = picture.width() * picture.sampleAspectRatio().toDouble() / picture.height();
        int height = settings.height() == 0 ? picture.height() : settings.height();
        int width = (int) Math.max(2, Math.min(PictureSize.MAX, 2 * Math.round(height * aspect / 2)));
        return new PictureSize(width, Math.max(2, height & ~1));
    }

    // JFIF pictures have the full range and the matrix of BT.601; high dynamic range is mapped to what a JPEG can show.
    private static String filters(PictureSize size, ColorInfo color) {
        String scale = "scale=" + size.width() + ":" + size.height() + ":flags=bicubic";
        String standard = color.isHighDynamicRange()
                ? "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0,"
                        + "zscale=t=bt709:m=bt709:r=tv,format=yuv444p,"
                : "";
        return standard + scale + ":out_color_matrix=bt601:out_range=pc,format=yuvj420p,setsar=1";
    }

    private ByteBuffer encode(AvFrame frame, PictureSize size) {
        int quantiser = Math.max(2, 31 - settings.quality() * 29 / 100);
        try (frame;
                Encoder encoder = Encoder.video("mjpeg")
                        .size(size)
                        .frameRate(Rational.of(25, 1))
                        .pixelFormat("yuvj420p")
                        .color(new ColorInfo(2, 2, 5, true))
                        .threads(1)
                        .option("flags", "+qscale-cgop")
                        .option("global_quality", Integer.toString(quantiser * FF_QP2LAMBDA))
                        .open()) {
            encoder.send(frame.retain());
            encoder.finish();
            try (AvSample sample = encoder.receive()) {
                if (sample == null) {
                    throw MediaException.malformed("the JPEG encoder gave nothing");
                }
                ByteBuffer copy = ByteBuffer.allocate(sample.size());
                copy.put(sample.data()).flip();
                return copy;
            }
        }
    }

    /** Ends when what was offered is taken, in five seconds at most. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            long left = CLOSE_NANOS;
            while (runner != null && runner != Thread.currentThread() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void dropWaiting() {
        Shot shot = waiting;
        waiting = null;
        if (shot != null) {
            shot.frame().close();
        }
    }
}
