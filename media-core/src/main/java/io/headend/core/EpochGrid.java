package io.headend.core;

import java.math.RoundingMode;
import java.time.Duration;

/**
 * The epoch lock: which frame, group of pictures and segment any instant belongs to, counted from
 * 1970-01-01T00:00:00Z, so that two pipelines, and a restarted one, cut alike without talking to each other.
 *
 * <p>Frame n starts at n·den/num s. A group of pictures is {@code gopFrames} frames and begins with an IDR picture; segment k
 * is the {@code gopsPerSegment} groups that begin at frame k·{@link #segmentFrames()}. A sound frame of {@code frameSize}
 * samples has number j and starts at sample j·frameSize; it belongs to the segment in which it starts.
 *
 * @param frameRate frames per second
 * @param gopFrames frames from one IDR picture to the next, at least 1
 * @param gopsPerSegment groups of pictures in a segment, at least 1
 */
public record EpochGrid(Rational frameRate, int gopFrames, int gopsPerSegment) {

    public EpochGrid {
        if (frameRate.num() < 1 || gopFrames < 1 || gopsPerSegment < 1) {
            throw new IllegalArgumentException(
                    "epoch grid needs a positive frame rate, group length and segment length: " + frameRate + ", "
                            + gopFrames + ", " + gopsPerSegment);
        }
        Math.multiplyExact(gopFrames, gopsPerSegment);
    }

    /** The grid whose group and segment lengths come nearest to the given ones, in whole frames and whole groups. */
    public static EpochGrid nearest(Rational frameRate, Duration gop, Duration segment) {
        Timebase frames = Timebase.ofFrameRate(frameRate);
        int g = Math.toIntExact(Math.max(1, Timebase.NANOS.convert(gop.toNanos(), frames)));
        Timebase groups = new Timebase(g, 1);
        long m = Math.max(1, Timebase.hz(1).convert(Timebase.NANOS.convert(segment.toNanos(), frames), groups));
        return new EpochGrid(frameRate, g, Math.toIntExact(m));
    }

    /** One tick is one frame. */
    public Timebase frameTimebase() {
        return Timebase.ofFrameRate(frameRate);
    }

    /**
     * The timebase for coded video on this grid: 90 kHz where every frame falls on a tick of it, else the numerator of the
     * frame rate.
     */
    public Timebase mediaTimebase() {
        return Timebase.MPEG.divides(frameTimebase()) ? Timebase.MPEG : Timebase.hz(frameRate.num());
    }

    public int segmentFrames() {
        return gopFrames * gopsPerSegment;
    }

    /** The frame that lasts at {@code time}. */
    public long frameAt(Timestamp time) {
        return time.ticksIn(frameTimebase(), RoundingMode.FLOOR);
    }

    /** The frame whose start is nearest to {@code time}. */
    public long nearestFrame(Timestamp time) {
        return time.ticksIn(frameTimebase(), RoundingMode.HALF_UP);
    }

    public Timestamp startOfFrame(long frame) {
        return Timestamp.of(frame, frameTimebase());
    }

    public boolean isIdr(long frame) {
        return Math.floorMod(frame, (long) gopFrames) == 0;
    }

    public long segmentOfFrame(long frame) {
        return Math.floorDiv(frame, (long) segmentFrames());
    }

    /** The segment in which an instant lies. */
    public long segmentAt(Timestamp time) {
        return segmentOfFrame(frameAt(time));
    }

    public Timestamp segmentStart(long segment) {
        return startOfFrame(Math.multiplyExact(segment, (long) segmentFrames()));
    }

    /** Exact length of every segment. */
    public Timestamp segmentDuration() {
        return startOfFrame(segmentFrames());
    }

    /** The first sound frame that starts at or after the start of a segment. */
    public long firstAudioFrame(long segment, int sampleRate, int frameSize) {
        long firstSample = segmentStart(segment).ticksIn(Timebase.hz(sampleRate), RoundingMode.CEILING);
        return -Math.floorDiv(-firstSample, (long) frameSize);
    }
}
