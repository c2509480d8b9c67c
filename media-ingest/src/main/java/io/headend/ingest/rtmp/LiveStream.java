package io.headend.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One named stream: at most one publisher, any number of viewers and taps.
 *
 * <p><b>Threading:</b> one lock guards the publisher's side and joining; it is held for the making of one message and never while
 * bytes are sent. Delivery happens on the viewers' event loops.
 */
final class LiveStream {

    /** Who feeds a stream. Its methods are called under the lock and return at once. */
    interface Publisher {
        /** Another one has taken the place, or the stream was dropped. */
        void dismissed(String reason);

        /** Stops or resumes reading. */
        void pause(boolean paused);

        String address();
    }

    /** How streams of a server behave. */
    record Settings(ByteBufAllocator alloc, long gopBytes, long gopMillis, long batchNanos, LongSupplier nanoTime) {}

    private static final long LONGEST_REST = 600_000;

    private final StreamKey key;
    private final Settings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final GopCache cache;
    private final StreamConfiguration configuration = new StreamConfiguration();
    private final List<RelayMessage> head = new ArrayList<>();
    private int headTimestamp;
    private int headVersion = -1;
    private volatile ViewerGroup[] groups = {};
    private volatile StreamTap[] taps = {};
    private @Nullable Publisher publisher;
    private final StreamCounters counters = new StreamCounters();

    private long sequence;
    private int lastTimestamp;
    private long lastArrival;
    private boolean everCoded;
    private boolean offsetKnown = true;
    private int offset;
    private boolean hasVideo;
    private boolean restarted;

    LiveStream(StreamKey key, Settings settings) {
        this.key = key;
        this.settings = settings;
        this.cache = new GopCache(settings.gopBytes(), settings.gopMillis());
    }

    StreamKey key() {
        return key;
    }

    StreamCounters counters() {
        return counters;
    }

    /**
     * Makes {@code next} the publisher.
     *
     * @param takeOver whether one that is there is dismissed
     * @return whether it is the publisher now
     */
    boolean publish(Publisher next, boolean takeOver) {
        lock.lock();
        try {
            Publisher current = publisher;
            if (current != null) {
                if (!takeOver) {
                    return false;
                }
                current.dismissed("another publisher has taken over " + key);
            }
            publisher = next;
            cache.clear();
            configuration.clear();
            hasVideo = false;
            offsetKnown = !everCoded;
            restarted = everCoded;
            counters.countPublisher();
            for (StreamTap tap : taps) {
                tap.publisher(StreamTap.State.PRESENT);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The publisher has gone; harmless if it is another's turn already. */
    boolean unpublish(Publisher former, boolean goodBye) {
        lock.lock();
        try {
            if (publisher != former) {
                return false;
            }
            publisher = null;
            cache.clear();
            for (StreamTap tap : taps) {
                tap.publisher(goodBye ? StreamTap.State.SAID_GOOD_BYE : StreamTap.State.GONE);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void dismissPublisher(String reason) {
        lock.lock();
        try {
            Publisher current = publisher;
            if (current != null) {
                current.dismissed(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Publisher publisher() {
        lock.lock();
        try {
            return publisher;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the message over. Nothing is sent before {@link #flush}. */
    void message(Publisher from, RtmpMessage message) {
        lock.lock();
        try {
            if (publisher == from) {
                relay(message);
            }
        } finally {
            lock.unlock();
            message.release();
        }
    }

    private void relay(RtmpMessage message) {
        ByteBuf payload = message.payload();
        int type = message.type();
        boolean metadata = false;
        if (type == MessageType.DATA_AMF0 || type == MessageType.DATA_AMF3) {
            StreamConfiguration.unwrapData(type, payload);
            type = MessageType.DATA_AMF0;
            metadata = configuration.putMetadata(payload);
        }
        MessageTraits traits = MessageTraits.of(type, payload.nioBuffer());
        long now = settings.nanoTime().getAsLong();
        counters.arrived(payload.readableBytes());
        if (traits == null) {
            counters.countDamaged();
            return;
        }
        if (traits.configuration()) {
            configuration.put(traits.slot(), type, payload);
        }
        boolean video = type == MessageType.VIDEO;
        hasVideo |= video && traits.coded();
        boolean sync = traits.keyFrame() || (!hasVideo && !video && traits.coded());
        int timestamp = place(message.timestamp(), traits.coded(), now);
        RelayMessage made = make(
                new RelayMessage.Traits(type, metadata || traits.configuration(), sync, traits.coded()),
                message.timestamp(),
                timestamp,
                now,
                payload);
        sequence++;
        cache.add(made);
        for (ViewerGroup group : groups) {
            group.offer(made);
        }
        offerToTaps(made);
        made.release();
    }

    private void offerToTaps(RelayMessage made) {
        boolean full = false;
        for (StreamTap tap : taps) {
            full |= tap.offer(made, restarted, configuration.entries());
        }
        if (made.traits().coded()) {
            restarted = false;
        }
        Publisher current = publisher;
        if (full && current != null) {
            current.pause(true);
        }
    }

    private RelayMessage make(
            RelayMessage.Traits traits, int sourceTimestamp, int timestamp, long now, ByteBuf payload) {
        ByteBuf chunks = Chunks.write(settings.alloc(), traits.type(), 1, timestamp, payload, Chunks.SIZE);
        return new RelayMessage(
                traits,
                sequence,
                configuration.version(),
                sourceTimestamp,
                timestamp,
                payload.readableBytes(),
                now,
                chunks);
    }

    /** The viewers' clock goes on where it was when a publisher comes back with another. */
    private int place(int source, boolean coded, long now) {
        if (!offsetKnown) {
            if (!coded) {
                return lastTimestamp;
            }
            long rest = Math.max(1, Math.min(LONGEST_REST, (now - lastArrival) / 1_000_000));
            offset = lastTimestamp + (int) rest - source;
            offsetKnown = true;
        }
        int timestamp = source + offset;
        if (coded) {
            if (!everCoded || timestamp - lastTimestamp > 0) {
                lastTimestamp = timestamp;
            }
            lastArrival = now;
            everCoded = true;
        }
        return timestamp;
    }

    /** Lets the viewers have what has come since the last time. */
    void flush() {
        for (ViewerGroup group : groups) {
            group.wake();
        }
    }

    /** Adds a viewer; on its event loop. It gets what it needs to begin at once. */
    void join(Viewer viewer) {
        List<RelayMessage> burst;
        ViewerGroup group;
        long next;
        int version;
        lock.lock();
        try {
            burst = joinBurst();
            next = sequence;
            version = configuration.version();
            group = groupOf(viewer.loop);
            group.members++;
        } finally {
            lock.unlock();
        }
        group.add(viewer);
        viewer.joined(burst, next, version, System.nanoTime());
    }

    private List<RelayMessage> joinBurst() {
        List<RelayMessage> group = cache.snapshot();
        List<RelayMessage> burst = new ArrayList<>(
                headAt(group.isEmpty() ? lastTimestamp : group.get(0).timestamp()));
        burst.forEach(RelayMessage::retain);
        burst.addAll(group);
        return burst;
    }

    /** Metadata and sequence headers stamped with a time; the caller owns the references. */
    List<RelayMessage> head(int timestamp) {
        lock.lock();
        try {
            List<RelayMessage> copy = new ArrayList<>(headAt(timestamp));
            copy.forEach(RelayMessage::retain);
            return copy;
        } finally {
            lock.unlock();
        }
    }

    // Kept: everyone who joins within one group of pictures gets the same.
    private List<RelayMessage> headAt(int timestamp) {
        List<StreamConfiguration.Entry> entries = configuration.entries();
        if (headVersion != configuration.version() || headTimestamp != timestamp || head.size() != entries.size()) {
            head.forEach(RelayMessage::release);
            head.clear();
            for (StreamConfiguration.Entry entry : entries) {
                RelayMessage.Traits traits = new RelayMessage.Traits(entry.type(), true, false, false);
                ByteBuf payload = Unpooled.wrappedBuffer(entry.payload());
                head.add(make(traits, timestamp - offset, timestamp, lastArrival, payload));
            }
            headVersion = configuration.version();
            headTimestamp = timestamp;
        }
        return head;
    }

    private ViewerGroup groupOf(EventLoop loop) {
        for (ViewerGroup group : groups) {
            if (group.loop() == loop) {
                return group;
            }
        }
        ViewerGroup made = new ViewerGroup(loop, settings.batchNanos());
        ViewerGroup[] more = new ViewerGroup[groups.length + 1];
        System.arraycopy(groups, 0, more, 0, groups.length);
        more[groups.length] = made;
        groups = more;
        return made;
    }

    /** Takes a viewer off; on its event loop. */
    void leave(Viewer viewer) {
        viewer.left();
        ViewerGroup group = null;
        boolean last = false;
        lock.lock();
        try {
            for (ViewerGroup candidate : groups) {
                if (candidate.loop() == viewer.loop) {
                    group = candidate;
                }
            }
            if (group != null && --group.members == 0) {
                last = true;
                ViewerGroup gone = group;
                groups = List.of(groups).stream().filter(other -> other != gone).toArray(ViewerGroup[]::new);
            }
        } finally {
            lock.unlock();
        }
        counters.skipped.add(viewer.skipped());
        if (group != null) {
            group.remove(viewer);
            if (last) {
                group.discard();
            }
        }
    }

    void addTap(StreamTap tap) {
        lock.lock();
        try {
            StreamTap[] more = new StreamTap[taps.length + 1];
            System.arraycopy(taps, 0, more, 0, taps.length);
            more[taps.length] = tap;
            taps = more;
            if (publisher != null) {
                tap.publisher(StreamTap.State.PRESENT);
            }
            List<RelayMessage> burst = joinBurst();
            for (RelayMessage message : burst) {
                tap.offer(message, false, List.of());
                message.release();
            }
        } finally {
            lock.unlock();
        }
    }

    void removeTap(StreamTap tap) {
        lock.lock();
        try {
            taps = List.of(taps).stream().filter(other -> other != tap).toArray(StreamTap[]::new);
        } finally {
            lock.unlock();
        }
        tapDrained();
    }

    /** A tap has room again. */
    void tapDrained() {
        lock.lock();
        try {
            Publisher current = publisher;
            if (current != null && List.of(taps).stream().noneMatch(StreamTap::holdsBack)) {
                current.pause(false);
            }
        } finally {
            lock.unlock();
        }
    }

    int viewers() {
        lock.lock();
        try {
            int sum = 0;
            for (ViewerGroup group : groups) {
                sum += group.members;
            }
            return sum;
        } finally {
            lock.unlock();
        }
    }

    /** Ends every viewer, each on its loop. */
    @SuppressWarnings("FutureReturnValueIgnored") // a loop that is shut down has no viewers
    void dropViewers(String reason) {
        for (ViewerGroup group : groups) {
            group.loop().execute(() -> {
                for (Viewer viewer : List.copyOf(group.viewers())) {
                    viewer.drop(reason);
                }
            });
        }
    }

    /** Whether nobody is here any more. */
    boolean isIdle() {
        lock.lock();
        try {
            return publisher == null && groups.length == 0 && taps.length == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Releases what is kept for joiners; the stream is not used afterwards. */
    void discard() {
        lock.lock();
        try {
            cache.clear();
            head.forEach(RelayMessage::release);
            head.clear();
            headVersion = -1;
        } finally {
            lock.unlock();
        }
    }
}
