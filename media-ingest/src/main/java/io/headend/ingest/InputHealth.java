package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.EventSink;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.TrackInfo;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches one input and tells when a problem begins and when it is over.
 *
 * <p>Samples are seen where they pass ({@link #watch}), counters are asked for, decoded pictures and sound are shown to it by a
 * {@link FrameAnalyzer}. Judged is at every {@link #tick}: twenty times a second, by {@link #every} or by the host, so that an event
 * comes within 100 ms of its time, also when nothing else happens.
 *
 * <p>Watching begins with the first tick: an input that never comes has stalled.
 *
 * <p><b>Threading:</b> any thread; guarded by one lock that is not held while events are told.
 */
public final class InputHealth {

    private static final long TICK_MILLIS = 50;
    private static final long SECOND = 1_000_000_000L;

    private final String origin;
    private final EventSink events;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Duration clear;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InputProblem, ProblemState> states = new EnumMap<>(InputProblem.class);
    private final Set<Integer> pictureTracks = new HashSet<>();
    private final SlidingSum bits = new SlidingSum(SECOND);
    private final Map<String, Long> lastCounters = new HashMap<>();
    private volatile InputCounters counters = InputCounters.NONE;
    private boolean begun;
    private long lastSample;

    private InputHealth(Builder builder) {
        this.origin = builder.origin;
        this.events = EventSink.guarded(builder.events);
        this.clock = builder.clock;
        this.nanoTime = builder.nanoTime;
        this.clear = builder.clear;
        for (InputProblem problem : InputProblem.values()) {
            states.put(problem, new ProblemState(problem, builder.rules.getOrDefault(problem, problem.standard())));
        }
    }

    /** @param origin names the input in events; no address with credentials */
    public static Builder builder(String origin) {
        return new Builder(origin);
    }

    /**
     * Figures at one instant.
     *
     * @param problems that last, with how long they have
     * @param bitrate of the last second, bit/s of payload
     * @param sinceSample time since the last picture, or sound where there are none
     */
    public record Snapshot(Map<InputProblem, Duration> problems, long bitrate, Duration sinceSample) {

        public Snapshot {
            problems = Map.copyOf(problems);
        }

        public boolean isHealthy() {
            return problems.isEmpty();
        }
    }

    /** A sink before {@code downstream} that sees what passes. */
    public StreamSink watch(StreamSink downstream) {
        return item -> {
            if (item instanceof Sample sample) {
                passed(sample.trackId(), sample.size());
            } else if (item instanceof TrackInfo info && info.track().kind() == Codec.Kind.VIDEO) {
                pictures(info.track().id());
            }
            downstream.accept(item);
        };
    }

    /** The counters to ask for losses and errors. */
    public void watch(InputCounters newCounters) {
        counters = newCounters;
    }

    private void pictures(int track) {
        lock.lock();
        try {
            pictureTracks.add(track);
        } finally {
            lock.unlock();
        }
    }

    private void passed(int track, int size) {
        long now = nanoTime.getAsLong();
        lock.lock();
        try {
            bits.add(now, 8L * size);
            state(InputProblem.LOW_BITRATE).count(now, 8L * size);
            if (pictureTracks.isEmpty() || pictureTracks.contains(track)) {
                lastSample = now;
            }
        } finally {
            lock.unlock();
        }
    }

    /** What a decoded picture is like. */
    void picture(double brightest, double difference) {
        level(InputProblem.BLACK, brightest);
        if (!Double.isNaN(difference)) {
            level(InputProblem.FREEZE, difference);
        }
    }

    /** How loud decoded sound is. */
    void sound(double decibels) {
        level(InputProblem.SILENCE, decibels);
    }

    /** A sample that could not be decoded. */
    public void decodeErrors(long count) {
        long now = nanoTime.getAsLong();
        lock.lock();
        try {
            state(InputProblem.DECODE).count(now, count);
        } finally {
            lock.unlock();
        }
    }

    private void level(InputProblem problem, double value) {
        long now = nanoTime.getAsLong();
        lock.lock();
        try {
            state(problem).level(now, value);
        } finally {
            lock.unlock();
        }
    }

    /** Judges and tells what has changed. */
    public void tick() {
        long now = nanoTime.getAsLong();
        Map<String, Long> counted = counters.counters();
        List<HealthEvent> news = new ArrayList<>();
        lock.lock();
        try {
            if (!begun) {
                begun = true;
                lastSample = now;
                states.values().forEach(state -> state.begin(now));
            }
            grew(counted, now, InputProblem.LOSS, "unrecovered");
            grew(counted, now, InputProblem.CONTINUITY, "continuity_errors", "transport_errors");
            grew(counted, now, InputProblem.DECODE, "damaged");
            for (ProblemState state : states.values()) {
                HealthEvent event = news(state, now);
                if (event != null) {
                    news.add(event);
                }
            }
        } finally {
            lock.unlock();
        }
        news.forEach(events::accept);
    }

    private @Nullable HealthEvent news(ProblemState state, long now) {
        long since = state.problem() == InputProblem.STALL
                ? state.judgeSilence(now, lastSample, clear)
                : state.judge(now, clear);
        return since < 0
                ? null
                : new HealthEvent(clock.instant(), origin, state.problem(), state.isActive(), Duration.ofNanos(since));
    }

    private void grew(Map<String, Long> counted, long now, InputProblem problem, String... names) {
        for (String name : names) {
            long value = counted.getOrDefault(name, 0L);
            Long before = lastCounters.put(name, value);
            if (before != null && value > before) {
                state(problem).count(now, value - before);
            } else if (before == null && value > 0) {
                state(problem).count(now, value);
            }
        }
    }

    private ProblemState state(InputProblem problem) {
        return Objects.requireNonNull(states.get(problem));
    }

    public Snapshot snapshot() {
        long now = nanoTime.getAsLong();
        lock.lock();
        try {
            Map<InputProblem, Duration> problems = new EnumMap<>(InputProblem.class);
            states.forEach((problem, state) -> {
                if (state.isActive()) {
                    problems.put(problem, Duration.ofNanos(now - state.since()));
                }
            });
            Duration silent = begun ? Duration.ofNanos(Math.max(0, now - lastSample)) : Duration.ZERO;
            return new Snapshot(problems, bits.sum(now), silent);
        } finally {
            lock.unlock();
        }
    }

    /** Ticks on the executor until the result is cancelled. */
    public ScheduledFuture<?> every(ScheduledExecutorService executor) {
        return executor.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What to watch for; not safe for use by several threads. */
    public static final class Builder {
        private final String origin;
        private final Map<InputProblem, HealthRule> rules = new EnumMap<>(InputProblem.class);
        private EventSink events = EventSink.NONE;
        private Clock clock = Clock.systemUTC();
        private LongSupplier nanoTime = System::nanoTime;
        private Duration clear = Duration.ofSeconds(1);

        private Builder(String origin) {
            this.origin = origin;
        }

        public Builder rule(InputProblem problem, HealthRule rule) {
            rules.put(problem, rule);
            return this;
        }

        public Builder rule(InputProblem problem, double threshold, Duration hold) {
            return rule(problem, new HealthRule(threshold, hold));
        }

        /** Takes {@link HealthEvent}s, on the thread that ticks. */
        public Builder events(EventSink sink) {
            events = sink;
            return this;
        }

        /** How long a problem has to be away to be over; 1 s unless set. */
        public Builder clear(Duration time) {
            clear = time;
            return this;
        }

        /** Dates events. */
        public Builder clock(Clock newClock) {
            clock = newClock;
            return this;
        }

        /** Measures time. */
        public Builder nanoTime(LongSupplier newNanoTime) {
            nanoTime = newNanoTime;
            return this;
        }

        public InputHealth build() {
            return new InputHealth(this);
        }
    }
}
