package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.EventSink;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.MeterSink;
import io.headend.core.StreamSink;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link Transcoder}; {@link #build()} makes it, once. Every rendition needs an output. */
public final class TranscoderBuilder {

    // What an encoder may hold back before a step is felt.
    private static final long HANDOVER_NANOS = 500_000_000L;

    final Ladder ladder;
    final EpochGrid grid;
    final Map<String, StreamSink> outputs = new LinkedHashMap<>();
    TimelineStart start = TimelineStart.zero();
    ThreadFactory threads = Thread::new;
    EventSink events = EventSink.NONE;
    MeterSink meters = MeterSink.NONE;
    Consumer<GopReport> gopReports = report -> {};
    Clock clock = Clock.systemUTC();
    Duration silenceAfter = Duration.ZERO;
    int decoderThreads;
    boolean segmentsAtSplices;
    int queuedFrames = 8;
    Processing processing = Processing.STANDARD;
    LoadGovernor load = LoadGovernor.none();

    @Nullable
    LogoImage logo;

    private @Nullable LongSupplier epochNanos;

    TranscoderBuilder(Ladder ladder, EpochGrid grid) {
        this.ladder = ladder;
        this.grid = grid;
    }

    /**
     * Where a rendition goes.
     *
     * @param rendition name of a rendition of the ladder
     */
    public TranscoderBuilder output(String rendition, StreamSink sink) {
        if (!ladder.names().contains(rendition)) {
            throw MediaException.invalidArgument(
                    "no rendition '" + rendition + "' in the ladder; it has " + ladder.names());
        }
        outputs.put(rendition, sink);
        return this;
    }

    /** Where every rendition goes, by name. */
    public TranscoderBuilder outputs(Function<String, StreamSink> sinks) {
        for (String name : ladder.names()) {
            outputs.put(name, sinks.apply(name));
        }
        return this;
    }

    /** Where the program begins on the epoch timeline; {@link TimelineStart#zero()} unless said otherwise. */
    public TranscoderBuilder start(TimelineStart where) {
        start = where;
        return this;
    }

    /**
     * Moves segment boundaries to SCTE-35 splices by the rule of {@link io.headend.core.CueSchedule}: each moved one is told to
     * every rendition as a {@link io.headend.core.SegmentBoundary} before it comes. Unless asked for, segments keep their
     * length, and a splice is an IDR picture within one.
     */
    public TranscoderBuilder segmentsAtSplices(boolean move) {
        segmentsAtSplices = move;
        return this;
    }

    /** Makes the threads of the renditions; {@code Thread::new} unless said otherwise. */
    public TranscoderBuilder threads(ThreadFactory factory) {
        threads = factory;
        return this;
    }

    /** Threads of the picture decoder, 0 (the default) for FFmpeg's choice; each delays by one picture. */
    public TranscoderBuilder decoderThreads(int count) {
        if (count < 0 || count > 64) {
            throw MediaException.invalidArgument("decoder threads are 0 to 64, not " + count);
        }
        decoderThreads = count;
        return this;
    }

    /** Decoded pictures that may wait for a rendition, 1 to 256; 8 unless said otherwise. */
    public TranscoderBuilder queuedFrames(int count) {
        if (count < 1 || count > 256) {
            throw MediaException.invalidArgument("queued frames are 1 to 256, not " + count);
        }
        queuedFrames = count;
        return this;
    }

    /**
     * Replaces sound that is missing, or later than the picture by more than this, with silence, so that the sound renditions
     * always go on; zero (the default) leaves them as long as the source's sound.
     */
    public TranscoderBuilder silenceAfter(Duration lateness) {
        if (lateness.isNegative() || lateness.compareTo(Duration.ofMinutes(1)) > 0) {
            throw MediaException.invalidArgument("silence begins after 0 to 60 s, not " + lateness);
        }
        silenceAfter = lateness;
        return this;
    }

    /** What is done to pictures and sound before they are encoded; {@link Processing#STANDARD} unless said otherwise. */
    public TranscoderBuilder processing(Processing what) {
        processing = what;
        return this;
    }

    public TranscoderBuilder events(EventSink sink) {
        events = EventSink.guarded(sink);
        return this;
    }

    public TranscoderBuilder meters(MeterSink sink) {
        meters = MeterSink.guarded(sink);
        return this;
    }

    /** Told of every group of pictures when it is encoded, on the rendition's thread: it returns at once. */
    public TranscoderBuilder gopReports(Consumer<GopReport> listener) {
        gopReports = listener;
        return this;
    }

    /**
     * Keeps up with a clock: where the renditions fall behind the times of their pictures, work is given up in the order of
     * {@link ComputeLevel}, and taken up again later. Unless this is set nothing is ever given up.
     *
     * @param nanosSinceEpoch the present on the epoch timeline; called by several threads
     */
    public TranscoderBuilder keepUpWith(LongSupplier nanosSinceEpoch) {
        epochNanos = nanosSinceEpoch;
        return this;
    }

    /** Dates the events. */
    public TranscoderBuilder clock(Clock wallClock) {
        clock = wallClock;
        return this;
    }

    /**
     * @throws MediaException {@code INVALID_ARGUMENT} if a rendition has no output; {@code NOT_FOUND}, {@code MALFORMED} or
     *     {@code UNSUPPORTED} if there is no logo to lay over the pictures
     */
    public Transcoder build() {
        for (String name : ladder.names()) {
            if (!outputs.containsKey(name)) {
                throw MediaException.invalidArgument("rendition '" + name + "' has no output; give it one by output()");
            }
        }
        Overlay overlay = processing.overlay();
        if (overlay != null) {
            logo = LogoImage.read(overlay.image());
        }
        LongSupplier present = epochNanos;
        if (present != null) {
            load = LoadGovernor.of(present, reactionNanos(), levels(), this::loadChanged);
        }
        return new Transcoder(this);
    }

    private long reactionNanos() {
        return grid.startOfFrame(grid.gopFrames()).toNanos() + HANDOVER_NANOS;
    }

    private List<ComputeLevel> levels() {
        boolean analyses = ladder.video().stream()
                .anyMatch(rendition -> rendition.settings().rateControl() instanceof RateControl.ContentAdaptive);
        List<ComputeLevel> levels = new ArrayList<>(List.of(ComputeLevel.values()));
        if (!analyses) {
            levels.removeAll(List.of(ComputeLevel.LESS_ANALYSIS, ComputeLevel.NO_ANALYSIS));
        }
        return levels;
    }

    private void loadChanged(String what) {
        event(
                TranscodeEvent.Kind.LOAD_CHANGED,
                "transcoder",
                load.level() == ComputeLevel.FULL ? MediaEvent.Severity.INFO : MediaEvent.Severity.WARNING,
                "the transcoder " + (load.level() == ComputeLevel.FULL ? what : "is " + what));
    }

    void event(TranscodeEvent.Kind kind, String origin, MediaEvent.Severity severity, String message) {
        events.accept(new TranscodeEvent(kind, clock.instant(), origin, severity, message));
    }
}
