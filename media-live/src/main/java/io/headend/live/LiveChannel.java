package io.headend.live;

import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.EventSink;
import io.headend.core.HandoverQueue;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.MeterSink;
import io.headend.core.OverflowPolicy;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.VideoFormat;
import io.headend.core.http.MediaHandler;
import io.headend.formats.hls.SegmentProtector;
import io.headend.ingest.Reconnect;
import io.headend.ingest.SourceClock;
import io.headend.ingest.TimelineNormalizer;
import io.headend.packaging.HeapSegmentStore;
import io.headend.packaging.LiveSubtitles;
import io.headend.packaging.Origin;
import io.headend.packaging.Presentation;
import io.headend.packaging.PushingSegmentStore;
import io.headend.packaging.SegmentStore;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.GopReport;
import io.headend.transcode.Ladder;
import io.headend.transcode.LoadFigures;
import io.headend.transcode.Processing;
import io.headend.transcode.RenditionStats;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel from source to origin: the source is laid on the epoch timeline, encoded to a ladder, cut and listed; the
 * {@link #origin()} answers requests for it.
 *
 * <p>Segment numbers and boundaries come from the clock and the specification alone, so a channel that is built again goes on
 * counting, and two of one specification cut alike. A recording is played in real time, from the beginning of the segment
 * before the present one; a live source is laid where its samples came.
 *
 * <p>When the source ends, what it gave is finished and stays served until {@link #close}. A source that fails is opened
 * again where the channel was built with a supplier of sources; one that is merely silent for some seconds is waited for. In
 * both cases the output goes on: the last picture for two seconds, then black, with silence. An error of any other part ends
 * the channel as {@link ChannelState#FAILED}; everything but the origin is then released.
 *
 * <p><b>Threading:</b> nothing runs before {@link #start}. Then one thread reads the source, one decodes, and each rendition
 * has one, all from the host's factory. All methods may be called by any thread; {@code close} returns within two seconds,
 * also where a source does not end its own waiting (its thread then ends when it does).
 */
public final class LiveChannel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LiveChannel.class);
    private static final int QUEUED_SAMPLES = 512;
    private static final long QUEUED_BYTES = 32L << 20;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final Duration GIVE_UP = Duration.ofMinutes(10);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ChannelSpec spec;
    private final @Nullable UnaryOperator<EncoderSettings> encoding;
    private final Recovery input;
    private final Outage outage = new Outage();
    private final Pipeline.Environment host;
    private final FrameClock frameClock;
    private final SegmentStore store;
    private final Origin origin;
    private final Map<String, SegmentProtector> protectors = new ConcurrentHashMap<>();
    private final Lineup lineup = new Lineup(this::open);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ChannelThreads threads;
    private ChannelState state = ChannelState.IDLE;
    private @Nullable MediaException failure;
    private boolean closing;
    private volatile @Nullable HandoverQueue queue;
    private volatile @Nullable Pipeline pipeline;

    private LiveChannel(Builder builder) {
        this.spec = builder.spec;
        this.encoding = builder.encoding;
        this.input = new Recovery(builder.sources, builder.reconnect, builder.nanoTime);
        this.host = new Pipeline.Environment(
                builder.threads,
                builder.clock,
                builder.events,
                builder.meters,
                new Pipeline.Treatment(builder.processing, builder.protection, (rendition, grid) -> {
                    Optional<SegmentProtector> made = builder.segmentProtection.apply(rendition, grid);
                    made.ifPresent(protector -> protectors.put(rendition, protector));
                    return made;
                }),
                builder.gopReports);
        this.threads = new ChannelThreads(spec.name(), builder.threads);
        this.frameClock = new FrameClock(builder.clock, builder.nanoTime);
        int listed = (int) (spec.window().toMillis() / spec.segment().toMillis()) + 1;
        SegmentStore kept =
                HeapSegmentStore.builder().maxSegments(2 * listed + 4).build();
        this.store = builder.slot == null
                ? kept
                : PushingSegmentStore.to(builder.slot, kept)
                        .events(builder.events, builder.clock)
                        .build();
        this.origin = Origin.builder()
                .clock(builder.clock)
                .transportStreams(spec.listing().transportStreams())
                .build();
        origin.add(spec.name(), store.reader(), rendition -> Optional.ofNullable(protectors.get(rendition)));
    }

    /**
     * @param source what to show; the channel runs it and closes it
     */
    public static Builder builder(ChannelSpec spec, StreamSource source) {
        return new Builder(spec, new OneSource(source)).reconnect(Reconnect.NEVER);
    }

    /**
     * A channel that outlives its source: where the source fails once the channel runs, another one is asked for, as
     * {@link Builder#reconnect} says; meanwhile the output goes on with the last picture, then black, and silence.
     *
     * @param sources gives a new source at each call; the channel runs and closes it
     */
    public static Builder builder(ChannelSpec spec, Supplier<StreamSource> sources) {
        return new Builder(spec, sources);
    }

    /** @throws MediaException {@code INVALID_STATE} if it was started or closed before */
    public void start() {
        lock.lock();
        try {
            if (state != ChannelState.IDLE || closing) {
                throw new MediaException(
                        MediaErrorCode.INVALID_STATE, "channel " + spec.name() + " was started before; build another");
            }
            enter(ChannelState.STARTING);
        } finally {
            lock.unlock();
        }
        tell(ChannelState.STARTING, null);
        try {
            startInput();
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    private void startInput() {
        lock.lock();
        try {
            if (!closing) {
                threads.start("input", this::readSource);
            }
        } finally {
            lock.unlock();
        }
    }

    private void readSource() {
        TimelineNormalizer timeline = TimelineNormalizer.of(SourceClock.CONTAINER_64, lineup);
        try {
            input.run(timeline, this::broke);
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            lineup.discard();
        }
    }

    /** Whether to open the source again, which broke. */
    private boolean broke(MediaException cause) {
        lock.lock();
        try {
            if (closing || state.isFinal() || pipeline == null) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        if (!outage.isFailed()) {
            outage.failed(true);
            log.warn("the source of channel {} failed; it is opened again", spec.name(), cause);
            tell(ChannelState.RECOVERING, "the source failed and is opened again: " + cause.getMessage());
        }
        return true;
    }

    /** Called on the input thread, when the program is known. */
    private StreamSink open(Lineup.Program program) {
        boolean recording = program.arrivalNanos() == SampleInfo.NO_ARRIVAL;
        HandoverQueue between = new HandoverQueue(
                "channel-" + spec.name(),
                QUEUED_SAMPLES,
                QUEUED_BYTES,
                recording ? OverflowPolicy.BLOCK : OverflowPolicy.DROP_UNTIL_SYNC);
        Pipeline way = Pipeline.open(encoded(program), program, store, frameClock, outage, host);
        lock.lock();
        try {
            if (closing || state.isFinal()) {
                way.close();
                throw MediaException.closed("channel " + spec.name());
            }
            queue = between;
            pipeline = way;
            threads.start("decoder", () -> work(between, way));
        } finally {
            lock.unlock();
        }
        return between;
    }

    private ChannelSpec encoded(Lineup.Program program) {
        VideoFormat video = program.video();
        UnaryOperator<EncoderSettings> change = encoding;
        if (change == null || video == null) {
            return spec;
        }
        Ladder ladder = spec.ladder() != null ? spec.ladder() : Ladder.standard(video.uprightSize());
        return spec.withLadder(ladder.withSettings(change));
    }

    private void work(HandoverQueue from, Pipeline to) {
        try {
            boolean ended = false;
            boolean silent = false;
            while (!ended && !from.isClosed()) {
                StreamItem item = from.poll(silent ? TICK_NANOS : POLL_NANOS);
                if (item != null) {
                    ended = item instanceof EndOfStream;
                    back(item);
                    to.accept(item);
                }
                if ((item == null || silent) && !ended) {
                    silent = to.idle();
                }
            }
            if (ended) {
                end();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            from.close();
            to.close();
        }
    }

    private void back(StreamItem item) {
        if (outage.isFailed() && item instanceof Discontinuity gap && gap.cause() == Discontinuity.Cause.RESTART) {
            outage.failed(false);
            tell(ChannelState.RUNNING, "the source is back");
        }
    }

    private void end() {
        lock.lock();
        try {
            if (closing || state.isFinal()) {
                return;
            }
            enter(ChannelState.STOPPED);
        } finally {
            lock.unlock();
        }
        tell(ChannelState.STOPPED, "the source has ended");
    }

    private void fail(Throwable cause) {
        MediaException reason;
        lock.lock();
        try {
            if (closing || state.isFinal()) {
                return;
            }
            reason = cause instanceof MediaException known
                    ? known
                    : new MediaException(
                            MediaErrorCode.INTERNAL, "channel " + spec.name() + " failed: " + cause, cause);
            failure = reason;
            enter(ChannelState.FAILED);
        } finally {
            lock.unlock();
        }
        log.warn("channel {} failed", spec.name(), cause);
        release();
        tell(ChannelState.FAILED, reason.getMessage());
    }

    /** Ends every wait of the channel's threads. */
    private void release() {
        input.close();
        HandoverQueue between = queue;
        if (between != null) {
            between.close();
        }
        Pipeline way = pipeline;
        if (way != null) {
            way.close();
        }
    }

    private void enter(ChannelState next) {
        state = next;
        changed.signalAll();
    }

    /** Without the lock: what the host does with an event is not known here. */
    private void tell(ChannelState next, @Nullable String why) {
        MediaEvent.Severity severity =
                next == ChannelState.FAILED ? MediaEvent.Severity.ERROR : MediaEvent.Severity.INFO;
        host.events()
                .accept(new ChannelEvent(
                        next,
                        host.clock().instant(),
                        "channel/" + spec.name(),
                        severity,
                        why == null ? "channel " + spec.name() + " is " + next : why));
    }

    /** Where the channel is in its life. */
    public ChannelState state() {
        lock.lock();
        try {
            if (state != ChannelState.STARTING || store.reader().presentation().isEmpty()) {
                return state;
            }
            return outage.isFailed() ? ChannelState.RECOVERING : ChannelState.RUNNING;
        } finally {
            lock.unlock();
        }
    }

    /** Why it failed; empty unless it is {@link ChannelState#FAILED}. */
    public Optional<MediaException> failure() {
        lock.lock();
        try {
            return Optional.ofNullable(failure);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the channel has ended, failed or been closed; false if it had not in time. */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!state.isFinal() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return state.isFinal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Answers requests for {@code /{name}/…}, from now until {@link #close}: {@code master.m3u8}, {@code manifest.mpd}, {@code
     * master-ts.m3u8} where the specification asks for it, and what they name. Before the first segment is there requests wait for it.
     */
    public MediaHandler origin() {
        return origin;
    }

    /** What is listed now, or empty before the first segment. */
    public Optional<Presentation> presentation() {
        return store.reader().presentation();
    }

    /** How the encoders keep up with the clock. */
    public Optional<LoadFigures> load() {
        return Optional.ofNullable(pipeline).map(Pipeline::load);
    }

    /** What the encoders have delivered, in the ladder's order; empty before the first picture. */
    public List<RenditionStats> transcoded() {
        Pipeline way = pipeline;
        return way == null ? List.of() : way.transcoding().renditions();
    }

    /** Where the host says words; empty before the first picture, and where the channel's spec has no subtitles. */
    public Optional<LiveSubtitles> subtitles() {
        return Optional.ofNullable(pipeline).flatMap(Pipeline::subtitles);
    }

    public ChannelStats stats() {
        return ChannelFigures.of(
                spec.name(),
                state(),
                failure().orElse(null),
                store.reader().presentation(),
                pipeline,
                queue,
                frameClock);
    }

    /** Ends everything and releases it, the stored segments too. Harmless when repeated. */
    @Override
    public void close() {
        boolean alive;
        lock.lock();
        try {
            if (closing) {
                return;
            }
            closing = true;
            alive = !state.isFinal();
            if (alive) {
                enter(ChannelState.STOPPING);
            }
        } finally {
            lock.unlock();
        }
        if (alive) {
            tell(ChannelState.STOPPING, null);
        }
        release();
        threads.join();
        frameClock.close();
        origin.remove(spec.name());
        store.close();
        if (alive) {
            lock.lock();
            try {
                enter(ChannelState.STOPPED);
            } finally {
                lock.unlock();
            }
            tell(ChannelState.STOPPED, null);
        }
    }

    /** What a channel gets from its host; not safe for use by several threads. */
    public static final class Builder {
        private final ChannelSpec spec;
        private final Supplier<StreamSource> sources;
        private @Nullable URI slot;
        private Reconnect reconnect = Reconnect.STANDARD.withGiveUp(GIVE_UP);
        private ThreadFactory threads = Thread::new;
        private Clock clock = Clock.systemUTC();
        private LongSupplier nanoTime = System::nanoTime;
        private EventSink events = EventSink.NONE;
        private MeterSink meters = MeterSink.NONE;
        private Processing processing = Processing.STANDARD;
        private BiFunction<String, EpochGrid, Optional<SampleProtector>> protection = (name, grid) -> Optional.empty();
        private BiFunction<String, EpochGrid, Optional<SegmentProtector>> segmentProtection =
                (name, grid) -> Optional.empty();
        private Consumer<GopReport> gopReports = report -> {};
        private @Nullable UnaryOperator<EncoderSettings> encoding;

        private Builder(ChannelSpec spec, Supplier<StreamSource> sources) {
            this.spec = spec;
            this.sources = sources;
        }

        /**
         * How a source that failed is opened again, and after how long without a sample the channel fails with its last error;
         * ten minutes unless set. A channel with one source only never opens it again.
         */
        public Builder reconnect(Reconnect how) {
            reconnect = how;
            return this;
        }

        /**
         * Also sends every segment to an origin in another process, which takes this channel in slots from two pipelines; see {@link
         * PushingSegmentStore}. An origin that is slow or gone does not hold the channel up.
         *
         * @param address of the slot, such as {@code http://origin:8080/news/A/}
         */
        public Builder push(URI address) {
            slot = address;
            return this;
        }

        /** Makes the channel's threads; platform threads, since most of them wait in native code. */
        public Builder threads(ThreadFactory factory) {
            threads = factory;
            return this;
        }

        /** The wall clock that places the channel on the epoch timeline: read once for that, and to date events. */
        public Builder clock(Clock wall) {
            clock = wall;
            return this;
        }

        /** Measures time in nanoseconds from then on; {@link System#nanoTime} unless set. */
        public Builder nanoTime(LongSupplier nanoseconds) {
            nanoTime = nanoseconds;
            return this;
        }

        public Builder events(EventSink sink) {
            events = EventSink.guarded(sink);
            return this;
        }

        public Builder meters(MeterSink sink) {
            meters = MeterSink.guarded(sink);
            return this;
        }

        /** What is done to pictures and sound before they are encoded; {@link Processing#STANDARD} unless set. */
        public Builder processing(Processing what) {
            processing = what;
            return this;
        }

        /**
         * What encrypts each rendition, by its name and the grid on which its segments are cut; nothing unless set. Asked when the
         * program is known, once for each rendition: a protector serves one.
         */
        public Builder protection(BiFunction<String, EpochGrid, Optional<SampleProtector>> protectors) {
            protection = protectors;
            return this;
        }

        /** What encrypts segments as wholes ({@code AES-128} of HLS), transport streams too, of all renditions or none: without MPD and low latency. */
        public Builder segmentProtection(BiFunction<String, EpochGrid, Optional<SegmentProtector>> protectors) {
            segmentProtection = protectors;
            return this;
        }

        /** Changes how every picture of the ladder is encoded, the standard one included; the ladder's own unless set. */
        public Builder encoding(UnaryOperator<EncoderSettings> change) {
            encoding = change;
            return this;
        }

        /** Told of every group of pictures when it is encoded, on a thread of the channel: it returns at once. */
        public Builder gopReports(Consumer<GopReport> listener) {
            gopReports = listener;
            return this;
        }

        public LiveChannel build() {
            return new LiveChannel(this);
        }
    }
}
