package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest segments in Java memory, bounded in segments per rendition and in bytes altogether. The oldest complete
 * segments go first; the packager lists only what is still here.
 *
 * <p><b>Threading:</b> one lock guards the maps; it is held for a reference and a checksum, never for the copy of a payload or for a
 * waiting reader.
 */
public final class HeapSegmentStore implements SegmentStore {

    // of one rendition; more formats than that never change within a window
    private static final int MAX_INITS = 64;

    private final int maxSegments;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Waiting waiting;
    private final Map<String, NavigableMap<Long, Segment>> segments = new HashMap<>();
    private final Map<String, Map<String, StoredObject>> inits = new HashMap<>();
    private final Writer writer = new Writer();
    private final SegmentReader reader;
    private long bytes;
    private @Nullable Presentation presentation;
    private boolean closed;

    private HeapSegmentStore(Builder builder) {
        this.maxSegments = builder.maxSegments;
        this.maxBytes = builder.maxBytes;
        this.waiting = new Waiting(lock, builder.executor);
        this.reader = new StoreReader(lock, waiting, new Content());
    }

    /** At most 64 segments per rendition and 1 GiB altogether. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public SegmentWriter writer() {
        return writer;
    }

    @Override
    public SegmentReader reader() {
        return reader;
    }

    /** Bytes of all segments kept. */
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        locked(() -> {
            closed = true;
            clear();
        });
        waiting.close();
    }

    private void clear() {
        segments.clear();
        inits.clear();
        bytes = 0;
        presentation = null;
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private NavigableMap<Long, Segment> ring(String rendition) {
        return segments.computeIfAbsent(rendition, r -> new TreeMap<>());
    }

    private void requireOpen() {
        if (closed) {
            throw MediaException.closed("segment store");
        }
    }

    /** Makes room for {@code more} bytes; a segment still being written is never evicted. */
    private void evict(NavigableMap<Long, Segment> ring, long more) {
        while (ring.size() > maxSegments) {
            remove(ring, ring.firstKey());
        }
        while (bytes + more > maxBytes) {
            NavigableMap<Long, Segment> victim = null;
            for (NavigableMap<Long, Segment> candidate : segments.values()) {
                if (!candidate.isEmpty()
                        && candidate.firstEntry().getValue().isComplete()
                        && (victim == null || candidate.firstKey() < victim.firstKey())) {
                    victim = candidate;
                }
            }
            if (victim == null) {
                throw new MediaException(
                        MediaErrorCode.EXHAUSTED,
                        "segments being written need more than the " + maxBytes
                                + " bytes of the heap store; raise its maxBytes");
            }
            remove(victim, victim.firstKey());
        }
    }

    /** The first number that stays when as many bytes more come as the newest segments have. */
    private long firstWithinBytes() {
        long excess = bytes - maxBytes;
        NavigableMap<Long, Long> sizes = new TreeMap<>();
        for (NavigableMap<Long, Segment> ring : segments.values()) {
            long newest = 0;
            for (Segment segment : ring.values()) {
                sizes.merge(segment.number(), segment.bytes(), Long::sum);
                newest = segment.isComplete() ? segment.bytes() : newest;
            }
            excess += SegmentWriter.AHEAD * newest;
        }
        for (Map.Entry<Long, Long> size : sizes.entrySet()) {
            if (excess <= 0) {
                return size.getKey();
            }
            excess -= size.getValue();
        }
        return Long.MAX_VALUE;
    }

    private void remove(NavigableMap<Long, Segment> ring, Long number) {
        Segment gone = ring.remove(number);
        if (gone != null) {
            bytes -= gone.bytes();
        }
    }

    private final class Writer implements SegmentWriter {

        @Override
        public void init(String rendition, String name, ByteBuffer init) {
            ByteBuffer copy = ByteBuffer.allocate(init.remaining());
            copy.put(init.duplicate()).flip();
            StoredObject object = new StoredObject(new MediaBody.Bytes(copy), EntityTag.of(copy));
            locked(() -> {
                requireOpen();
                Map<String, StoredObject> known = inits.computeIfAbsent(rendition, r -> new LinkedHashMap<>());
                if (known.size() >= MAX_INITS && !known.containsKey(name)) {
                    Iterator<String> oldest = known.keySet().iterator();
                    oldest.next();
                    oldest.remove();
                }
                known.put(name, object);
            });
        }

        @Override
        public void append(String rendition, long number, Chunk chunk) {
            ByteBuffer copy = chunk.copy();
            locked(() -> {
                requireOpen();
                NavigableMap<Long, Segment> ring = ring(rendition);
                Segment segment = ring.computeIfAbsent(number, Segment::new);
                if (segment.isComplete()) {
                    throw new MediaException(
                            MediaErrorCode.CONFLICT, "segment " + number + " of " + rendition + " is complete");
                }
                evict(ring, copy.remaining());
                segment.add(copy);
                bytes += copy.remaining();
            });
            waiting.changed();
        }

        @Override
        public void complete(String rendition, long number) {
            locked(() -> {
                requireOpen();
                Segment segment = ring(rendition).get(number);
                if (segment == null) {
                    throw new MediaException(
                            MediaErrorCode.INVALID_STATE, "segment " + number + " of " + rendition + " has no bytes");
                }
                segment.complete();
            });
            waiting.changed();
        }

        @Override
        public void drop(String rendition, long number) {
            locked(() -> {
                Segment segment = ring(rendition).get(number);
                if (segment != null && !segment.isComplete()) {
                    remove(ring(rendition), number);
                }
            });
            waiting.changed();
        }

        @Override
        public long oldest(String rendition) {
            lock.lock();
            try {
                List<Long> complete = ring(rendition).values().stream()
                        .filter(Segment::isComplete)
                        .map(Segment::number)
                        .toList();
                long first = firstWithinBytes();
                return complete.stream()
                        .skip(Math.max(0, complete.size() - Math.max(1, maxSegments - AHEAD)))
                        .filter(number -> number >= first)
                        .findFirst()
                        .orElse(Long.MAX_VALUE);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void publish(Presentation next) {
            locked(() -> {
                requireOpen();
                if (presentation == null || presentation.version() < next.version()) {
                    presentation = next;
                }
            });
            waiting.changed();
        }

        @Override
        public void discard() {
            locked(HeapSegmentStore.this::clear);
        }
    }

    private final class Content implements StoreReader.Content {

        @Override
        public @Nullable Presentation presentation() {
            return presentation;
        }

        @Override
        public @Nullable StoredObject init(String rendition, String name) {
            return inits.getOrDefault(rendition, Map.of()).get(name);
        }

        @Override
        public StoreReader.@Nullable Entry segment(String rendition, long number) {
            NavigableMap<Long, Segment> ring = segments.get(rendition);
            return ring == null ? null : ring.get(number);
        }
    }

    /** Bounds of a store. */
    public static final class Builder {
        private int maxSegments = 64;
        private long maxBytes = 1L << 30;
        private Executor executor = Runnable::run;

        private Builder() {}

        /** Segments kept of each rendition, at least 2; some more than the packager's window, for the two oldest are not listed. */
        public Builder maxSegments(int segments) {
            if (segments < 2) {
                throw MediaException.invalidArgument("maxSegments must be at least 2, not " + segments);
            }
            this.maxSegments = segments;
            return this;
        }

        /** Bytes kept of all renditions together, at least 1. */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw MediaException.invalidArgument("maxBytes must be positive, not " + bytes);
            }
            this.maxBytes = bytes;
            return this;
        }

        /** Where waiting readers are answered; the writing thread by default. */
        public Builder executor(Executor wake) {
            this.executor = wake;
            return this;
        }

        public HeapSegmentStore build() {
            return new HeapSegmentStore(this);
        }
    }
}
