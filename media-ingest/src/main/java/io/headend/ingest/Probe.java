package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an input and tells what it holds: tracks, rates, key frames, faults.
 *
 * <p>It always ends: by itself at the end of a recording, after {@link Builder#look} on a live stream, or at the
 * {@link Builder#timeout}, whatever the input does.
 *
 * <p><b>Threading:</b> {@link #run} works on the calling thread; a timer of the JDK ends it.
 */
public final class Probe {

    private final InputSpec spec;
    private final Duration look;
    private final Duration timeout;
    private final boolean decode;
    private final @Nullable InputHealth health;

    private Probe(Builder builder) {
        this.spec = builder.spec;
        this.look = builder.look;
        this.timeout = builder.timeout;
        this.decode = builder.decode;
        this.health = builder.health;
    }

    /** A look at {@code spec}: the whole of a recording, five seconds of a live stream. */
    public static Builder builder(InputSpec spec) {
        return new Builder(spec);
    }

    /**
     * Looks. Called any number of times; each opens the input anew.
     *
     * @throws MediaException if the input cannot be opened; an error after that is a problem of the report
     */
    public ProbeReport run() {
        // Set when the input is open: the time that opening takes is no part of the look.
        AtomicLong opened = new AtomicLong(Long.MIN_VALUE);
        BooleanSupplier enough = () ->
                !look.isZero() && opened.get() != Long.MIN_VALUE && System.nanoTime() - opened.get() >= look.toNanos();
        Waiting waiting = new Waiting(timeout, timeout, timeout, enough, () -> SampleInfo.NO_ARRIVAL, null);
        try (WireSource source = Sources.of(spec, waiting);
                Gauges gauges = new Gauges(decode, opened, look, health)) {
            AtomicBoolean late = new AtomicBoolean();
            CompletableFuture<Void> end = closing(source, timeout, () -> late.set(true));
            try {
                ProbeReport report = gauges.measure(source, enough, RedactedUrl.of(spec.url()));
                if (opened.get() == Long.MIN_VALUE && late.get()) {
                    throw new MediaException(
                            MediaErrorCode.TIMEOUT,
                            "nothing came from " + RedactedUrl.of(spec.url()) + " within " + timeout.toSeconds()
                                    + " s");
                }
                return report;
            } finally {
                end.cancel(false);
            }
        }
    }

    /** A source may wait for ever where its protocol knows no end of silence. */
    private static CompletableFuture<Void> closing(WireSource source, Duration after, Runnable first) {
        return CompletableFuture.runAsync(
                () -> {
                    // The source ends while it is being closed, before this task does.
                    first.run();
                    source.close();
                },
                CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static final class Gauges implements StreamSink, AutoCloseable {
        private final boolean decode;
        private final AtomicLong opened;
        private final Duration look;
        private final @Nullable InputHealth health;
        private final @Nullable FrameAnalyzer analyzer;
        private final Map<Integer, Track> raw = new TreeMap<>();
        private final Map<Integer, TrackGauge> gauges = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();
        private @Nullable CompletableFuture<Void> lookEnd;

        Gauges(boolean decode, AtomicLong opened, Duration look, @Nullable InputHealth health) {
            this.decode = decode;
            this.opened = opened;
            this.look = look;
            this.health = health;
            this.analyzer = health == null ? null : new FrameAnalyzer(health);
        }

        ProbeReport measure(WireSource source, BooleanSupplier enough, String url) {
            if (health != null) {
                health.watch((InputCounters) source);
            }
            Normalising timeline =
                    new Normalising(source::clock, health == null ? this : health.watch((StreamSink) this));
            CanonicalSink canonical = new CanonicalSink(timeline);
            ProbeReport.End end = ProbeReport.End.COMPLETE;
            String failure = null;
            try {
                source.run(item -> {
                    if (opened.compareAndSet(Long.MIN_VALUE, System.nanoTime()) && !look.isZero()) {
                        lookEnd = closing(source, look, () -> {});
                    }
                    if (item instanceof TrackInfo info) {
                        raw.put(info.track().id(), info.track());
                    }
                    canonical.accept(item);
                    if (enough.getAsBoolean()) {
                        source.close();
                    }
                });
                end = enough.getAsBoolean() ? ProbeReport.End.LIMIT : ProbeReport.End.COMPLETE;
            } catch (MediaException e) {
                if (raw.isEmpty()) {
                    throw e;
                }
                boolean stopped = e.code() == MediaErrorCode.CLOSED && enough.getAsBoolean();
                end = stopped ? ProbeReport.End.LIMIT : ProbeReport.End.FAILED;
                failure = stopped ? null : e.getMessage();
            }
            if (lookEnd != null) {
                lookEnd.cancel(false);
            }
            List<TrackReport> reports = reports();
            judge(canonical, timeline.stats(), reports);
            if (failure != null) {
                problems.add(failure);
            }
            return new ProbeReport(url, source.format(), duration(source.duration(), reports), reports, end, problems);
        }

        @Override
        public void accept(StreamItem item) {
            if (item instanceof TrackInfo info) {
                TrackGauge gauge =
                        gauges.computeIfAbsent(info.track().id(), id -> new TrackGauge(info.track(), decode, analyzer));
                String problem = gauge.describe(info.track());
                if (problem != null) {
                    problems.add(problem);
                }
            } else if (item instanceof Sample sample) {
                try (Sample owned = sample) {
                    TrackGauge gauge = gauges.get(owned.trackId());
                    if (gauge != null) {
                        gauge.add(owned);
                    }
                }
            }
        }

        private List<TrackReport> reports() {
            List<TrackReport> reports = new ArrayList<>();
            for (Track track : raw.values()) {
                TrackGauge gauge = gauges.get(track.id());
                reports.add((gauge == null ? new TrackGauge(track, false, null) : gauge).report());
            }
            return reports;
        }

        private void judge(CanonicalSink canonical, TimelineNormalizer.Stats timeline, List<TrackReport> reports) {
            count(canonical.dropped(), "samples that could not be brought into canonical form");
            count(timeline.jumps(), "jumps of the clock");
            count(timeline.losses(), "stretches of lost samples");
            count(timeline.dropped(), "sound frames that came twice");
            for (TrackReport report : reports) {
                count(report.counts().errors(), "samples of " + report.track().name() + " that could not be decoded");
                boolean picture = report.track().kind() == Codec.Kind.VIDEO;
                if (report.span() == null && (picture || report.track().kind() == Codec.Kind.AUDIO)) {
                    problems.add("no sample of " + report.track().name() + " came");
                } else if (picture && report.keys().count() == 0) {
                    problems.add(report.track().name() + " has no key frame");
                }
            }
            if (reports.stream()
                    .noneMatch(r -> TimelineNormalizer.isRegular(r.track().kind()))) {
                problems.add("there is neither picture nor sound that FFmpeg knows");
            }
        }

        private void count(long number, String what) {
            if (number > 0) {
                problems.add(what + ": " + number);
            }
        }

        private static @Nullable Timestamp duration(@Nullable Timestamp said, List<TrackReport> reports) {
            if (said != null) {
                return said;
            }
            long longest = reports.stream()
                    .mapToLong(r -> r.span() == null ? 0 : r.span().nanos())
                    .max()
                    .orElse(0);
            return longest == 0 ? null : Timestamp.of(longest, Timebase.NANOS);
        }

        @Override
        public void close() {
            gauges.values().forEach(TrackGauge::close);
        }
    }

    /** How to look; not safe for use by several threads. */
    public static final class Builder {
        private final InputSpec spec;
        private Duration look;
        private Duration timeout = Duration.ofSeconds(30);
        private boolean decode;
        private @Nullable InputHealth health;

        private Builder(InputSpec spec) {
            this.spec = spec;
            this.look = spec.isLive() ? Duration.ofSeconds(5) : Duration.ZERO;
        }

        /** How long to look once the input is open; zero looks to its end. */
        public Builder look(Duration newLook) {
            if (newLook.isNegative()) {
                throw MediaException.invalidArgument("a look lasts at least 0 s, not " + newLook);
            }
            look = newLook;
            return this;
        }

        /** When to give up at the latest, opening included; 30 s unless set. */
        public Builder timeout(Duration newTimeout) {
            if (newTimeout.isNegative() || newTimeout.isZero()) {
                throw MediaException.invalidArgument("a timeout is more than zero, not " + newTimeout);
            }
            timeout = newTimeout;
            return this;
        }

        /** Whether to decode pictures and sound as well, which finds damage that the container does not show. */
        public Builder decode(boolean newDecode) {
            decode = newDecode;
            return this;
        }

        /** Watches what passes; with {@link #decode} also what is decoded. The host lets it tick. */
        public Builder health(InputHealth watcher) {
            health = watcher;
            return this;
        }

        public Probe build() {
            return new Probe(this);
        }
    }
}
