package io.headend.transcode;

import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the sound track and says when on the epoch timeline each run of samples begins. Used by the decoding thread.
 *
 * <p>Sound that comes before the first picture waits for it, up to {@value #MAX_HELD} runs; then it goes ahead.
 */
final class SoundInput implements AutoCloseable {

    private static final int MAX_HELD = 512;

    /** Takes the sound in order. */
    interface Sounds {

        /**
         * @param frame lent; who keeps it retains it
         * @param start of its first sample
         */
        void sound(AvFrame frame, Timestamp start, long arrivalNanos);
    }

    private record Held(AvFrame frame, long arrivalNanos) {}

    private final Anchor anchor;
    private final Anchor.Position position;
    private final Sounds sink;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private final ArrivalTimes arrivals = new ArrivalTimes();
    private final AtomicLong errors = new AtomicLong();

    private Track track;
    private boolean waitsForPicture;
    private @Nullable Decoder decoder;
    private @Nullable Timestamp heardTo;
    private long errorsBefore;

    /** @param waitsForPicture whether a picture sets the anchor */
    SoundInput(Track track, Anchor anchor, boolean waitsForPicture, Sounds sink) {
        this.track = track;
        this.anchor = anchor;
        this.waitsForPicture = waitsForPicture;
        this.position = anchor.track();
        this.sink = sink;
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
            open = Decoder.builder(track).open();
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
        if (open != null) {
            open.finish();
            receive(open);
            open.flush();
            position.beginAnew();
        }
    }

    /**
     * Leaves out the sound before a time of the source, a minute at most.
     *
     * @return that time on the epoch timeline
     * @throws ArithmeticException if it is beyond 64 bits of nanoseconds
     */
    Timestamp skipTo(Timestamp end) {
        Timestamp to = anchor.mapEnd(end, position);
        Timestamp before = heardTo;
        if (before == null || to.compareTo(before) > 0) {
            heardTo = to;
            position.moveTo(to);
        }
        return to;
    }

    /** Leaves out the sound before an epoch time that was covered with silence. */
    void cover(Timestamp end) {
        release();
        Timestamp before = heardTo;
        if (before == null || end.compareTo(before) > 0) {
            heardTo = end;
            position.coverTo(end);
        }
    }

    /** Lets go what waited for a picture; no further sound waits. */
    void release() {
        waitsForPicture = false;
        for (Held next = held.poll(); next != null; next = held.poll()) {
            deliver(next.frame(), next.arrivalNanos());
        }
    }

    /** The end of what was given out, or {@code null} before the first. */
    @Nullable
    Timestamp heardTo() {
        return heardTo;
    }

    long errors() {
        return errors.get();
    }

    private void receive(Decoder open) {
        for (AvFrame frame = open.receive(); frame != null; frame = open.receive()) {
            long arrival = frame.pts() == AvFrame.NO_TIME ? SampleInfo.NO_ARRIVAL : arrivals.get(frame.pts());
            if (anchor.isSet() && held.isEmpty()) {
                deliver(frame, arrival);
                continue;
            }
            held.add(new Held(frame, arrival));
            if (!waitsForPicture || held.size() == MAX_HELD) {
                release();
            }
        }
        errors.set(errorsBefore + open.errors());
    }

    private void deliver(AvFrame frame, long arrival) {
        try (frame) {
            Timestamp start;
            try {
                start = epochTime(frame, arrival);
            } catch (ArithmeticException e) {
                return;
            }
            long ticks = Timebase.hz(frame.sampleRate()).convert(frame.samples(), Timebase.NANOS);
            Timestamp end = Timestamp.of(start.toNanos() + ticks, Timebase.NANOS);
            sink.sound(frame, start, arrival);
            Timestamp before = heardTo;
            heardTo = before == null || end.compareTo(before) > 0 ? end : before;
            position.moveTo(end);
        }
    }

    private Timestamp epochTime(AvFrame frame, long arrival) {
        boolean timed = frame.pts() != AvFrame.NO_TIME;
        Timestamp before = heardTo;
        if (!timed && before != null) {
            return before;
        }
        Timestamp source = Timestamp.of(timed ? frame.pts() : 0, frame.timebase());
        if (!anchor.isSet()) {
            anchor.set(source, arrival);
        }
        return anchor.map(source, position, arrival);
    }

    private void closeDecoder() {
        Decoder open = decoder;
        decoder = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        held.forEach(waiting -> waiting.frame().close());
        held.clear();
        closeDecoder();
    }
}
