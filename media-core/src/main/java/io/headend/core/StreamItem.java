package io.headend.core;

/**
 * The one thing that flows, from source to packager, in one direction.
 *
 * <p>Order on a stream: {@link TrackInfo} of a track comes before its first {@link Sample} and again whenever its format
 * changes; samples of one track come in decoding order; {@link EndOfStream} is last and nothing follows it.
 *
 * <p><b>Ownership:</b> whoever holds an item owns it. Handing it to {@link StreamSink#accept} hands over the ownership;
 * an owner that drops an item closes it. Only {@code Sample} holds anything to release.
 */
public sealed interface StreamItem extends AutoCloseable
        permits TrackInfo, Sample, Gap, Discontinuity, Cue, SegmentBoundary, EndOfStream {

    /** Releases what the item holds. Harmless when repeated. */
    @Override
    default void close() {}
}
