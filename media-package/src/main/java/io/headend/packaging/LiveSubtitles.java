package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.formats.CodecStrings;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.headend.formats.text.CueSamples;
import io.headend.formats.text.TextCue;
import io.headend.formats.text.TextSample;
import io.headend.formats.text.WebVtt;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Subtitles of a live channel, said as they come. A segment of them is made when the first rendition of the packager has completed its own, of the
 * same time, with or without words in it. A cue that is said later than that is shown in the segments that are left of it.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class LiveSubtitles {

    private static final int MOST_CUES = 4_096;
    private static final int MOST_CHARACTERS = 4_096;
    private static final long TICKS_PER_MILLI = 90;
    // 33 bits
    private static final long CLOCK = 0x1_FFFF_FFFFL;

    private final ReentrantLock lock = new ReentrantLock();
    private final Track track;
    private final SegmentWriter store;
    private final Publisher publisher;
    private final List<TextCue> cues = new ArrayList<>();
    private @Nullable CmafMuxer muxer;
    private String init = "";

    LiveSubtitles(String name, @Nullable String language, SegmentWriter store, Publisher publisher) {
        ByteBuffer header = ByteBuffer.wrap("WEBVTT".getBytes(StandardCharsets.UTF_8));
        TextFormat format = new TextFormat(new CodecConfig(Codec.WEBVTT, "webvtt", header));
        this.track = new Track(0, name, format, Timebase.MPEG, language);
        this.store = store;
        this.publisher = publisher;
    }

    String name() {
        return track.name();
    }

    /** Whether samples of a track are words that {@link #show(Track, Sample, long)} reads. */
    public static boolean reads(Track source) {
        return StreamedCues.reads(source);
    }

    /**
     * Shows words for a time.
     *
     * @param start in the channel's time
     * @param end later than {@code start}
     * @param text of a WebVTT cue: {@code &}, {@code <} and {@code >} have a meaning in it
     * @throws MediaException {@code EXHAUSTED} if more than 4,096 cues wait to be shown, {@code INVALID_ARGUMENT} if the text is longer than 4,096
     *     characters or has no time
     */
    public void show(Instant start, Instant end, String text) {
        show(start.toEpochMilli(), end.toEpochMilli(), text);
    }

    /**
     * Shows what a sample of a source says.
     *
     * @param source a track that {@link #reads}
     * @param sample stays the caller's
     * @param shiftNanos what is added to the source's times to get the channel's
     * @throws MediaException as {@link #show(Instant, Instant, String)}
     */
    public void show(Track source, Sample sample, long shiftNanos) {
        String text = StreamedCues.text(source, sample);
        long start = millis(sample.pts(), source, shiftNanos);
        long end = millis(sample.pts() + sample.duration(), source, shiftNanos);
        if (!text.isBlank() && end > start) {
            show(start, end, text);
        }
    }

    private static long millis(long ticks, Track source, long shiftNanos) {
        long nanos = Timestamp.of(ticks, source.timebase()).ticksIn(Timebase.NANOS, RoundingMode.HALF_UP) + shiftNanos;
        return Math.floorDiv(nanos, 1_000_000L);
    }

    private void show(long start, long end, String text) {
        if (start < 0 || end <= start || text.length() > MOST_CHARACTERS) {
            throw MediaException.invalidArgument("a cue of " + text.length() + " characters from " + start + " to "
                    + end + " ms cannot be shown; at most " + MOST_CHARACTERS + " characters, for some time");
        }
        lock.lock();
        try {
            if (cues.size() >= MOST_CUES) {
                throw new MediaException(
                        MediaErrorCode.EXHAUSTED,
                        "more than " + MOST_CUES + " cues of " + track.name() + " wait to be shown");
            }
            cues.add(new TextCue(start, end, text));
        } finally {
            lock.unlock();
        }
    }

    /** Makes the segment of a stretch of time; called by the thread of one rendition. */
    void seal(long number, Timestamp from, Timestamp to) {
        long start = from.ticksIn(Timebase.MPEG, RoundingMode.FLOOR);
        long end = Math.max(start + TICKS_PER_MILLI, to.ticksIn(Timebase.MPEG, RoundingMode.FLOOR));
        CmafMuxer made = muxer();
        made.beginSegment(number);
        List<Sample> samples = new ArrayList<>();
        for (TextSample shown : CueSamples.of(shown(start / 90, end / 90), start / 90, end / 90)) {
            long begins = samples.isEmpty() ? start : shown.start() * TICKS_PER_MILLI;
            long ends = shown.end() == end / 90 ? end : shown.end() * TICKS_PER_MILLI;
            SampleInfo info = new SampleInfo(0, begins, begins, ends - begins, true, SampleInfo.NO_ARRIVAL);
            samples.add(HeapSample.of(info, shown.data()));
        }
        Chunk chunk = made.chunk(CmafMuxer.Position.first(number, samples.get(0)), samples, end);
        store.append(name(), number, chunk);
        store.complete(name(), number);
        boolean broken = publisher.isBroken(name(), number);
        SegmentEntry.Layout layout = SegmentEntry.Layout.of(chunk.bytes());
        publisher.complete(name(), new SegmentEntry(number, start, end - start, broken, init, layout));
    }

    private CmafMuxer muxer() {
        CmafMuxer made = muxer;
        if (made == null) {
            made = CmafMuxer.of(track);
            init = publisher.initName(name(), made.init(), 0, true);
            store.init(name(), init, made.init());
            publisher.track(init, new PublishedTrack(track, CodecStrings.of(track.format()), null, List.of()));
            muxer = made;
        }
        return made;
    }

    /** Those of a stretch, in order; what is over is forgotten. */
    private List<TextCue> shown(long from, long to) {
        lock.lock();
        try {
            cues.removeIf(cue -> cue.end() <= from);
            return cues.stream()
                    .filter(cue -> cue.within(from, to))
                    .sorted(Comparator.comparingLong(TextCue::start))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** A segment as the text that HLS wants, for players that read WebVTT from no fragment. */
    static ByteBuffer text(ByteBuffer segment) {
        List<TextCue> pieces = new ArrayList<>();
        List<Sample> samples =
                SegmentSamples.of(TrackExtendsBox.NOTHING, segment).samples();
        for (Sample sample : samples) {
            long start = sample.pts() / TICKS_PER_MILLI;
            long end = (sample.pts() + sample.duration()) / TICKS_PER_MILLI;
            pieces.addAll(CueSamples.parse(new TextSample(start, end, sample.data())));
        }
        // the clock of MPEG-2 turns over each day, so that a map says no more than the rest; cues count from the
        // segment on
        long start = samples.isEmpty() ? 0 : samples.get(0).pts() / TICKS_PER_MILLI;
        String text = new WebVtt("WEBVTT", CueSamples.joined(pieces))
                .moved(-start)
                .segment(0, Long.MAX_VALUE, start * TICKS_PER_MILLI & CLOCK);
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
