package io.headend.testkit;

import io.headend.core.EndOfStream;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Keeps everything that it is given, until it is closed.
 *
 * <p><b>Ownership:</b> the sink owns the items; what its methods return is lent until {@link #close()}.
 *
 * <p><b>Threading:</b> safe for use by any thread, so that a test can wait for what another thread gives.
 */
public final class RecordingSink implements StreamSink, AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<StreamItem> items = new ArrayList<>();
    private boolean closed;

    /** An open sink that has nothing yet. */
    public RecordingSink() {}

    @Override
    public void accept(StreamItem item) {
        lock.lock();
        try {
            if (closed) {
                item.close();
                throw MediaException.closed("recording sink");
            }
            items.add(item);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All items so far. */
    public List<StreamItem> items() {
        lock.lock();
        try {
            return List.copyOf(items);
        } finally {
            lock.unlock();
        }
    }

    /** All items of one type so far. */
    public <T extends StreamItem> List<T> items(Class<T> type) {
        return items().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** All samples of one track so far. */
    public List<Sample> samples(int trackId) {
        return items(Sample.class).stream()
                .filter(sample -> sample.trackId() == trackId)
                .toList();
    }

    /** The tracks as last announced, in order of announcement. */
    public List<Track> tracks() {
        List<Track> tracks = new ArrayList<>();
        for (TrackInfo info : items(TrackInfo.class)) {
            tracks.removeIf(track -> track.id() == info.track().id());
            tracks.add(info.track());
        }
        return tracks;
    }

    public boolean ended() {
        List<StreamItem> all = items();
        return !all.isEmpty() && all.get(all.size() - 1) instanceof EndOfStream;
    }

    /** Waits for the end of the stream; false if it did not come in time. */
    public boolean awaitEnd(Duration timeout) {
        return await(all -> !all.isEmpty() && all.get(all.size() - 1) instanceof EndOfStream, timeout);
    }

    /** Waits until the items so far fulfil a condition; false if they did not in time. */
    public boolean await(Predicate<List<StreamItem>> condition, Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!condition.test(items)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Closes every item; the sink takes nothing afterwards. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            items.forEach(StreamItem::close);
            items.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
