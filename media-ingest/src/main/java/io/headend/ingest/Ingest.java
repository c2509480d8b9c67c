package io.headend.ingest;

import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
public final class Ingest implements StreamSource {

    private final Builder settings;
    private final Container.Opener opener;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable PacedSink pace;
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();
    private final AtomicLong laps = new AtomicLong();
    private volatile @Nullable TimelineNormalizer timeline;

    private Ingest(Builder settings, Container.@Nullable Opener opener) {
        this.settings = settings;
        this.opener = opener == null ? this::open : opener;
    }

    private Container open() {
        return DemuxerContainer.open(
                settings.spec,
                new DemuxerContainer.Waiting(
                        settings.openTimeout, settings.readTimeout, Duration.ZERO, closed::get, settings.arrival()));
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
        TimelineNormalizer current = timeline;
        return new Stats(
                samples.get(),
                bytes.get(),
                damaged.get(),
                laps.get(),
                current == null ? TimelineNormalizer.Stats.NONE : current.stats());
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
            if (read(counting(sink)) && !closed.get()) {
                sink.accept(new EndOfStream());
            }
        } catch (MediaException e) {
            if (!closed.get()) {
                throw e;
            }
        }
    }

    private StreamSink counting(StreamSink sink) {
        return item -> {
            if (item instanceof Sample sample) {
                samples.incrementAndGet();
                bytes.addAndGet(sample.size());
            }
            sink.accept(item);
        };
    }

    private boolean read(StreamSink sink) {
        Playback playback = settings.playback();
        StreamSink end = sink;
        if (playback.realTime()) {
            PacedSink paced = new PacedSink(sink, settings.nanoTime, closed::get);
            pace = paced;
            end = paced;
        }
        if (!playback.loop()) {
            return readLap(end);
        }
        // The second normaliser orders what overlaps where two laps meet.
        LapShift shift = new LapShift(TimelineNormalizer.of(SourceClock.CONTAINER_64, end));
        do {
            if (!readLap(shift)) {
                return false;
            }
            laps.incrementAndGet();
        } while (shift.nextLap());
        return true;
    }

    /** Reads the container to its end; false if it was closed before. */
    private boolean readLap(StreamSink sink) {
        if (closed.get()) {
            return false;
        }
        long damagedBefore = damaged.get();
        try (Container container = opener.open()) {
            TimelineNormalizer normalizer =
                    TimelineNormalizer.of(SourceClocks.of(container.formatName(), container.tracks()), sink);
            timeline = normalizer;
            CanonicalSink canonical = new CanonicalSink(normalizer);
            canonical.tracks(container.tracks());
            while (!closed.get()) {
                Sample sample = container.read();
                if (sample == null) {
                    return true;
                }
                canonical.tracks(container.tracks());
                canonical.accept(sample);
                damaged.set(damagedBefore + canonical.dropped());
            }
            return false;
        }
    }

    @Override
    public void close() {
        closed.set(true);
        PacedSink paced = pace;
        if (paced != null) {
            paced.wake();
        }
    }

    /** How to read; not safe for use by several threads. */
    public static final class Builder {
        final InputSpec spec;
        Duration openTimeout = Duration.ofSeconds(10);
        Duration readTimeout = Duration.ofSeconds(10);
        Clock clock = Clock.systemUTC();
        LongSupplier nanoTime = System::nanoTime;

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

        private static Duration positive(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw MediaException.invalidArgument("a timeout is more than zero, not " + timeout);
            }
            return timeout;
        }

        Playback playback() {
            if (spec instanceof FileInput file) {
                return file.playback();
            }
            return spec instanceof HttpInput http ? http.playback() : Playback.ONCE;
        }

        LongSupplier arrival() {
            if (!(spec instanceof LiveInput)) {
                return () -> SampleInfo.NO_ARRIVAL;
            }
            long anchor = Timestamp.of(clock.instant()).ticks();
            long start = nanoTime.getAsLong();
            return () -> anchor + (nanoTime.getAsLong() - start);
        }

        public Ingest build() {
            return new Ingest(copy(), null);
        }

        Ingest build(Container.Opener opener) {
            return new Ingest(copy(), opener);
        }

        private Builder copy() {
            Builder copy = new Builder(spec);
            copy.openTimeout = openTimeout;
            copy.readTimeout = readTimeout;
            copy.clock = clock;
            copy.nanoTime = nanoTime;
            return copy;
        }
    }
}
