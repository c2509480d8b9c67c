package io.headend.packaging;

import io.headend.core.EventSink;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a packager writes in another store, and sends every initialisation segment and complete segment to an origin by
 * HTTP PUT, such as a slot of {@link ChannelIngest}: {@code {base}/{rendition}/{name}}.
 *
 * <p>An origin that is slow or gone holds nobody up: what waits to be sent is bounded, the oldest segments are given up first,
 * counted and told as events. Each object is tried three times.
 *
 * <p><b>Threading:</b> requests run on the client's own threads, one at a time for each rendition, in order.
 */
public final class PushingSegmentStore implements SegmentStore {

    private static final int TRIES = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** One thing to send. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Item(String name, byte[] bytes, int tries) {
        boolean isInit() {
            return name.endsWith(".mp4");
        }
    }

    /** What waits to be sent of one rendition. */
    private static final class Lane {
        private final ArrayDeque<Item> waiting = new ArrayDeque<>();
        private boolean sending;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final SegmentStore kept;
    private final HttpClient client;
    private final String base;
    private final long maxBytes;
    private final EventSink events;
    private final Clock clock;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Writer writer = new Writer();
    private long waitingBytes;
    private long sent;
    private long lost;
    private boolean closed;

    private PushingSegmentStore(Builder builder) {
        this.kept = builder.kept;
        this.client = builder.client == null ? HttpClient.newHttpClient() : builder.client;
        this.base = builder.base.toString();
        this.maxBytes = builder.maxBytes;
        this.events = builder.events;
        this.clock = builder.clock;
    }

    /**
     * @param base where to push, such as {@code http://origin/news/A/}; the name of the rendition is appended
     * @param kept keeps the same here; closed with this one
     */
    public static Builder to(URI base, SegmentStore kept) {
        return new Builder(base, kept);
    }

    @Override
    public SegmentWriter writer() {
        return writer;
    }

    @Override
    public SegmentReader reader() {
        return kept.reader();
    }

    /** Objects that the origin has taken. */
    public long sent() {
        return read(() -> sent);
    }

    /** Objects that were given up. */
    public long lost() {
        return read(() -> lost);
    }

    private long read(LongSupplier figure) {
        lock.lock();
        try {
            return figure.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            lanes.values().forEach(lane -> lane.waiting.clear());
            waitingBytes = 0;
        } finally {
            lock.unlock();
        }
        kept.close();
    }

    private void offer(String rendition, Item item) {
        int given = 0;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Lane lane = lanes.computeIfAbsent(rendition, r -> new Lane());
            lane.waiting.add(item);
            waitingBytes += item.bytes().length;
            while (waitingBytes > maxBytes && giveUpOldest(lanes.values())) {
                given++;
            }
        } finally {
            lock.unlock();
        }
        if (given > 0) {
            tell(rendition, given + " segments are given up: the origin takes them too slowly");
        }
        next(rendition);
    }

    /** An initialisation segment is never given up: without it the rest is worth nothing. */
    private boolean giveUpOldest(Collection<Lane> all) {
        Lane longest = null;
        for (Lane lane : all) {
            if (lane.waiting.stream().anyMatch(item -> !item.isInit())
                    && (longest == null || lane.waiting.size() > longest.waiting.size())) {
                longest = lane;
            }
        }
        if (longest == null) {
            return false;
        }
        for (Item item : longest.waiting) {
            if (!item.isInit()) {
                longest.waiting.remove(item);
                waitingBytes -= item.bytes().length;
                lost++;
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the answer, good or bad, is taken in the callback
    private void next(String rendition) {
        Item item;
        lock.lock();
        try {
            Lane lane = lanes.computeIfAbsent(rendition, r -> new Lane());
            if (lane.sending || lane.waiting.isEmpty() || closed) {
                return;
            }
            item = lane.waiting.remove();
            waitingBytes -= item.bytes().length;
            lane.sending = true;
        } finally {
            lock.unlock();
        }
        HttpRequest put = HttpRequest.newBuilder(URI.create(base + rendition + "/" + item.name()))
                .timeout(TIMEOUT)
                .PUT(BodyPublishers.ofByteArray(item.bytes()))
                .build();
        client.sendAsync(put, BodyHandlers.discarding())
                .whenComplete((response, failure) ->
                        answered(rendition, item, response == null ? 0 : response.statusCode(), failure));
    }

    private void answered(String rendition, Item item, int status, @Nullable Throwable failure) {
        boolean taken = status >= 200 && status < 300;
        // what is refused for what it is will be refused again; a conflict may be the init that has not arrived yet
        boolean again = !taken && (failure != null || status >= 500 || status == 429) && item.tries() + 1 < TRIES;
        lock.lock();
        try {
            Lane lane = lanes.computeIfAbsent(rendition, r -> new Lane());
            lane.sending = false;
            if (again && !closed) {
                lane.waiting.addFirst(new Item(item.name(), item.bytes(), item.tries() + 1));
                waitingBytes += item.bytes().length;
            } else if (taken) {
                sent++;
            } else {
                lost++;
            }
        } finally {
            lock.unlock();
        }
        if (!taken && !again) {
            tell(
                    rendition,
                    "The origin did not take " + item.name() + ": "
                            + (failure == null ? "status " + status : failure.getMessage()));
        }
        next(rendition);
    }

    private void tell(String rendition, String message) {
        events.accept(new PackagingEvent(
                clock.instant(), rendition, Severity.WARNING, PackagingEvent.Kind.STORE_FAILED, message));
    }

    private final class Writer implements SegmentWriter {

        @Override
        public void init(String rendition, String name, ByteBuffer bytes) {
            kept.writer().init(rendition, name, bytes);
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            // a slot has one header at a time, by this name
            offer(rendition, new Item("init.mp4", copy, 0));
        }

        @Override
        public void append(String rendition, long number, Chunk chunk) {
            kept.writer().append(rendition, number, chunk);
        }

        @Override
        public void complete(String rendition, long number) {
            kept.writer().complete(rendition, number);
            Optional<StoredObject> whole = kept.reader()
                    .awaitSegment(rendition, number, Duration.ZERO)
                    .toCompletableFuture()
                    .join();
            whole.ifPresent(object -> offer(rendition, new Item(number + ".m4s", bytes(object.body()), 0)));
        }

        private byte[] bytes(MediaBody body) {
            if (!(body instanceof MediaBody.Bytes memory)) {
                throw new MediaException(
                        MediaErrorCode.INVALID_STATE,
                        "only a store in memory can be pushed from; use HeapSegmentStore");
            }
            byte[] all = new byte[Math.toIntExact(memory.length())];
            int at = 0;
            for (ByteBuffer part : memory.parts()) {
                int length = part.remaining();
                part.get(all, at, length);
                at += length;
            }
            return all;
        }

        @Override
        public void drop(String rendition, long number) {
            kept.writer().drop(rendition, number);
        }

        @Override
        public long oldest(String rendition) {
            return kept.writer().oldest(rendition);
        }

        @Override
        public void publish(Presentation presentation) {
            kept.writer().publish(presentation);
        }

        @Override
        public Optional<RecoveredWindow> recover() {
            return kept.writer().recover();
        }

        @Override
        public void discard() {
            kept.writer().discard();
        }
    }

    /** Bounds and what the store gets from its host; not safe for use by several threads. */
    public static final class Builder {
        private final URI base;
        private final SegmentStore kept;
        private @Nullable HttpClient client;
        private long maxBytes = 64L << 20;
        private EventSink events = EventSink.NONE;
        private Clock clock = Clock.systemUTC();

        private Builder(URI base, SegmentStore kept) {
            if (!base.isAbsolute() || !base.toString().endsWith("/")) {
                throw MediaException.invalidArgument("'" + base + "' is no absolute URI that ends with a slash");
            }
            this.base = base;
            this.kept = kept;
        }

        /** Sends the requests; one of its own unless set. */
        public Builder client(HttpClient http) {
            this.client = http;
            return this;
        }

        /** Bytes that may wait to be sent, 64 MiB by default. */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw MediaException.invalidArgument("maxBytes must be positive, not " + bytes);
            }
            this.maxBytes = bytes;
            return this;
        }

        /** Hears of what is given up. */
        public Builder events(EventSink sink, Clock wall) {
            this.events = sink;
            this.clock = wall;
            return this;
        }

        public PushingSegmentStore build() {
            return new PushingSegmentStore(this);
        }
    }
}
