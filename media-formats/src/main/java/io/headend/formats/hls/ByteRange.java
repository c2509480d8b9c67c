package io.headend.formats.hls;

/**
 * A stretch of a resource ({@code EXT-X-BYTERANGE} and {@code BYTERANGE}, RFC 8216bis, 4.4.4.2).
 *
 * @param length bytes, at least 1
 * @param offset of the first byte
 */
public record ByteRange(long length, long offset) {

    public ByteRange {
        if (length < 1 || offset < 0) {
            throw new IllegalArgumentException("not a byte range: " + length + "@" + offset);
        }
    }

    @Override
    public String toString() {
        return length + "@" + offset;
    }
}
