package io.headend.ingest;

import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one input as a {@link StreamSource}.
 *
 * <p>Samples have the canonical form of their coding (see {@link io.headend.core.CodecConfig}) and the times of a
 * {@link TimelineNormalizer}: continuous, in decoding order, sound with picture. Samples of a {@link LiveInput} carry the wall
 * clock at which they came; those of a recording do not. Damaged samples are left out and counted.
 *
 * <p><b>Threading:</b> nothing starts before {@link #run}, which opens and reads the input on the calling thread and closes it
 * before returning. {@link #close} and {@link #stats} by any thread.
 */
public final class Ingest implements StreamSource, InputCounters {

    private final Builder settings;
    private final Sources.Opener opener;
    private final Waiting waiting;
    private final Reopening reopening;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final InputMeter meter = new InputMeter();
    private volatile @Nullable PacedSink pace;
    private volatile @Nullable WireSource current;

    private Ingest(Builder settings, Sources.@Nullable Opener opener) {
        this.settings = settings;
        this.waiting = new Waiting(
                settings.openTimeout,
                settings.readTimeout,
                Duration.ZERO,
                closed::get,
                settings.arrival(),
                settings.http);
        this.opener = opener == null ? () -> Sources.of(settings.spec, waiting) : opener;
        this.reopening = new Reopening(settings.spec.url(), settings.reconnect, settings.nanoTime, closed::get);
    }

    /** A reader of {@code spec}, which may be changed before it is built. */
    public static Builder builder(InputSpec spec) {
        return new Builder(spec);
    }

    /**
     * Figures since the start.
     *
     * @param samples given to the sink
     * @param bytes payload of those
     * @param damaged samples left out because they could not be brought into canonical form
     * @param laps how often a looped recording has begun again
     * @param timeline what was repaired in the times
     */
    public record Stats(long samples, long bytes, long damaged, long laps, TimelineNormalizer.Stats timeline) {}

    public Stats stats() {
        return meter.stats();
    }

    /** What was counted by the reader of the protocol, and on the way from there; see {@link InputCounters}. */
    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>(meter.counters());
        counters.put("reconnects", reopening.reconnects());
        return counters;
    }

    /**
     * @throws MediaException {@code NOT_FOUND}, {@code MALFORMED}, {@code TIMEOUT} and what else can be wrong with an input; not
     *     after {@link #close}
     */
    @Override
    public void run(StreamSink sink) {
        if (!started.compareAndSet(false, true)) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "an input is read once; build another Ingest");
        }
        try {
            InputHealth watcher = settings.health;
            if (watcher != null) {
                watcher.watch(this);
            }
            read(meter.counting(watcher == null ? sink : watcher.watch(sink)));
            if (!closed.get()) {
                sink.accept(new EndOfStream());
            }
        } catch (MediaException e) {
            if (!closed.get()) {
                throw e;
            }
        }
    }

    private void read(StreamSink sink) {
        if (settings.spec.isLive()) {
            StreamSink front = front(sink);
            reopening.run(connected -> connect(opener, connected), front);
            return;
        }
        Playback playback = settings.spec.playback();
        StreamSink end = sink;
        if (playback.realTime()) {
            PacedSink paced = new PacedSink(sink, settings.nanoTime, closed::get);
            pace = paced;
            end = paced;
        }
        List<Sources.Opener> entries = entries();
        if (!playback.loop() && entries.size() == 1) {
            connect(entries.get(0), front(end));
            return;
        }
        // The second normaliser orders what overlaps where two laps meet.
        LapShift shift = new LapShift(TimelineNormalizer.of(SourceClock.CONTAINER_64, end));
        TrackNumbers numbers = new TrackNumbers();
        boolean something;
        do {
            something = false;
            for (Sources.Opener entry : entries) {
                connect(entry, front(entries.size() == 1 ? shift : numbers.before(shift)));
                if (closed.get()) {
                    return;
                }
                something |= shift.nextLap();
            }
            meter.lap();
        } while (playback.loop() && something);
    }

    private List<Sources.Opener> entries() {
        if (settings.spec instanceof PlaylistInput list) {
            return list.entries().stream()
                    .map(entry -> (Sources.Opener) () -> Sources.of(entry, waiting))
                    .toList();
        }
        return List.of(opener);
    }

    /** From the form and the times of the wire to those of the stream. */
    private StreamSink front(StreamSink sink) {
        Normalising timeline = new Normalising(this::clock, sink);
        meter.timeline(timeline);
        return new CanonicalSink(timeline, meter.damaged());
    }

    private SourceClock clock() {
        WireSource source = current;
        return source == null ? SourceClock.WIRE_64 : source.clock();
    }

    /** Runs one source to its end; true if it said that the stream ends there. */
    private boolean connect(Sources.Opener entry, StreamSink sink) {
        if (closed.get()) {
            return false;
        }
        AtomicBoolean ended = new AtomicBoolean();
        try (WireSource source = entry.open()) {
            current = source;
            meter.opened(source);
            try {
                // Closed in between, nobody has told the source.
                if (!closed.get()) {
                    source.run(item -> {
                        ended.compareAndSet(false, item instanceof EndOfStream);
                        sink.accept(item);
                    });
                }
            } finally {
                current = null;
                meter.closed(source);
            }
        }
        return ended.get();
    }

    @Override
    public void close() {
        closed.set(true);
        WireSource source = current;
        if (source != null) {
            source.close();
        }
        PacedSink paced = pace;
        if (paced != null) {
            paced.wake();
        }
        reopening.wake();
    }

    /** How to read; not safe for use by several threads. */
    public static final class Builder {
        final InputSpec spec;
        Duration openTimeout = Duration.ofSeconds(10);
        Duration readTimeout = Duration.ofSeconds(10);
        Clock clock = Clock.systemUTC();
        LongSupplier nanoTime = System::nanoTime;
        Reconnect reconnect = Reconnect.STANDARD;

        @Nullable
        HttpClient http;

        @Nullable
        InputHealth health;

        private Builder(InputSpec spec) {
            this.spec = spec;
        }

        /** Longest time for opening, finding the tracks included; 10 s unless set. */
        public Builder openTimeout(Duration timeout) {
            openTimeout = positive(timeout);
            return this;
        }

        /** Longest time without a sample; 10 s unless set. */
        public Builder readTimeout(Duration timeout) {
            readTimeout = positive(timeout);
            return this;
        }

        /** Read once, when reading begins, for arrival times; from then on {@link #nanoTime} counts. */
        public Builder clock(Clock newClock) {
            clock = newClock;
            return this;
        }

        /** Measures arrival times and the pace of recordings, in nanoseconds; {@link System#nanoTime} unless set. */
        public Builder nanoTime(LongSupplier newNanoTime) {
            nanoTime = newNanoTime;
            return this;
        }

        /** How a live input that breaks is opened again; {@link Reconnect#STANDARD} unless set. */
        public Builder reconnect(Reconnect newReconnect) {
            reconnect = newReconnect;
            return this;
        }

        /** Watches what passes and what is counted; the host lets it tick. */
        public Builder health(InputHealth watcher) {
            health = watcher;
            return this;
        }

        /** For HLS; it must not follow redirects itself, and stays the caller's. One for each input unless set. */
        public Builder httpClient(HttpClient client) {
            http = client;
            return this;
        }

        private static Duration positive(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw MediaException.invalidArgument("a timeout is more than zero, not " + timeout);
            }
            return timeout;
        }

        LongSupplier arrival() {
            if (!spec.isLive()) {
                return () -> SampleInfo.NO_ARRIVAL;
            }
            long anchor = Timestamp.of(clock.instant()).ticks();
            long start = nanoTime.getAsLong();
            return () -> anchor + (nanoTime.getAsLong() - start);
        }

        public Ingest build() {
            return new Ingest(copy(), null);
        }

        Ingest build(Container.Opener containers) {
            return new Ingest(copy(), () -> new ContainerSource(stop -> containers.open()));
        }

        Ingest buildFrom(Sources.Opener opener) {
            return new Ingest(copy(), opener);
        }

        private Builder copy() {
            Builder copy = new Builder(spec);
            copy.openTimeout = openTimeout;
            copy.readTimeout = readTimeout;
            copy.clock = clock;
            copy.nanoTime = nanoTime;
            copy.reconnect = reconnect;
            copy.http = http;
            copy.health = health;
            return copy;
        }
    }
}
