package io.headend.transcode;

import io.headend.core.StreamItem;
import io.headend.core.Timestamp;
import io.headend.ffmpeg.AvFrame;

/** What the decoding thread hands to the thread of a rendition. Whoever holds it owns the frame in it. */
sealed interface Work extends AutoCloseable {

    @Override
    default void close() {}

    /**
     * The picture of one frame of the grid.
     *
     * @param frame a handle of its own
     * @param number frame number
     * @param again whether it is the picture of the frame before
     * @param arrivalNanos when its coded form entered the house, or {@link io.headend.core.SampleInfo#NO_ARRIVAL}
     */
    record Picture(AvFrame frame, long number, boolean again, long arrivalNanos) implements Work {
        @Override
        public void close() {
            frame.close();
        }
    }

    /**
     * Decoded sound.
     *
     * @param frame a handle of its own
     * @param start epoch time of its first sample
     */
    record Sound(AvFrame frame, Timestamp start, long arrivalNanos) implements Work {
        @Override
        public void close() {
            frame.close();
        }
    }

    /** No sound comes for the time before {@code end}. */
    record Silence(Timestamp end) implements Work {}

    /** A message on its way through, its time on the epoch timeline. */
    record Message(StreamItem item) implements Work {}

    /** Nothing follows. */
    record End() implements Work {}
}
