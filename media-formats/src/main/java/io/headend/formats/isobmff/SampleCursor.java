package io.headend.formats.isobmff;

/**
 * Goes through the samples of a track in decoding order. It stands before the first one until {@link #next} is called.
 *
 * <p><b>Threading:</b> one thread at a time; copies are independent of each other.
 */
public interface SampleCursor {

    /**
     * Goes to the next sample.
     *
     * @return whether there is one
     * @throws io.headend.core.MediaException {@code MALFORMED} if the tables contradict each other
     */
    boolean next();

    /** Byte of the file at which the sample begins. */
    long offset();

    /** Bytes. */
    int size();

    /** Decoding time in ticks of the track's medium, from 0 or as the fragment says. */
    long decodeTime();

    /** Presentation time less decoding time, in ticks; may be negative. */
    int compositionOffset();

    /** Ticks up to the next sample's decoding time. */
    long duration();

    /** Whether decoding can start here. */
    boolean sync();

    /** Which sample entry it needs, from 1. */
    int description();

    /** Another cursor at the same place. */
    SampleCursor copy();
}
