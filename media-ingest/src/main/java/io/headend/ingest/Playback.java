package io.headend.ingest;

/**
 * How a recording is played.
 *
 * @param loop whether it begins again at its end, without a step in time
 * @param realTime whether it is given at the pace of its own times, or as fast as the sink takes it
 */
public record Playback(boolean loop, boolean realTime) {

    /** Once, as fast as the sink takes it. */
    public static final Playback ONCE = new Playback(false, false);

    public Playback withLoop(boolean newLoop) {
        return new Playback(newLoop, realTime);
    }

    public Playback withRealTime(boolean newRealTime) {
        return new Playback(loop, newRealTime);
    }
}
