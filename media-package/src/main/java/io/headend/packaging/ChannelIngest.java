package io.headend.packaging;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.CodecStrings;
import io.headend.formats.isobmff.MovieTrack;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a channel from pipelines in other processes by HTTP, in two slots, and lists of every segment number the copy of one
 * slot (see {@link Packager} for what is written and listed):
 *
 * <pre>
 * PUT  /{A|B}/{rendition}/init.mp4     initialisation segment
 * PUT  /{A|B}/{rendition}/{k}.m4s      segment k, whole; x-mq-score (0 to 100) says how good it is
 * POST /{A|B}/{rendition}              all of it in one long request: header and fragments of a CMAF track
 * PUT  /{A|B}/….m3u8, ….mpd            taken and thrown away: manifests are written here
 * </pre>
 *
 * <p>A number is taken from the preferred slot as soon as that has it in all renditions; from the other one when the preferred slot has
 * not got it half a segment (at most one second) after it was due. What is listed never changes. Answers: 201 for what is new, 200 for
 * the same once more, 409 for other bytes under a known number or a number before the slot's last one, 400 for what is no such segment
 * or begins more than five minutes from now,
 * 413 and 503 where bounds are reached.
 *
 * <p><b>Threading:</b> any thread; the store is written by the thread that brings what decides a number, or by a timer thread of the JDK.
 */
public final class ChannelIngest implements AutoCloseable {

    private static final Pattern OBJECT = Pattern.compile(
            "([AB])/([A-Za-z0-9_-][A-Za-z0-9._-]{0,63})(?:/(?:(0|[1-9]\\d{0,17})\\.m4s|(init\\.mp4)))?");
    // what senders of interface 2 push along; the origin writes its own
    private static final Pattern MANIFEST =
            Pattern.compile("[AB]/(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}/){0,2}[A-Za-z0-9._-]{1,64}\\.(?:m3u8|mpd)");
    private static final int MAX_MANIFEST = 4 << 20;
    private static final int REMEMBERED = 256;
    private static final int FULL_SCORE = 100;
    // one number listed from a clock that is wrong would keep all true ones out
    private static final Duration MOST_AHEAD = Duration.ofMinutes(5);

    /** One rendition of one slot. */
    private static final class Lane {
        private final TreeMap<Long, Long> checksums = new TreeMap<>();
        private final TreeMap<Long, Pending> pending = new TreeMap<>();
        private @Nullable MovieTrack track;
        private ByteBuffer init = ByteBuffer.allocate(0);
    }

    /** A segment that waits to be decided, with the initialisation segment that it came after. */
    private record Pending(IngestedSegment segment, ByteBuffer init) {
        int bytes() {
            return segment.bytes().remaining();
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Packager.Builder builder;
    private final Publisher publisher;
    private final SegmentWriter store;
    private final SegmentReader reader;
    private final SlotChoice choice;
    private final Duration budget;
    private final int maxSegmentBytes;
    private final long maxPendingBytes;
    private final Executor executor;
    private final Map<IngestSlot, Map<String, Lane>> lanes = new HashMap<>();
    private final Map<String, Map<ByteBuffer, String>> inits = new HashMap<>();
    private long pendingBytes;
    private boolean timing;
    private boolean closed;

    private ChannelIngest(Builder said) {
        this.builder = said.packaging;
        this.publisher = new Publisher(builder);
        this.store = builder.store.writer();
        this.reader = builder.store.reader();
        this.budget = said.budget;
        this.maxSegmentBytes = said.maxSegmentBytes;
        this.maxPendingBytes = said.maxPendingBytes;
        this.executor = said.executor;
        this.choice = new SlotChoice(builder.renditions.keySet(), this::deadline);
        for (IngestSlot slot : IngestSlot.values()) {
            Map<String, Lane> renditions = new LinkedHashMap<>();
            builder.renditions.keySet().forEach(name -> renditions.put(name, new Lane()));
            lanes.put(slot, renditions);
        }
    }

    /**
     * @param packaging store, live policy, window and renditions, as a packager in this process would have them
     */
    public static Builder builder(Packager.Builder packaging) {
        return new Builder(packaging);
    }

    /** What is listed and kept. */
    public SegmentReader reader() {
        return reader;
    }

    /** The slot that is taken as long as it has everything in time. */
    public IngestSlot preferred() {
        lock.lock();
        try {
            return choice.preferred();
        } finally {
            lock.unlock();
        }
    }

    private Instant deadline(long number) {
        Timestamp due = builder.requirePolicy().grid().segmentStart(number + 1);
        Duration each = HlsWriter.duration(builder.requirePolicy().grid().segmentDuration());
        return due.toInstant().plus(budget).plus(SlotChoice.grace(each));
    }

    /** @param path below the channel, without a slash in front */
    CompletionStage<MediaResponse> handle(MediaRequest request, String path) {
        if (MANIFEST.matcher(path).matches()) {
            return BodyBytes.whole(request.body(), MAX_MANIFEST)
                    .handle((bytes, failure) -> failure == null ? taken(200) : refused(failure));
        }
        Matcher object = OBJECT.matcher(path);
        Lane lane = object.matches()
                ? lanes.getOrDefault(IngestSlot.valueOf(object.group(1)), Map.of())
                        .get(object.group(2))
                : null;
        if (lane == null) {
            return answer(404, "There is no such rendition to push to.");
        }
        IngestSlot slot = IngestSlot.valueOf(object.group(1));
        String rendition = object.group(2);
        int score = request.headers()
                .first("x-mq-score")
                .filter(s -> s.matches("\\d{1,3}"))
                .map(Integer::parseInt)
                .orElse(FULL_SCORE);
        CompletionStage<Integer> done;
        if (object.group(3) != null) {
            long number = Long.parseLong(object.group(3));
            done = BodyBytes.whole(request.body(), maxSegmentBytes)
                    .thenApplyAsync(bytes -> segment(slot, rendition, number, bytes, score), executor);
        } else if (object.group(4) != null) {
            done = BodyBytes.whole(request.body(), maxSegmentBytes)
                    .thenApplyAsync(bytes -> init(slot, rendition, bytes), executor);
        } else {
            done = stream(request, slot, rendition, score);
        }
        return done.handle((status, failure) -> failure == null ? taken(status) : refused(failure));
    }

    private static MediaResponse taken(int status) {
        return new MediaResponse(status, Headers.EMPTY, MediaBody.empty());
    }

    private CompletionStage<Integer> stream(MediaRequest request, IngestSlot slot, String rendition, int score) {
        FragmentStream stream =
                new FragmentStream(builder.requirePolicy().grid(), maxSegmentBytes, new FragmentStream.Output() {
                    @Override
                    public FragmentStream.Header init(ByteBuffer bytes) {
                        ChannelIngest.this.init(slot, rendition, bytes);
                        MovieTrack track = Inits.track(bytes);
                        return new FragmentStream.Header(track.track().timebase(), track.defaults());
                    }

                    @Override
                    public void segment(long number, ByteBuffer bytes) {
                        int status = ChannelIngest.this.segment(slot, rendition, number, bytes, score);
                        if (status == 409) {
                            throw new MediaException(
                                    MediaErrorCode.CONFLICT, "segment " + number + " came before with other bytes");
                        }
                    }
                });
        return BodyBytes.each(request.body(), stream::accept, executor).thenApply(end -> {
            stream.end();
            return 200;
        });
    }

    private static CompletionStage<MediaResponse> answer(int status, String sentence) {
        return CompletableFuture.completedFuture(MediaResponse.error(status, sentence));
    }

    private static MediaResponse refused(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof MediaException e)) {
            return MediaResponse.error(500, "The segment could not be taken: " + cause);
        }
        int status = switch (e.code()) {
            case MALFORMED, INVALID_ARGUMENT, UNSUPPORTED -> 400;
            case CONFLICT -> 409;
            case EXHAUSTED -> 413;
            default -> 503;
        };
        return MediaResponse.error(status, String.valueOf(e.getMessage()));
    }

    private int init(IngestSlot slot, String rendition, ByteBuffer bytes) {
        MovieTrack track = Inits.track(bytes);
        CodecStrings.of(track.track().format());
        lock.lock();
        try {
            Lane lane = lane(slot, rendition);
            boolean same = lane.init.equals(bytes);
            lane.init = bytes.duplicate().asReadOnlyBuffer();
            lane.track = track;
            choice.init(slot, rendition, bytes.hashCode());
            return same ? 200 : 201;
        } finally {
            lock.unlock();
        }
    }

    private Lane lane(IngestSlot slot, String rendition) {
        Lane lane = lanes.getOrDefault(slot, Map.of()).get(rendition);
        if (lane == null) {
            throw new IllegalStateException("no lane " + slot + " " + rendition);
        }
        return lane;
    }

    private int segment(IngestSlot slot, String rendition, long number, ByteBuffer bytes, int score) {
        lock.lock();
        try {
            if (closed) {
                throw MediaException.closed("channel");
            }
            Lane lane = lane(slot, rendition);
            MovieTrack track = lane.track;
            if (track == null) {
                throw new MediaException(MediaErrorCode.CONFLICT, "put init.mp4 of " + rendition + " first");
            }
            IngestedSegment segment = IngestedSegment.parse(bytes, track.defaults());
            checkPlace(number, segment, track.track());
            Long before = lane.checksums.get(number);
            if (before != null && before == segment.checksum()) {
                return 200;
            }
            if (before != null || (!lane.checksums.isEmpty() && number < lane.checksums.lastKey())) {
                return 409;
            }
            boolean undecided = number > choice.decided();
            if (undecided) {
                keep(lane, number, segment);
            }
            // only what is kept is known: a sender that was refused for want of room tries again
            lane.checksums.put(number, segment.checksum());
            if (lane.checksums.size() > REMEMBERED) {
                lane.checksums.pollFirstEntry();
            }
            if (undecided) {
                choice.complete(slot, rendition, number, score);
                decide();
            }
            return 201;
        } finally {
            lock.unlock();
        }
    }

    private void checkPlace(long number, IngestedSegment segment, Track track) {
        EpochGrid grid = builder.requirePolicy().grid();
        long off;
        long ahead;
        try {
            long due = grid.segmentStart(number).toNanos();
            off = Math.abs(Math.subtractExact(
                    Timestamp.of(segment.start(), track.timebase()).toNanos(), due));
            ahead = due - Timestamp.of(builder.clock.instant()).toNanos();
        } catch (ArithmeticException e) {
            throw new MediaException(MediaErrorCode.MALFORMED, "segment " + number + " lies beyond the end of time", e);
        }
        if (off > grid.segmentDuration().toNanos() / 2) {
            throw MediaException.malformed("what is sent as segment " + number + " begins " + off / 1_000_000
                    + " ms from where that begins on the channel's grid");
        }
        if (ahead > MOST_AHEAD.toNanos()) {
            throw MediaException.malformed(
                    "segment " + number + " begins " + ahead / 1_000_000_000 + " s from now; set the sender's clock");
        }
    }

    private void keep(Lane lane, long number, IngestedSegment segment) {
        if (pendingBytes + segment.bytes().remaining() > maxPendingBytes) {
            throw new MediaException(
                    MediaErrorCode.IO, "more than " + maxPendingBytes + " bytes wait for the other renditions");
        }
        lane.pending.put(number, new Pending(segment, lane.init));
        pendingBytes += segment.bytes().remaining();
    }

    /** Lists what can be decided now, and comes back when the next deadline has passed. */
    private void decide() {
        for (SlotChoice.Decision decision : choice.decide(builder.clock.instant())) {
            decision.winners().forEach((rendition, slot) -> list(decision.number(), rendition, slot));
            if (decision.winners().isEmpty()) {
                builder.events.accept(new PackagingEvent(
                        builder.clock.instant(),
                        builder.name,
                        Severity.WARNING,
                        PackagingEvent.Kind.SEGMENT_MISSING,
                        "Segment " + decision.number() + " is not listed: neither slot has all of it."));
            }
            lanes.values().forEach(all -> all.values().forEach(lane -> forget(lane, decision.number())));
        }
        Instant next = choice.nextDeadline();
        if (next != null && !timing && !closed) {
            timing = true;
            long wait = Duration.between(builder.clock.instant(), next).toMillis();
            CompletableFuture.delayedExecutor(Math.max(5, wait), TimeUnit.MILLISECONDS, executor)
                    .execute(this::later);
        }
    }

    private void later() {
        lock.lock();
        try {
            timing = false;
            if (!closed) {
                decide();
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Lane lane, long number) {
        Map<Long, Pending> passed = lane.pending.headMap(number, true);
        passed.values().forEach(pending -> pendingBytes -= pending.bytes());
        passed.clear();
    }

    private void list(long number, String rendition, IngestSlot slot) {
        Pending pending = lane(slot, rendition).pending.get(number);
        if (pending == null) {
            throw new IllegalStateException("segment " + number + " of " + rendition + " was decided but is not there");
        }
        IngestedSegment segment = pending.segment();
        try {
            String init = init(number, rendition, pending.init());
            store.append(rendition, number, segment.chunk());
            store.complete(rendition, number);
            publisher.complete(rendition, segment.entry(number, init));
        } catch (MediaException e) {
            store.drop(rendition, number);
            builder.events.accept(new PackagingEvent(
                    builder.clock.instant(),
                    builder.name + "/" + rendition,
                    Severity.ERROR,
                    PackagingEvent.Kind.STORE_FAILED,
                    "Segment " + number + " is lost: " + e.getMessage()));
        }
    }

    /** The name of the initialisation segment that a slot's segments need; equal bytes have one name. */
    private String init(long number, String rendition, ByteBuffer bytes) {
        Map<ByteBuffer, String> known = inits.computeIfAbsent(rendition, r -> new HashMap<>());
        String name = known.get(bytes);
        if (name == null) {
            name = publisher.initName(rendition, bytes, number, known.isEmpty());
            store.init(rendition, name, bytes.duplicate());
            known.put(bytes, name);
        }
        publisher.track(
                name, Inits.describe(rendition, bytes, builder.requirePolicy().grid()));
        return name;
    }

    /** Takes nothing more; what is listed stays. Harmless when repeated. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            lanes.values().forEach(all -> all.values().forEach(lane -> lane.pending.clear()));
            pendingBytes = 0;
        } finally {
            lock.unlock();
        }
        publisher.close();
    }

    /** Bounds; not safe for use by several threads. */
    public static final class Builder {
        private final Packager.Builder packaging;
        private Duration budget = Duration.ofSeconds(1);
        private int maxSegmentBytes = 64 << 20;
        private long maxPendingBytes = 512L << 20;
        private Executor executor = Runnable::run;

        private Builder(Packager.Builder packaging) {
            this.packaging = packaging;
        }

        /** How long after its end a segment is still in time, by encoding and transfer; 1 s by default. */
        public Builder latencyBudget(Duration time) {
            this.budget = time;
            return this;
        }

        /** Bytes of one segment, and of all that wait to be decided: 64 MiB and 512 MiB by default. */
        public Builder limits(int segmentBytes, long pendingBytes) {
            if (segmentBytes < 1 || pendingBytes < segmentBytes) {
                throw MediaException.invalidArgument(
                        "limits of " + segmentBytes + " and " + pendingBytes + " bytes hold no segment");
            }
            this.maxSegmentBytes = segmentBytes;
            this.maxPendingBytes = pendingBytes;
            return this;
        }

        /**
         * Where segments are checked and stored; the thread that brings them by default, which must not be one of a server if the store waits
         * for a disk or a network.
         */
        public Builder executor(Executor storing) {
            this.executor = storing;
            return this;
        }

        /** @throws MediaException {@code INVALID_ARGUMENT} if the policy is not live or there is no rendition */
        public ChannelIngest build() {
            if (!packaging.requirePolicy().isLive() || packaging.renditions.isEmpty()) {
                throw MediaException.invalidArgument("a channel that is pushed needs a live policy and renditions");
            }
            return new ChannelIngest(this);
        }
    }
}
