package io.headend.javacv;

import io.headend.core.EndOfStream;
import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/**
 * Any JavaCV {@code FrameGrabber} as a source: pictures as {@code RAW_VIDEO}, sound as {@code PCM_S16LE}, both copied, since
 * a grabber fills its buffers again.
 *
 * <p>Track 0 is the picture in microseconds, track 1 the sound in samples; each is announced with its first frame and again
 * when its shape changes.
 *
 * <p><b>Threading:</b> {@link #run} starts, uses and releases the grabber on the calling thread. {@link #close} by any
 * thread ends it after the frame that is being grabbed; a grabber that waits for ever for that frame cannot be ended, so
 * give it a timeout of its own.
 */
public final class GrabberSource implements StreamSource {

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final FrameGrabber grabber;
    private final Clock clock;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    private GrabberSource(FrameGrabber grabber, Clock clock) {
        this.grabber = grabber;
        this.clock = clock;
    }

    /** @param grabber not started; taken over */
    public static GrabberSource of(FrameGrabber grabber) {
        return new GrabberSource(grabber, Clock.systemUTC());
    }

    /** @param clock tells when a frame arrived */
    public static GrabberSource of(FrameGrabber grabber, Clock clock) {
        return new GrabberSource(grabber, clock);
    }

    @Override
    public void run(StreamSink sink) {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException("a source runs once, and not after it was closed");
        }
        try {
            grabber.start();
            deliver(sink);
        } catch (FrameGrabber.Exception e) {
            throw new MediaException(MediaErrorCode.IO, "the grabber failed: " + e.getMessage(), e, true);
        } finally {
            release();
        }
    }

    private void deliver(StreamSink sink) throws FrameGrabber.Exception {
        GrabbedPictures pictures = new GrabbedPictures(grabber.getFrameRate());
        GrabbedSound sound = new GrabbedSound();
        while (state.get() == State.RUNNING) {
            Frame frame = grabber.grab();
            if (frame == null) {
                sink.accept(new EndOfStream());
                return;
            }
            long arrival = Timestamp.of(clock.instant()).ticks();
            if (frame.image != null) {
                if (pictures.changes(frame)) {
                    sink.accept(new TrackInfo(pictures.track(frame)));
                }
                long pts = frame.timestamp;
                sink.accept(HeapSample.of(
                        new SampleInfo(GrabbedPictures.TRACK, pts, pts, 0, true, arrival), pictures.bytes(frame)));
            }
            if (frame.samples != null) {
                if (sound.changes(frame)) {
                    sink.accept(new TrackInfo(sound.track(frame)));
                }
                long samples = sound.samples(frame);
                long pts = sound.next(frame.timestamp, samples);
                sink.accept(HeapSample.of(
                        new SampleInfo(GrabbedSound.TRACK, pts, pts, samples, true, arrival), sound.bytes(frame)));
            }
        }
    }

    private void release() {
        state.set(State.CLOSED);
        try {
            grabber.release();
        } catch (FrameGrabber.Exception e) {
            throw new MediaException(MediaErrorCode.IO, "the grabber cannot be released: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (state.getAndSet(State.CLOSED) == State.NEW) {
            release();
        }
    }
}
