package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.FilterGraph;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Decodes the picture track and lays the pictures on the frame grid. Used by the decoding thread. */
final class PictureInput implements AutoCloseable {

    /** Takes the pictures, one for every frame number from the first on. */
    interface Frames {

        /** @param frame lent; who keeps it retains it */
        void picture(AvFrame frame, long number, boolean again, long arrivalNanos);
    }

    private final Anchor anchor;
    private final FrameGrid frames;
    private final int threads;
    private final Frames sink;
    private final Anchor.Position position;
    private final ArrivalTimes arrivals = new ArrivalTimes();

    private Track track;
    private @Nullable Decoder decoder;
    private @Nullable FilterGraph deinterlacer;
    private @Nullable AvFrame last;
    private long errorsBefore;
    private final AtomicLong decoded = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    PictureInput(Track track, EpochGrid grid, Anchor anchor, int threads, Frames sink) {
        this.track = track;
        this.anchor = anchor;
        this.position = anchor.track();
        this.threads = threads;
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

    /** Gives out everything that was accepted, and is ready for more. */
    void drain() {
        Decoder open = decoder;
        if (open == null) {
            return;
        }
        open.finish();
        receive(open);
        FilterGraph graph = deinterlacer;
        if (graph != null) {
            graph.finish();
            receive(graph);
            closeDeinterlacer();
        }
        open.flush();
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

    /** The end of what was shown, or {@code null} before the first picture. */
    @Nullable
    Timestamp shownTo() {
        return frames.started() ? frames.nextStart() : null;
    }

    private void receive(Decoder open) {
        for (AvFrame frame = open.receive(); frame != null; frame = open.receive()) {
            decoded.incrementAndGet();
            deinterlace(frame);
        }
        errors.set(errorsBefore + open.errors());
    }

    private void deinterlace(AvFrame frame) {
        FilterGraph graph = deinterlacer;
        if (graph == null) {
            if (!frame.isInterlaced()) {
                place(frame);
                return;
            }
            graph = FilterGraph.video("bwdif=mode=send_frame:parity=auto:deint=interlaced");
            deinterlacer = graph;
        }
        graph.send(frame);
        receive(graph);
    }

    private void receive(FilterGraph graph) {
        for (AvFrame frame = graph.receive(0); frame != null; frame = graph.receive(0)) {
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
        return anchor.map(source, position);
    }

    private long arrivalOf(AvFrame frame) {
        // The deinterlacer counts in finer ticks.
        return frame.pts() == AvFrame.NO_TIME
                ? SampleInfo.NO_ARRIVAL
                : arrivals.get(frame.timebase().convert(frame.pts(), track.timebase()));
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

    private void closeDeinterlacer() {
        FilterGraph graph = deinterlacer;
        deinterlacer = null;
        if (graph != null) {
            graph.close();
        }
    }

    private void closeDecoder() {
        closeDeinterlacer();
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
