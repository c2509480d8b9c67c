package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Decodes the picture track and lays the pictures on the frame grid. Used by the decoding thread. */
final class PictureInput implements AutoCloseable {

    /** Takes the pictures, one for every frame number from the first on. */
    interface Frames {

        /** @param frame lent; who keeps it retains it */
        void picture(AvFrame frame, long number, boolean again, long arrivalNanos);
    }

    private static final int MOST_KEY_SECONDS = 5;

    private final Anchor anchor;
    private final EpochGrid grid;
    private final Deinterlace deinterlace;
    private final FrameGrid frames;
    private final int threads;
    private final LoadGovernor load;
    private final Frames sink;
    private final Anchor.Position position;
    private final ArrivalTimes arrivals = new ArrivalTimes();

    private Track track;
    private @Nullable Decoder decoder;
    private @Nullable PictureFilters filters;
    private final long mostKeyDistance;
    private boolean passing;
    private long lastKey = Long.MIN_VALUE;
    private long keyDistance;
    private long lastArrival = SampleInfo.NO_ARRIVAL;
    private @Nullable AvFrame last;
    private long errorsBefore;
    private final AtomicLong decoded = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    PictureInput(Track track, Anchor anchor, TranscoderBuilder settings, Frames sink) {
        this.track = track;
        this.anchor = anchor;
        this.position = anchor.track();
        this.threads = settings.decoderThreads;
        this.load = settings.load;
        this.mostKeyDistance = Timebase.hz(1).convert(MOST_KEY_SECONDS, track.timebase());
        this.grid = settings.grid;
        this.deinterlace = settings.processing.deinterlace();
        this.sink = sink;
        this.frames = new FrameGrid(grid);
    }

    Track track() {
        return track;
    }

    /** Goes on with another form of the track; what is in the decoder comes out first. */
    void change(Track next) {
        drain();
        closeDecoder();
        track = next;
    }

    /** Decodes a sample, which stays the caller's. */
    void accept(Sample sample) {
        if (passes(sample)) {
            return;
        }
        Decoder open = decoder;
        if (open == null) {
            open = Decoder.builder(track).threads(threads).open();
            decoder = open;
            errorsBefore = errors.get();
        }
        SampleInfo info = sample.info();
        arrivals.put(info.pts(), info.arrivalNanos());
        open.send(sample);
        receive(open);
    }

    // While every picture is replaced with the one before, none need be decoded; then again from a key picture on. Only
    // where key pictures come often enough to wait for one.
    private boolean passes(Sample sample) {
        if (sample.sync()) {
            keyDistance = sample.dts() - lastKey;
            lastKey = sample.dts();
        }
        if (!frames.started() || last == null) {
            return false;
        }
        passing = (load.skips() && keyDistance > 0 && keyDistance <= mostKeyDistance) || (passing && !sample.sync());
        if (passing) {
            load.skipped();
            try {
                fillTo(Timestamp.of(sample.dts(), track.timebase()));
            } catch (ArithmeticException e) {
                dropped.incrementAndGet();
            }
        }
        return passing;
    }

    /** Gives out everything that was accepted, and is ready for more. */
    void drain() {
        Decoder open = decoder;
        if (open == null) {
            return;
        }
        open.finish();
        receive(open);
        PictureFilters passage = filters;
        if (passage != null) {
            passage.finish();
            receive(passage);
            closeFilters();
        }
        open.flush();
        position.beginAnew();
    }

    /**
     * Shows the last picture again up to a time of the source, for a minute at most.
     *
     * @throws ArithmeticException if that time is beyond 64 bits of nanoseconds
     */
    void fillTo(Timestamp end) {
        if (frames.started()) {
            long times = frames.fillTo(anchor.mapEnd(end, position));
            repeat(frames.next() - times, times);
            position.moveTo(frames.nextStart());
        }
    }

    /**
     * Shows black, or the last picture again, up to an epoch time, for a minute at most; nothing before the first picture.
     *
     * @return times of pictures shown so
     */
    long cover(Timestamp end, boolean black) {
        AvFrame shown = last;
        if (!frames.started() || shown == null) {
            return 0;
        }
        long most = Math.min(end.toNanos(), frames.nextStart().toNanos() + Anchor.MAX_HOLE_NANOS);
        long times = frames.fillTo(Timestamp.of(most, Timebase.NANOS));
        long first = frames.next() - times;
        if (black && times > 0) {
            try (AvFrame slate = BlackPicture.like(shown)) {
                for (long i = 0; i < times; i++) {
                    sink.picture(slate, first + i, i > 0, SampleInfo.NO_ARRIVAL);
                }
            }
        } else {
            repeat(first, times);
        }
        position.coverTo(frames.nextStart());
        return times;
    }

    /** The end of what was shown, or {@code null} before the first picture. */
    @Nullable
    Timestamp shownTo() {
        return frames.started() ? frames.nextStart() : null;
    }

    private void receive(Decoder open) {
        for (AvFrame frame = open.receive(); frame != null; frame = open.receive()) {
            decoded.incrementAndGet();
            filter(frame);
        }
        errors.set(errorsBefore + open.errors());
    }

    private void filter(AvFrame frame) {
        PictureFilters passage = filters;
        if (passage == null) {
            passage = new PictureFilters(deinterlace, grid, (VideoFormat) track.format());
            filters = passage;
        }
        passage.send(frame);
        receive(passage);
    }

    private void receive(PictureFilters passage) {
        for (AvFrame frame = passage.receive(); frame != null; frame = passage.receive()) {
            place(frame);
        }
    }

    private void place(AvFrame frame) {
        try (frame) {
            long arrival = arrivalOf(frame);
            Timestamp time;
            try {
                time = epochTime(frame, arrival);
            } catch (ArithmeticException e) {
                dropped.incrementAndGet();
                return;
            }
            FrameGrid.Placement placement = frames.place(time);
            long number = frames.next() - 1;
            repeat(number - placement.repeats(), placement.repeats());
            if (placement.shown()) {
                sink.picture(frame, number, false, arrival);
                keep(frame);
            } else {
                dropped.incrementAndGet();
            }
            position.moveTo(frames.nextStart());
        }
    }

    private Timestamp epochTime(AvFrame frame, long arrival) {
        boolean timed = frame.pts() != AvFrame.NO_TIME;
        if (!timed && frames.started()) {
            return frames.nextStart();
        }
        Timestamp source = Timestamp.of(timed ? frame.pts() : 0, frame.timebase());
        if (!anchor.isSet()) {
            anchor.set(source, arrival);
        }
        return anchor.map(source, position, arrival);
    }

    private long arrivalOf(AvFrame frame) {
        if (frame.pts() == AvFrame.NO_TIME) {
            return SampleInfo.NO_ARRIVAL;
        }
        long arrival = arrivals.get(frame.timebase().convert(frame.pts(), track.timebase()));
        // The second field of a picture has a time of its own, but came with the first.
        if (arrival != SampleInfo.NO_ARRIVAL) {
            lastArrival = arrival;
        }
        return lastArrival;
    }

    private void repeat(long first, long times) {
        AvFrame shown = last;
        for (long i = 0; i < times && shown != null; i++) {
            sink.picture(shown, first + i, true, SampleInfo.NO_ARRIVAL);
            repeated.incrementAndGet();
        }
    }

    private void keep(AvFrame frame) {
        closeLast();
        last = frame.retain();
    }

    private void closeLast() {
        AvFrame kept = last;
        last = null;
        if (kept != null) {
            kept.close();
        }
    }

    private void closeFilters() {
        PictureFilters passage = filters;
        filters = null;
        if (passage != null) {
            passage.close();
        }
    }

    private void closeDecoder() {
        closeFilters();
        Decoder open = decoder;
        decoder = null;
        if (open != null) {
            open.close();
        }
    }

    long decoded() {
        return decoded.get();
    }

    long repeated() {
        return repeated.get();
    }

    long dropped() {
        return dropped.get();
    }

    long errors() {
        return errors.get();
    }

    @Override
    public void close() {
        closeLast();
        closeDecoder();
    }
}
