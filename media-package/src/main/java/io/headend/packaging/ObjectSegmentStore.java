package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import io.headend.packaging.ObjectStorage.Attributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps segments as objects {@code {prefix}{rendition}/{k}.m4s} of an {@link ObjectStorage} and the manifests of each snapshot beside them, so
 * that any cache in front of the storage can serve the channel.
 *
 * <p>A segment is complete when the storage has acknowledged it, and only then listed; manifests are replaced when all that they list is there,
 * media playlists before what names them. An upload that fails, or is not acknowledged in time, costs that segment. A live channel that is packaged
 * to the same prefix again goes on from the window of the run before. Newest segments are answered from memory, older ones fetched.
 *
 * <p>What a crash left behind unlisted is removed by the next run; segments that leave the window are removed as others come.
 *
 * <p><b>Threading:</b> {@link SegmentWriter#complete}, {@code init} and {@code publish} wait for the storage, each at most the deadline; the lock of readers
 * is not held meanwhile.
 */
public final class ObjectSegmentStore implements SegmentStore {

    private static final String HLS = "application/vnd.apple.mpegurl";
    private static final String DASH = "application/dash+xml";
    private static final Attributes WINDOW = new Attributes("text/plain", "no-store");
    // of what could not be removed; beyond that it stays until the next run
    private static final int MAX_LEFTOVERS = 10_000;

    private final ObjectStorage storage;
    private final String prefix;
    private final int maxSegments;
    private final long maxBytes;
    private final ObjectCalls calls;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock publishing = new ReentrantLock();
    private final Waiting waiting = new Waiting(lock, Runnable::run);
    private final Map<String, NavigableMap<Long, StoredSegment>> segments = new HashMap<>();
    private final Map<String, StoredObject> inits = new HashMap<>();
    private final Set<String> leftovers = new LinkedHashSet<>();
    private final Set<String> documents = new LinkedHashSet<>();
    private final Writer writer = new Writer();
    private final SegmentReader reader = new StoreReader(lock, waiting, new Content());
    private long bytes;
    private @Nullable Presentation presentation;
    // what the manifests in the storage say; guarded by the publishing lock
    private @Nullable Presentation manifests;
    private final KeyedFiles keyed = new KeyedFiles();
    private volatile boolean closed;

    private ObjectSegmentStore(Builder builder) {
        this.storage = builder.storage;
        this.prefix = builder.prefix;
        this.maxSegments = builder.maxSegments;
        this.maxBytes = builder.maxBytes;
        this.calls = new ObjectCalls(builder.deadline);
    }

    /** @param storage stays the caller's to close */
    public static Builder builder(ObjectStorage storage) {
        return new Builder(storage);
    }

    @Override
    public SegmentWriter writer() {
        return writer;
    }

    @Override
    public SegmentReader reader() {
        return reader;
    }

    @Override
    public void close() {
        closed = true;
        waiting.close();
        locked(() -> {
            segments.clear();
            bytes = 0;
        });
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw MediaException.closed("segment store");
        }
    }

    private NavigableMap<Long, StoredSegment> ring(String rendition) {
        return segments.computeIfAbsent(rendition, r -> new TreeMap<>());
    }

    private String name(String rendition, long number) {
        return prefix + rendition + "/" + number + ".m4s";
    }

    private static Attributes media(String cacheControl) {
        return new Attributes("video/mp4", cacheControl);
    }

    /** Makes room in memory; what is acknowledged can be fetched again. */
    private void evict(long more) {
        while (bytes + more > maxBytes) {
            StoredSegment victim = null;
            long oldest = Long.MAX_VALUE;
            for (NavigableMap<Long, StoredSegment> ring : segments.values()) {
                for (Map.Entry<Long, StoredSegment> entry : ring.entrySet()) {
                    StoredSegment candidate = entry.getValue();
                    if (candidate.isAcknowledged() && candidate.bytesInMemory() > 0) {
                        victim = entry.getKey() < oldest ? candidate : victim;
                        oldest = Math.min(oldest, entry.getKey());
                        break;
                    }
                }
            }
            if (victim == null) {
                throw new MediaException(
                        MediaErrorCode.EXHAUSTED,
                        "segments that are not stored yet need more than " + maxBytes
                                + " bytes of memory; raise maxBytes, or find out why the storage takes them so slowly");
            }
            bytes -= victim.bytesInMemory();
            victim.forget();
        }
    }

    /** Takes a segment out of the ring; its object is removed with the next that leave. */
    private void remove(String rendition, long number) {
        StoredSegment gone = ring(rendition).remove(number);
        if (gone != null) {
            bytes -= gone.bytesInMemory();
            leave(gone.name());
        }
    }

    private void leave(String name) {
        if (leftovers.size() < MAX_LEFTOVERS) {
            leftovers.add(name);
        }
    }

    /**
     * Asks the storage to remove what has left, once no manifest lists it any more; not waited for: what fails is asked for again.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes end in the callback
    private void sweep() {
        List<String> names = new ArrayList<>();
        locked(() -> {
            names.addAll(leftovers);
            leftovers.clear();
        });
        if (!names.isEmpty()) {
            storage.delete(names).whenComplete((done, failure) -> {
                if (failure != null) {
                    locked(() -> names.forEach(this::leave));
                }
            });
        }
    }

    private final class Writer implements SegmentWriter {

        @Override
        public void init(String rendition, String name, ByteBuffer init) {
            requireOpen();
            ByteBuffer copy = ByteBuffer.allocate(init.remaining());
            copy.put(init.duplicate()).flip();
            MediaBody.Bytes body = new MediaBody.Bytes(copy);
            String path = rendition + "/" + name;
            calls.await("store " + path, storage.put(prefix + path, body, media(Freshness.INIT)));
            locked(() -> {
                inits.put(path, new StoredObject(body, EntityTag.of(copy)));
                documents.add(prefix + path);
            });
        }

        @Override
        public void append(String rendition, long number, Chunk chunk) {
            ByteBuffer copy = chunk.copy();
            locked(() -> {
                requireOpen();
                StoredSegment segment =
                        ring(rendition).computeIfAbsent(number, n -> new StoredSegment(name(rendition, n), n, storage));
                evict(copy.remaining());
                segment.add(copy);
                bytes += copy.remaining();
            });
            waiting.changed();
        }

        @Override
        public void complete(String rendition, long number) {
            StoredSegment segment;
            MediaBody.Bytes body;
            lock.lock();
            try {
                requireOpen();
                segment = ring(rendition).get(number);
                if (segment == null) {
                    throw new MediaException(
                            MediaErrorCode.INVALID_STATE, "segment " + number + " of " + rendition + " has no bytes");
                }
                body = segment.seal();
            } finally {
                lock.unlock();
            }
            calls.await(
                    "store segment " + number + " of " + rendition,
                    storage.put(segment.name(), body, media(Freshness.SEGMENT)));
            locked(() -> {
                segment.acknowledge();
                NavigableMap<Long, StoredSegment> ring = ring(rendition);
                while (ring.size() > maxSegments) {
                    remove(rendition, ring.firstKey());
                }
            });
            waiting.changed();
        }

        @Override
        public void drop(String rendition, long number) {
            locked(() -> {
                StoredSegment segment = ring(rendition).get(number);
                if (segment != null && !segment.isAcknowledged()) {
                    remove(rendition, number);
                }
            });
            waiting.changed();
        }

        @Override
        public long oldest(String rendition) {
            lock.lock();
            try {
                List<Long> complete = ring(rendition).entrySet().stream()
                        .filter(e -> e.getValue().isAcknowledged())
                        .map(Map.Entry::getKey)
                        .toList();
                int skip = Math.max(0, complete.size() - Math.max(1, maxSegments - AHEAD));
                return complete.isEmpty() ? Long.MAX_VALUE : complete.get(skip);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void publish(Presentation next) {
            publishing.lock();
            try {
                requireOpen();
                Presentation present = presentation;
                if (present != null && present.version() >= next.version()) {
                    return;
                }
                Presentation settled = next.settled().latest();
                if (!settled.sameListing(manifests)) {
                    // first what a later run goes on from, so that nothing listed is ever forgotten
                    if (next.isLive() && !next.ended()) {
                        MediaBody.Bytes text = new MediaBody.Bytes(WindowText.of(next.settled()));
                        calls.await("store the window", storage.put(prefix + WindowText.NAME, text, WINDOW));
                    } else if (next.isLive()) {
                        calls.await("remove the window", storage.delete(List.of(prefix + WindowText.NAME)));
                    }
                    putManifests(settled);
                    manifests = settled;
                    sweep();
                }
                locked(() -> presentation = next);
            } finally {
                publishing.unlock();
            }
            waiting.changed();
        }

        @Override
        public Optional<RecoveredWindow> recover() {
            return ObjectSegmentStore.this.recover();
        }

        @Override
        public void discard() {
            List<String> names = new ArrayList<>();
            locked(() -> {
                segments.values().forEach(ring -> ring.values().forEach(s -> names.add(s.name())));
                names.addAll(documents);
                names.addAll(leftovers);
                segments.clear();
                inits.clear();
                documents.clear();
                leftovers.clear();
                bytes = 0;
            });
            calls.await("remove unfinished output", storage.delete(names));
        }
    }

    /** The multivariant playlist and the MPD last: what they name is there. */
    private void putManifests(Presentation next) {
        Manifests files = Manifests.files(next);
        Map<String, StoredObject> inits = files.inits();
        List<CompletionStage<Void>> stored = new ArrayList<>();
        inits.forEach((path, init) -> {
            if (!keyed.has(prefix + path) && init.body() instanceof MediaBody.Bytes bytes) {
                locked(() -> documents.add(prefix + path));
                stored.add(storage.put(prefix + path, bytes, media(Freshness.INIT)));
            }
        });
        calls.awaitAll("store initialisation segments", stored);
        Map<String, StoredObject> all = files.documents();
        for (boolean top : new boolean[] {false, true}) {
            List<CompletionStage<Void>> puts = new ArrayList<>();
            all.forEach((path, document) -> {
                if (Manifests.isTop(path) == top && document.body() instanceof MediaBody.Bytes text) {
                    String type = path.endsWith(".mpd") ? DASH : HLS;
                    locked(() -> documents.add(prefix + path));
                    puts.add(storage.put(prefix + path, text, new Attributes(type, Freshness.manifest(next))));
                }
            });
            calls.awaitAll("store manifests", puts);
        }
        Set<String> named = inits.keySet().stream().map(path -> prefix + path).collect(Collectors.toUnmodifiableSet());
        List<String> gone = keyed.listed(named);
        locked(() -> {
            documents.removeAll(gone);
            gone.forEach(this::leave);
        });
    }

    private Optional<RecoveredWindow> recover() {
        requireOpen();
        WindowText text = calls.await("read the window of an earlier run", storage.get(prefix + WindowText.NAME))
                .map(bytes -> WindowText.read(ObjectCalls.text(bytes)))
                .flatMap(found -> found)
                .orElse(null);
        if (text == null) {
            return Optional.empty();
        }
        Map<String, Map<String, ByteBuffer>> found = new HashMap<>();
        Map<String, Long> stored = new HashMap<>();
        for (String rendition : text.segments().keySet()) {
            String folder = prefix + rendition + "/";
            stored.putAll(calls.await("list " + folder, storage.list(folder)));
            Map<String, ByteBuffer> known = new TreeMap<>();
            for (String name : text.inits(rendition)) {
                calls.await("read " + folder + name, storage.get(folder + name))
                        .ifPresent(bytes -> known.put(name, ObjectCalls.joined(bytes)));
            }
            found.put(rendition, known);
        }
        RecoveredWindow window;
        try {
            window = text.recovered(
                    found,
                    (rendition, entry) -> stored.getOrDefault(name(rendition, entry.number()), -1L) == entry.bytes());
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read here", e);
        }
        List<String> unlisted = new ArrayList<>();
        locked(() -> unlisted.addAll(adopt(window, stored.keySet())));
        // waited for: a segment of the same name may be written next
        calls.await("remove what was not listed", storage.delete(unlisted));
        return Optional.of(window);
    }

    /** Takes over what was listed; gives back the names of what was not. */
    private List<String> adopt(RecoveredWindow window, Set<String> stored) {
        Set<String> listed = new LinkedHashSet<>();
        window.segments()
                .forEach((rendition, entries) -> entries.forEach(entry -> {
                    String name = name(rendition, entry.number());
                    ring(rendition).put(entry.number(), new StoredSegment(name, storage, entry.bytes()));
                    listed.add(name);
                }));
        window.inits()
                .forEach((rendition, all) -> all.forEach((name, init) -> inits.put(
                        rendition + "/" + name,
                        new StoredObject(new MediaBody.Bytes(init.duplicate()), EntityTag.of(init)))));
        keyed.found(stored.stream()
                .filter(name -> KeyedInit.is(name.substring(name.lastIndexOf('/') + 1)))
                .toList());
        return stored.stream()
                .filter(name -> name.matches(".*/\\d+\\.m4s") && !listed.contains(name))
                .toList();
    }

    private final class Content implements StoreReader.Content {

        @Override
        public @Nullable Presentation presentation() {
            return presentation;
        }

        @Override
        public @Nullable StoredObject init(String rendition, String name) {
            return inits.get(rendition + "/" + name);
        }

        @Override
        public StoreReader.@Nullable Entry segment(String rendition, long number) {
            NavigableMap<Long, StoredSegment> ring = segments.get(rendition);
            return ring == null ? null : ring.get(number);
        }
    }

    /** Where in the storage, and bounds; not safe for use by several threads. */
    public static final class Builder {
        private final ObjectStorage storage;
        private String prefix = "";
        private int maxSegments = Integer.MAX_VALUE;
        private long maxBytes = 128L << 20;
        private Duration deadline = Duration.ofSeconds(10);

        private Builder(ObjectStorage storage) {
            this.storage = storage;
        }

        /** What all names begin with, such as {@code news/}; nothing by default. */
        public Builder prefix(String folder) {
            if (!folder.isEmpty() && !folder.matches("([A-Za-z0-9_-][A-Za-z0-9._-]{0,63}/){1,8}")) {
                throw MediaException.invalidArgument("'" + folder
                        + "' is not one to eight folders of A-Z a-z 0-9 . _ - with a slash behind each of them");
            }
            this.prefix = folder;
            return this;
        }

        /** Segments kept of each rendition, at least 2; all of them by default. */
        public Builder maxSegments(int segments) {
            if (segments < 2) {
                throw MediaException.invalidArgument("maxSegments must be at least 2, not " + segments);
            }
            this.maxSegments = segments;
            return this;
        }

        /** Bytes of segments in memory, growing ones and the newest that are stored; 128 MiB by default. */
        public Builder maxBytes(long inMemory) {
            if (inMemory < 1) {
                throw MediaException.invalidArgument("maxBytes must be positive, not " + inMemory);
            }
            this.maxBytes = inMemory;
            return this;
        }

        /** How long an upload may take with all its tries; 10 s by default. */
        public Builder deadline(Duration longest) {
            if (longest.isNegative() || longest.isZero()) {
                throw MediaException.invalidArgument("a deadline of " + longest + " has passed already");
            }
            this.deadline = longest;
            return this;
        }

        public ObjectSegmentStore build() {
            return new ObjectSegmentStore(this);
        }
    }
}
