package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.Gap;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the times of one program continuous, whatever its clock does: the same class for every input.
 *
 * <p>Clocks of 32 and 33 bits are unwrapped to 64 bits, on any number of laps. A step of the clock, forward by more than a
 * second or back by more than half of one, moves the origin of all tracks of the program by one and the same offset, so
 * that the stream goes on where it was and sound stays with picture; a {@link Discontinuity} marks the place. Where samples
 * carry arrival times and the step is as long as the silence on the wire, samples were lost: times are kept and the cause is
 * {@link Discontinuity.Cause#LOSS}. Late samples from before a step keep the offset they were made with.
 *
 * <p>What comes out: per track, {@code dts} strictly increasing and {@code dts <= pts}. Pictures are never dropped; a sound
 * frame that lies wholly in the past is. Times before the first step are those of the source, so that two readers of one
 * sender agree. Nothing here throws or ends the stream; what the downstream sink throws passes through.
 *
 * <p><b>Threading:</b> one thread gives items; {@link #stats} may be called from any thread.
 */
public final class TimelineNormalizer implements StreamSink {

    private static final long FORWARD = 1_000_000_000L;
    private static final long BACK = -500_000_000L;
    private static final long FORWARD_IN_FILE = 24L * 3600 * FORWARD;
    /** 73 years: beyond it a time is no time. */
    private static final long ABSURD = 1L << 61;

    private final SourceClock clock;
    private final StreamSink downstream;
    private final Map<Integer, TrackClock> tracks = new HashMap<>();

    private long reference;
    private boolean referenced;
    private long lastLap;
    private long offset;
    private Discontinuity.@Nullable Cause signalled;

    private volatile Stats stats = Stats.NONE;

    private TimelineNormalizer(SourceClock clock, StreamSink downstream) {
        this.clock = clock;
        this.downstream = downstream;
    }

    /** A normaliser for one program whose samples are stamped by {@code clock}. */
    public static TimelineNormalizer of(SourceClock clock, StreamSink downstream) {
        return new TimelineNormalizer(clock, downstream);
    }

    /**
     * What was repaired since the start.
     *
     * @param wraps times that the source's clock started again from 0
     * @param jumps steps that moved the origin
     * @param losses steps that were silence on the wire
     * @param clamped samples whose times were moved by themselves, to keep the order
     * @param dropped sound frames dropped because they lay wholly in the past
     */
    public record Stats(long wraps, long jumps, long losses, long clamped, long dropped) {
        static final Stats NONE = new Stats(0, 0, 0, 0, 0);
    }

    public Stats stats() {
        return stats;
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof Sample sample) {
            acceptSample(sample);
        } else if (item instanceof TrackInfo info) {
            tracks.compute(
                    info.track().id(),
                    (id, old) -> old == null ? new TrackClock(info.track(), offset) : old.withTrack(info.track()));
            downstream.accept(info);
        } else if (item instanceof Discontinuity break_) {
            signalled = break_.cause();
        } else if (item instanceof Cue cue) {
            Timestamp at = cue.at();
            long ticks = shifted(at.ticks(), at.timebase());
            downstream.accept(new Cue(
                    cue.schemeIdUri(), cue.id(), Timestamp.of(ticks, at.timebase()), cue.duration(), cue.message()));
        } else if (item instanceof Gap gap) {
            TrackClock track = tracks.get(gap.trackId());
            Timebase timebase = track == null ? Timebase.NANOS : track.timebase;
            downstream.accept(new Gap(gap.trackId(), shifted(gap.pts(), timebase), gap.duration()));
        } else {
            downstream.accept(item);
        }
    }

    private long shifted(long ticks, Timebase timebase) {
        long raw = referenced ? clock.unwrap(ticks, Ticks.of(reference, timebase)) : ticks;
        return Ticks.add(raw, Ticks.of(offset, timebase));
    }

    private void acceptSample(Sample sample) {
        TrackClock track = tracks.get(sample.trackId());
        if (track == null) {
            sample.close();
            throw new IllegalStateException("sample before the TrackInfo of its track: " + sample.info());
        }
        SampleInfo placed = place(track, sample.info());
        if (placed == null) {
            sample.close();
            return;
        }
        Sample moved = placed.equals(sample.info()) ? sample : sample.with(placed);
        if (moved != sample) {
            sample.close();
        }
        downstream.accept(moved);
    }

    private @Nullable SampleInfo place(TrackClock track, SampleInfo info) {
        long rawDts = info.dts() != Long.MIN_VALUE ? info.dts() : info.pts();
        boolean timed = rawDts != Long.MIN_VALUE && Math.abs(Ticks.nanos(rawDts, track.timebase)) <= ABSURD;
        long dts = timed ? unwrap(track, rawDts) : track.expected() - track.shift();
        long pts = timed && info.pts() != Long.MIN_VALUE ? clock.unwrap(info.pts(), dts) : dts;
        // A presentation time more than 10 s away from its decoding time belongs to no stream; the decoding time is
        // believed.
        if (Math.abs(Ticks.nanos(Ticks.subtract(pts, dts), track.timebase)) > 10 * FORWARD) {
            pts = dts;
        }
        if (track.regular()) {
            anchor(track, dts, info.arrivalNanos());
        } else {
            track.offset = offset;
        }
        long shift = track.shift();
        return track.order(info.withTimes(pts + shift, dts + shift, Math.max(0, info.duration())), this::count);
    }

    private long unwrap(TrackClock track, long raw) {
        long lap = referenced ? clock.unwrap(raw, Ticks.of(reference, track.timebase)) : raw;
        long nanos = Ticks.nanos(lap, track.timebase);
        if (track.regular()) {
            if (clock.bits() < 64) {
                long laps = lap >> clock.bits();
                // Tracks pass the wrap one after the other; it is counted with the first.
                if (referenced && laps > lastLap) {
                    count(1, 0, 0, 0, 0);
                }
                lastLap = referenced ? Math.max(lastLap, laps) : laps;
            }
            reference = nanos;
            referenced = true;
        }
        return lap;
    }

    /** Chooses the offset under which the sample goes on where its track was, or makes a new one. */
    private void anchor(TrackClock track, long dts, long arrival) {
        if (!track.started) {
            track.offset = offset;
            announce(track, dts, 0);
        } else {
            long own = track.step(dts, track.offset);
            long newest = track.offset == offset ? own : track.step(dts, offset);
            if (Math.abs(newest) <= Math.abs(own) && fits(track, newest, dts, offset)) {
                track.offset = offset;
                announce(track, dts, 0);
            } else if (!fits(track, own, dts, track.offset)) {
                reanchor(track, dts, newest, arrival);
            }
        }
        track.arrival = arrival;
        track.came(dts);
    }

    private boolean fits(TrackClock track, long step, long dts, long underOffset) {
        if (step < BACK) {
            return false;
        }
        long usual = clock == SourceClock.CONTAINER_64
                ? FORWARD_IN_FILE
                : Math.max(FORWARD, Math.max(3 * track.usualNanos(), track.paceNanos(dts)));
        return step <= usual
                || nearOthers(track, Ticks.nanos(Ticks.add(dts, track.shift(underOffset)), track.timebase));
    }

    /** A track that was silent while the others went on comes back where they are. */
    private boolean nearOthers(TrackClock track, long nanos) {
        for (TrackClock other : tracks.values()) {
            if (other != track
                    && other.started
                    && other.regular()
                    && other.offset == offset
                    && Math.abs(nanos - other.positionNanos()) <= FORWARD) {
                return true;
            }
        }
        return false;
    }

    private void reanchor(TrackClock track, long dts, long step, long arrival) {
        if (arrival != SampleInfo.NO_ARRIVAL && track.arrival != SampleInfo.NO_ARRIVAL && signalled == null) {
            long silence = arrival - track.arrival;
            if (step > 0 && Math.abs(silence - step) <= FORWARD / 2 + step / 10) {
                track.offset = offset;
                count(0, 0, 1, 0, 0);
                send(Discontinuity.Cause.LOSS, Ticks.add(dts, track.shift()), track.timebase, 0);
                return;
            }
        }
        offset = Ticks.nanos(Ticks.subtract(track.expected(), dts), track.timebase);
        track.offset = offset;
        count(0, 1, 0, 0, 0);
        if (signalled == null) {
            signalled = Discontinuity.Cause.CLOCK_JUMP;
        }
        announce(track, dts, step);
    }

    private void announce(TrackClock track, long dts, long stepNanos) {
        Discontinuity.Cause cause = signalled;
        if (cause != null) {
            signalled = null;
            send(cause, Ticks.add(dts, track.shift()), track.timebase, stepNanos);
        }
    }

    private void send(Discontinuity.Cause cause, long at, Timebase timebase, long stepNanos) {
        downstream.accept(new Discontinuity(
                cause, Timestamp.of(at, timebase), Timestamp.of(Ticks.of(stepNanos, timebase), timebase)));
    }

    private void count(int wraps, int jumps, int losses, int clamped, int dropped) {
        Stats s = stats;
        stats = new Stats(
                s.wraps + wraps, s.jumps + jumps, s.losses + losses, s.clamped + clamped, s.dropped + dropped);
    }

    private void count(boolean dropped) {
        count(0, 0, 0, dropped ? 0 : 1, dropped ? 1 : 0);
    }

    static boolean isRegular(Codec.Kind kind) {
        return kind == Codec.Kind.VIDEO || kind == Codec.Kind.AUDIO;
    }
}
