package io.headend.packaging;

/**
 * A piece of a segment that can be fetched by itself: one CMAF chunk, which is a partial segment of HLS and a chunk of DASH.
 *
 * @param duration in the timebase of the track, at least 1
 * @param bytes size
 * @param independent whether it begins with a sync sample
 */
public record Part(long duration, int bytes, boolean independent) {}
