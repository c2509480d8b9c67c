package io.headend.formats.hls;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Encrypts segments as wholes, whatever they hold ({@code METHOD=AES-128} of RFC 8216bis, 4.4.4.4). A packager calls it, the DRM room
 * implements it.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public interface SegmentProtector {

    /** What the playlist says of a segment. */
    Key key(long number);

    /**
     * Encrypts one segment.
     *
     * @param number its media sequence number
     * @param clear its bytes, in order; not changed
     * @return as many bytes and up to 16 more
     */
    ByteBuffer protect(long number, List<ByteBuffer> clear);
}
