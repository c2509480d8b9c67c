package io.headend.core;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Encrypts the samples of one track, without changing their size. The packager calls it; the DRM room implements it.
 *
 * <p>Calls come in the order of the stream: {@link #begin}, then for each segment {@link #beginSegment} and its samples. A new
 * format is a new {@code begin}, at the start of a segment. {@link #protection()} is asked after either.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public interface SampleProtector {

    /**
     * Takes the track's name and format, before its first sample and again where the format changes.
     *
     * @throws MediaException {@link MediaErrorCode#UNSUPPORTED} if the coding cannot be protected, {@link
     *     MediaErrorCode#MALFORMED} if its configuration cannot be read
     */
    default void begin(Track track) {}

    /**
     * Tells that a segment begins, before its first sample. Where keys change with time they change here only: if {@link
     * #protection()} then names another key or vector than after {@link #begin}, the fragments of the segment must say so
     * ({@code seig} sample group, {@code pssh} in the fragment).
     *
     * @param number of the segment, as in its name
     */
    default void beginSegment(long number) {}

    /** What to signal: after {@link #begin} for the track, after {@link #beginSegment} for the segment. */
    ContentProtection protection();

    /**
     * Encrypts one sample where it lies.
     *
     * @param info its scalars
     * @param data the payload from position to limit, which stay as they are; writable
     * @throws MediaException {@link MediaErrorCode#MALFORMED} if the payload cannot be parsed as far as the scheme needs; the
     *     payload is as it was then
     */
    Encryption protect(SampleInfo info, ByteBuffer data);

    /**
     * What a decryptor must know of one sample ({@code senc} of ISO/IEC 23001-7).
     *
     * @param iv per-sample initialisation vector, empty where it is constant
     * @param ranges in order; empty where the whole sample is protected
     */
    record Encryption(ByteBuffer iv, List<Range> ranges) {}

    /** A sub-sample: so many clear bytes (at most 65535, the width of the field), then so many protected ones. */
    record Range(int clearBytes, int protectedBytes) {}
}
