package io.headend.core;

/**
 * Segment {@code number} begins here, on every track alike: the next sample of each track is the first whose
 * presentation time is at or after {@code start}.
 *
 * @param number epoch-locked segment number k
 * @param start first instant of the segment
 * @param duration length of the segment in the timebase of {@code start}
 */
public record SegmentBoundary(long number, Timestamp start, long duration) implements StreamItem {}
