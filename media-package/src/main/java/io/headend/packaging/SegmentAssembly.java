package io.headend.packaging;

import io.headend.core.CodecString;
import io.headend.core.Cue;
import io.headend.core.EventSink;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleProtector;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.formats.hls.Key;
import io.headend.formats.isobmff.Box;
import io.headend.formats.isobmff.InitializationSegment;
import io.headend.formats.isobmff.ProducerReferenceTimeBox;
import io.headend.packaging.CmafMuxer.Position;
import io.headend.packaging.PackagingEvent.Kind;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds chunks out of the samples of the open segment and hands them to the store. Used under the lock of its sink. */
final class SegmentAssembly implements Segmenter.Output {

    private static final int MAX_MESSAGES = 64;

    private final String name;
    private final Optional<SampleProtector> protector;
    private final @Nullable WholeSegment whole;
    private final String origin;
    private final SegmentWriter store;
    private final boolean live;
    private final ManifestSettings settings;
    private final Duration chunkLength;
    private final EventSink events;
    private final Clock clock;
    private final Publisher publisher;
    private final RenditionCounters counters;

    private final List<Sample> samples = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final List<Cue> messages = new ArrayList<>();
    private @Nullable CmafMuxer muxer;
    private @Nullable Track nextTrack;
    private @Nullable CodecString nextCodec;
    private String initName = "";
    private @Nullable Position position;
    private long number;
    private long start;
    private long boundary;
    private boolean discontinuity;
    private long bytes;
    private long keyFrameBytes;
    private long count;
    private long lastDuration;
    private long drift;
    private boolean failed;
    private Segmenter.@Nullable Reason reported;

    SegmentAssembly(String name, Packager.Encryption encryption, Packager.Builder builder, Publisher publisher) {
        this.name = name;
        this.protector = encryption.samples();
        this.whole = encryption.segments().map(WholeSegment::new).orElse(null);
        this.origin = builder.name + "/" + name;
        this.store = builder.store.writer();
        this.live = builder.requirePolicy().isLive();
        this.settings = builder.settings();
        this.chunkLength = settings.isLowLatency() ? settings.part() : builder.chunk;
        this.events = builder.events;
        this.clock = builder.clock;
        this.publisher = publisher;
        this.counters = publisher.counters(name);
    }

    /** From the next segment on. */
    void format(Track track, CodecString codec) {
        nextTrack = track;
        nextCodec = codec;
    }

    @Override
    public void begin(long segment, long startTime, long nextBoundary, long driftTicks) {
        number = segment;
        start = startTime;
        boundary = nextBoundary;
        drift = driftTicks;
        bytes = 0;
        keyFrameBytes = 0;
        count = 0;
        parts.clear();
        position = null;
        reported = null;
        failed = false;
        if (whole != null) {
            whole.clear();
        }
        Track track = nextTrack;
        CodecString codec = nextCodec;
        discontinuity = false;
        if (settings.isLowLatency()) {
            Publisher.Start begun = publisher.begin(name, segment, track != null && muxer != null);
            discontinuity = begun == Publisher.Start.BROKEN;
            if (begun == Publisher.Start.REFUSED) {
                failed = true;
                return;
            }
        }
        if (track != null && codec != null) {
            guarded(() -> {
                CmafMuxer next = CmafMuxer.of(track, protector);
                String file = publisher.initName(name, next.init(), segment, muxer == null);
                store.init(name, file, next.init());
                publisher.track(file, new PublishedTrack(track, codec, next.protection(), List.of()));
                initName = file;
                muxer = next;
                nextTrack = null;
            });
        }
        guarded(() -> requireMuxer().beginSegment(segment));
    }

    @Override
    public void boundary(long nextBoundary) {
        boundary = nextBoundary;
    }

    @Override
    public void sample(Sample sample) {
        if (failed) {
            sample.close();
            return;
        }
        if (position == null) {
            position = Position.first(number, sample);
        }
        if (!chunkLength.isZero() && !samples.isEmpty() && !fits(sample)) {
            flush(position.decodeTime(sample));
        }
        samples.add(sample);
        lastDuration = sample.duration();
        if (settings.isLowLatency() && sample.duration() > 0 && isFull(sample)) {
            // what the next sample would tell is known already: it begins where this one ends
            flush(position.decodeTime(sample) + sample.duration());
        }
    }

    /** Whether the chunk stays within its length with this sample. */
    private boolean fits(Sample sample) {
        return sample.dts() + Math.max(1, sample.duration()) - samples.get(0).dts() <= chunkTicks();
    }

    /** Whether another sample like the last one would be too much, or belongs to the next segment. */
    private boolean isFull(Sample last) {
        return last.dts() + 2 * last.duration() - samples.get(0).dts() > chunkTicks()
                || requirePosition().decodeTime(last) + last.duration() >= boundary;
    }

    private long chunkTicks() {
        Timebase timebase = requireMuxer().track().timebase();
        return Math.max(1, Timebase.NANOS.convert(chunkLength.toNanos(), timebase, RoundingMode.FLOOR));
    }

    private Position requirePosition() {
        if (position == null) {
            throw new IllegalStateException("no segment has begun");
        }
        return position;
    }

    /** Sends the samples so far to the store as one chunk. */
    private void flush(long end) {
        Position at = position;
        if (at == null || samples.isEmpty() || failed) {
            return;
        }
        guarded(() -> {
            Chunk chunk = announced(requireMuxer().chunk(at, samples, chunkEnd(at, end)));
            if (whole == null) {
                store.append(name, number, chunk);
            } else {
                whole.add(chunk);
            }
            if (bytes == 0 && chunk.independent() && whole == null) {
                long payload = samples.stream().mapToLong(Sample::size).sum();
                keyFrameBytes = chunk.bytes() - payload + samples.get(0).size();
            }
            bytes += chunk.bytes();
            count += samples.size();
            position = at.next();
            if (settings.isLowLatency()) {
                parts.add(new Part(chunk.duration(), chunk.bytes(), chunk.independent()));
                OpenSegment.Needs needs =
                        new OpenSegment.Needs(initName, requireMuxer().changedKey());
                publisher.part(name, new OpenSegment(number, start, discontinuity, needs, parts, end >= boundary));
            }
        });
        release();
    }

    /** Where samples are lost, a part ends before the gap: playlists allow none that is longer than the target. */
    private long chunkEnd(Position at, long end) {
        if (!settings.isLowLatency()) {
            return end;
        }
        long last = at.decodeTime(samples.get(samples.size() - 1));
        return Math.min(end, Math.max(last + 1, at.decodeTime(samples.get(0)) + chunkTicks()));
    }

    /** An event that the next chunk tells. */
    void cue(Cue cue) {
        if (messages.size() < MAX_MESSAGES) {
            messages.add(cue);
        }
    }

    /** The chunk with the boxes that stand before it: when it was made, and the events since the one before. */
    private Chunk announced(Chunk chunk) {
        List<Box> boxes = new ArrayList<>();
        if (settings.isLowLatency()) {
            Timebase timebase = requireMuxer().track().timebase();
            Timestamp time = Timestamp.of(chunk.start(), timebase);
            // the epoch lock: the encoder's input at media time t is the instant t
            boxes.add(new ProducerReferenceTimeBox(
                    InitializationSegment.TRACK_ID, ProducerReferenceTimeBox.ntp(time.toNanos()), chunk.start(), 0));
        }
        messages.forEach(
                cue -> boxes.add(EventBoxes.of(cue, requireMuxer().track().timebase())));
        messages.clear();
        return boxes.isEmpty() ? chunk : chunk.with(Box.toBytes(boxes));
    }

    @Override
    public void end(long endOrUnknown) {
        Position at = position;
        if (at != null && !failed && (!samples.isEmpty() || count > 0)) {
            long end = endOrUnknown;
            if (end == Segmenter.UNKNOWN && !samples.isEmpty()) {
                Sample last = samples.get(samples.size() - 1);
                end = Math.max(at.decodeTime(last) + Math.max(1, lastDuration), latestEnd());
            }
            long segmentEnd = end;
            flush(segmentEnd);
            guarded(() -> {
                List<Key> keys = whole == null ? List.of() : encrypted(whole);
                store.complete(name, number);
                counters.segment(bytes, count, drift);
                SegmentEntry.Layout layout = new SegmentEntry.Layout(
                        bytes, keyFrameBytes, parts, requireMuxer().changedKey(), keys);
                publisher.complete(
                        name,
                        new SegmentEntry(
                                number, start, Math.max(1, segmentEnd - start), discontinuity, initName, layout));
            });
            if (!failed) {
                Timebase timebase = requireMuxer().track().timebase();
                publisher.followed(name, number, Timestamp.of(start, timebase), Timestamp.of(segmentEnd, timebase));
            }
        }
        release();
    }

    /** Sends the segment to the store, which never has its clear bytes. */
    private List<Key> encrypted(WholeSegment segment) {
        WholeSegment.Encrypted result = segment.encrypt(number);
        store.append(name, number, result.chunk());
        bytes = result.chunk().bytes();
        return List.of(result.key());
    }

    /** Where the presentation of the samples held ends, by their own durations. */
    private long latestEnd() {
        long latest = start;
        for (Sample sample : samples) {
            latest = Math.max(latest, sample.pts() + sample.duration());
        }
        return latest;
    }

    @Override
    public void abandon() {
        counters.dropped(samples.size() + count);
        if (position != null) {
            withdraw();
            store.drop(name, number);
        }
        position = null;
        count = 0;
        release();
    }

    @Override
    public void drop(Sample sample, Segmenter.Reason reason) {
        sample.close();
        counters.dropped(1);
        if (reason == reported) {
            return;
        }
        reported = reason;
        switch (reason) {
            case BEFORE_BOUNDARY -> {}
            case MISSED_BOUNDARY -> {
                counters.missedBoundary();
                report(
                        Kind.MISSED_BOUNDARY,
                        Severity.WARNING,
                        "No sync sample begins segment " + (number + 1) + "; waiting for the next boundary.");
            }
            case OUT_OF_RANGE ->
                report(
                        Kind.SAMPLE_REJECTED,
                        Severity.WARNING,
                        "A sample's time lies behind the year 2242; it was dropped.");
            case EMPTY -> report(Kind.SAMPLE_REJECTED, Severity.WARNING, "A sample without bytes was dropped.");
            case NOT_MONOTONIC ->
                report(
                        Kind.NOT_MONOTONIC,
                        Severity.WARNING,
                        "A sample's decoding time is not behind that of the sample before; it was dropped.");
        }
    }

    /** Live, a failure costs one segment; on demand it ends the stream. */
    private void guarded(Runnable step) {
        if (failed) {
            return;
        }
        try {
            step.run();
        } catch (MediaException e) {
            failed = true;
            counters.dropped(samples.size() + count);
            release();
            if (!live || e.code() == MediaErrorCode.CLOSED) {
                throw e;
            }
            withdraw();
            store.drop(name, number);
            report(Kind.STORE_FAILED, Severity.ERROR, "Segment " + number + " is lost: " + e.getMessage());
        }
    }

    /** Shows no longer what never becomes a segment. */
    private void withdraw() {
        if (settings.isLowLatency() && !parts.isEmpty()) {
            parts.clear();
            publisher.part(name, null);
        }
    }

    void report(Kind kind, Severity severity, String message) {
        events.accept(new PackagingEvent(clock.instant(), origin, severity, kind, message));
    }

    private void release() {
        samples.forEach(Sample::close);
        samples.clear();
    }

    private CmafMuxer requireMuxer() {
        if (muxer == null) {
            throw new IllegalStateException("segment without a track");
        }
        return muxer;
    }
}
