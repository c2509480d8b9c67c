package io.headend.transcode;

import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.Gap;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes one program to a ladder: decodes it once, puts every picture on the frame grid and every sound sample on the
 * sample grid, and encodes each rendition on a thread of its own.
 *
 * <p>What comes out of every rendition is locked to the epoch, whatever the source does: for every frame number from the
 * first on exactly one picture, an IDR picture where {@link EpochGrid#isIdr} says so (and at the very first), times in
 * {@link EpochGrid#mediaTimebase()}; sound as AAC frames at multiples of 1024 samples. Late and missing pictures are
 * replaced with the one before, surplus ones left out; holes of sound are filled with silence, overlaps cut. A
 * {@link Gap} is filled in the same way, at once, and a {@link Discontinuity} at most empties the decoder: the output has
 * neither. A
 * {@link Cue} is passed to every rendition with its time on the epoch timeline.
 *
 * <p>Samples come out in the form of the stream (length-prefixed NAL units, {@code avcC} or {@code hvcC} records), each with
 * the time of arrival of the sample that it was made from.
 *
 * <p>It takes the program's largest picture track and the sound track with the most channels among those announced before
 * the first sample; a track of a kind that was missing is taken when it is announced later.
 *
 * <p><b>Ends:</b> {@code accept(EndOfStream)} returns when every rendition has delivered its last sample and
 * {@code EndOfStream} to its sink. A failure of a decoder, an encoder or a sink ends all renditions without
 * {@code EndOfStream} and comes out of the next {@code accept} as one {@link MediaException}. {@link #close} in between
 * aborts.
 *
 * <p><b>Threading:</b> decoding happens on the thread that calls {@link #accept}, which waits while the queue of a rendition is
 * full. One thread per rendition comes from the host's factory, is started with the first picture or sound and
 * calls that rendition's sink. {@link #close} and {@link #stats} may be called from any thread; threads end within a second of
 * {@code close} unless a sink holds them.
 */
public final class Transcoder implements StreamSink, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Transcoder.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Program program;
    private final Workers workers;
    private final LoadGovernor load;
    private volatile boolean closed;
    private boolean ended;

    Transcoder(TranscoderBuilder builder) {
        this.workers = new Workers(
                builder.threads,
                failure -> builder.event(
                        TranscodeEvent.Kind.FAILED,
                        "transcoder",
                        MediaEvent.Severity.ERROR,
                        String.valueOf(failure.getMessage())));
        this.load = builder.load;
        this.program = new Program(builder, workers);
    }

    /**
     * @param ladder what to encode to
     * @param grid where frames, IDR pictures and segments lie
     */
    public static TranscoderBuilder builder(Ladder ladder, EpochGrid grid) {
        return new TranscoderBuilder(ladder, grid);
    }

    /**
     * @throws MediaException if decoding or a rendition failed, {@code CLOSED} after {@link #close}
     */
    @Override
    public void accept(StreamItem item) {
        lock.lock();
        try (item) {
            if (closed) {
                throw MediaException.closed("transcoder");
            }
            if (ended) {
                throw new IllegalStateException("nothing follows the end of the stream");
            }
            workers.check();
            dispatch(item);
        } catch (MediaException e) {
            workers.abort();
            program.close();
            // What made a queue refuse is the story, not the refusal.
            workers.check();
            throw e;
        } catch (RuntimeException | Error e) {
            workers.abort();
            program.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void dispatch(StreamItem item) {
        if (item instanceof Sample sample) {
            program.sample(sample);
        } else if (item instanceof TrackInfo info) {
            program.announce(info.track());
        } else if (item instanceof Gap gap) {
            tolerate(() -> program.gap(gap));
        } else if (item instanceof Cue cue) {
            tolerate(() -> program.cue(cue));
        } else if (item instanceof Discontinuity discontinuity) {
            // After a jump of the clock or a loss alone the coded pictures still refer to those before.
            if (discontinuity.cause() != Discontinuity.Cause.CLOCK_JUMP
                    && discontinuity.cause() != Discontinuity.Cause.LOSS) {
                if (discontinuity.cause() == Discontinuity.Cause.SIGNALLED) {
                    program.drain();
                } else {
                    program.restart();
                }
            }
        } else if (item instanceof EndOfStream) {
            ended = true;
            program.finish();
            workers.finish();
            program.close();
        }
    }

    // A time that no clock can show is a stranger's fault and no reason to end.
    private static void tolerate(Runnable action) {
        try {
            action.run();
        } catch (ArithmeticException e) {
            log.debug("left out: its time is out of range", e);
        }
    }

    /**
     * Up to where on the epoch timeline pictures have been shown (sound heard, where there are no pictures); empty before the
     * first. Called by the thread that calls {@link #accept}.
     */
    public Optional<Timestamp> coveredTo() {
        return Optional.ofNullable(program.coveredTo());
    }

    /**
     * Fills what the source does not give: shows the last picture again, or black, and silence, up to a time. What comes of that
     * time later is laid behind it. Does nothing before the first picture. A minute at most is filled at once.
     *
     * @param end on the epoch timeline
     * @throws MediaException as {@link #accept}
     */
    public void cover(Timestamp end, boolean black) {
        lock.lock();
        try {
            if (closed) {
                throw MediaException.closed("transcoder");
            }
            workers.check();
            if (!ended) {
                program.cover(end, black);
            }
        } catch (MediaException e) {
            workers.abort();
            program.close();
            workers.check();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Figures; from any thread. */
    public TranscoderStats stats() {
        return program.stats();
    }

    /** How it keeps up with the clock of {@link TranscoderBuilder#keepUpWith}; from any thread. */
    public LoadFigures load() {
        return load.figures();
    }

    /** Aborts what is not finished and releases everything. Harmless when repeated. */
    @Override
    public void close() {
        closed = true;
        workers.abort();
        lock.lock();
        try {
            program.close();
        } finally {
            lock.unlock();
        }
        workers.await(5);
    }
}
