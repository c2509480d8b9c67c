package io.headend.formats.hls;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Encrypts segments as wholes, whatever they hold ({@code METHOD=AES-128} of RFC 8216bis, 4.4.4.4). A packager calls it, the DRM room
 * implements it.
 *
 * <p><b>Threading:</b> one thread at a time; {@link #inForm} by any, at any time.
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

    /**
     * Makes another form of a segment that this protector encrypted, encrypted likewise: with its key and its number.
     *
     * @param key what {@link #key} said of it
     * @param encrypted what {@link #protect} gave; not changed
     * @param form makes the other form of the clear bytes, which it does not keep
     * @throws MediaException {@code NOT_FOUND} if the key is known no more, {@code MALFORMED} if the bytes are not of this key
     */
    ByteBuffer inForm(Key key, long number, ByteBuffer encrypted, UnaryOperator<ByteBuffer> form);
}
