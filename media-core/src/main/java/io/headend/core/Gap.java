package io.headend.core;

/**
 * A stretch of a track for which there are no samples and none will come.
 *
 * @param trackId the track
 * @param pts start, in the track's timebase
 * @param duration length in the track's timebase, at least 1
 */
public record Gap(int trackId, long pts, long duration) implements StreamItem {}
