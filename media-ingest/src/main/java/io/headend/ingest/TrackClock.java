package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import org.jspecify.annotations.Nullable;

/** Where one track of a program stands, in ticks of the stream. */
final class TrackClock {

    /** Told of each sample that is moved ({@code false}) or dropped ({@code true}). */
    @FunctionalInterface
    interface Repairs {
        void count(boolean dropped);
    }

    final Timebase timebase;
    private final Codec.Kind kind;

    /** Added to the source's times, nanoseconds; the same for all tracks but those that still deliver from before a step. */
    long offset;

    boolean started;
    long arrival = SampleInfo.NO_ARRIVAL;
    private long dts;
    private long duration;
    private long sourceDts = Long.MIN_VALUE;
    private long sourceStep;

    TrackClock(Track track, long offset) {
        this.timebase = track.timebase();
        this.kind = track.kind();
        this.offset = offset;
    }

    /** The same place in the timebase of a track that was described anew. */
    TrackClock withTrack(Track track) {
        TrackClock next = new TrackClock(track, offset);
        next.started = started;
        next.arrival = arrival;
        next.dts = Ticks.of(Ticks.nanos(dts, timebase), next.timebase);
        next.duration = Ticks.of(usualNanos(), next.timebase);
        if (sourceDts != Long.MIN_VALUE) {
            next.sourceDts = Ticks.of(Ticks.nanos(sourceDts, timebase), next.timebase);
            next.sourceStep = Ticks.of(Ticks.nanos(sourceStep, timebase), next.timebase);
        }
        return next;
    }

    /** Whether samples come at a steady pace, so that a step says something about the clock. */
    boolean regular() {
        return TimelineNormalizer.isRegular(kind);
    }

    long shift() {
        return shift(offset);
    }

    long shift(long ofNanos) {
        return Ticks.of(ofNanos, timebase);
    }

    /** Decoding time that the next sample has if nothing happens. */
    long expected() {
        return started ? Ticks.add(dts, duration) : shift();
    }

    /** How far, in nanoseconds, a sample lies from where it was expected, forward positive. */
    long step(long sourceDts, long underOffset) {
        return Ticks.nanos(Ticks.subtract(Ticks.add(sourceDts, shift(underOffset)), expected()), timebase);
    }

    long usualNanos() {
        return Ticks.nanos(duration, timebase);
    }

    /** Remembers a time of the source, unwrapped. */
    void came(long unwrapped) {
        sourceStep = sourceDts == Long.MIN_VALUE ? 0 : Math.max(0, Ticks.subtract(unwrapped, sourceDts));
        sourceDts = unwrapped;
    }

    /** A step as long as the one before is the pace of a slow source and no jump; 0 where it is not. */
    long paceNanos(long unwrapped) {
        long step = sourceDts == Long.MIN_VALUE ? 0 : Ticks.subtract(unwrapped, sourceDts);
        boolean same = step > 0 && Math.abs(step - sourceStep) <= step / 8;
        return same ? Ticks.nanos(step, timebase) : 0;
    }

    long positionNanos() {
        return Ticks.nanos(dts, timebase);
    }

    /**
     * Brings times into order and remembers them.
     *
     * @return the times to use, or {@code null} where the sample lies wholly in the past
     */
    @Nullable
    SampleInfo order(SampleInfo info, Repairs repairs) {
        long length = info.duration();
        if (started && kind == Codec.Kind.AUDIO && Ticks.add(info.pts(), length) <= dts) {
            repairs.count(true);
            return null;
        }
        long newDts = Math.min(info.dts(), info.pts());
        if (started && newDts <= dts) {
            newDts = dts + 1;
        }
        long newPts = Math.max(info.pts(), newDts);
        if (newDts != info.dts() || newPts != info.pts()) {
            repairs.count(false);
        }
        long delta = started ? newDts - dts : 0;
        duration = length > 0 ? length : Ticks.nanos(delta, timebase) <= 1_000_000_000L ? delta : duration;
        dts = newDts;
        started = true;
        return info.withTimes(newPts, newDts, length);
    }
}
