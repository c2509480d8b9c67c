package io.headend.transcode;

/**
 * How a transcoder keeps up with its clock.
 *
 * @param level the work that it allows itself
 * @param lagMillis how far the slowest rendition is behind its usual distance to the clock
 * @param worstLagMillis the largest such value since the start
 * @param steps times a level was left, down or up
 * @param skipped pictures that were replaced with the one before because of the load, in all renditions
 * @param dropped pictures that were not encoded because of the load, so that the ones before last longer, in all renditions
 */
public record LoadFigures(
        ComputeLevel level, long lagMillis, long worstLagMillis, long steps, long skipped, long dropped) {

    /** Of a transcoder that follows no clock. */
    static final LoadFigures NONE = new LoadFigures(ComputeLevel.FULL, 0, 0, 0, 0, 0);
}
