package io.headend.core;

import java.nio.ByteBuffer;

/**
 * One access unit: a coded picture, a frame of sound, a cue of text.
 *
 * <p>A sample is a handle on a buffer that may be native memory. One handle has one owner, who closes it once; closing
 * again is harmless, reading after closing is an {@link IllegalStateException}. {@link #retain()} and {@link #with} give
 * further handles on the same bytes, each to be closed by its own owner. A handle is used by one thread at a time; different
 * handles on one buffer may be used by different threads.
 */
public non-sealed interface Sample extends StreamItem {

    SampleInfo info();

    /**
     * The payload, read-only, from position 0 to limit; a view of its own at each call. It is lent: it must not be used
     * after this handle is closed.
     */
    ByteBuffer data();

    /** Payload bytes; the same as {@code data().remaining()} without making a view. */
    int size();

    /** A second handle on the same bytes. */
    default Sample retain() {
        return with(info());
    }

    /** A second handle on the same bytes with other scalars. */
    Sample with(SampleInfo info);

    @Override
    void close();

    default int trackId() {
        return info().trackId();
    }

    default long pts() {
        return info().pts();
    }

    default long dts() {
        return info().dts();
    }

    default long duration() {
        return info().duration();
    }

    default boolean sync() {
        return info().sync();
    }
}
