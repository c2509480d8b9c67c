package io.headend.formats.mpegts;

import io.headend.core.SampleInfo;
import io.headend.formats.hls.Key;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Encrypts the access units of one elementary stream as they stand in PES packets (HLS sample encryption): byte streams with start codes, ADTS
 * frames, syncframes. Other than with a {@code SampleProtector} a unit may grow, by the bytes that keep start codes from being emulated. A
 * multiplexer calls it, the DRM room implements it.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public interface UnitProtector {

    /** How the program map table describes the stream then: another stream type, more descriptors. */
    ElementaryStream describe(ElementaryStream clear);

    /** Tells that a segment begins, before its first unit. Keys change here only. */
    default void beginSegment(long number) {}

    /** What the playlist says of the segment that was begun last; the same for all streams of a segment. */
    default List<Key> keys() {
        return List.of();
    }

    /**
     * Encrypts one access unit.
     *
     * @param unit from position to limit; may be changed
     * @return the encrypted unit, which may be the same buffer, lent until the next call
     */
    ByteBuffer protect(SampleInfo info, ByteBuffer unit);
}
