package io.headend.core;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Encrypts the samples of one track, without changing their size. The packager calls it; the DRM room implements it.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public interface SampleProtector {

    /** What to signal for the track. */
    ContentProtection protection();

    /**
     * Encrypts one sample.
     *
     * @param info its scalars
     * @param clear the payload from position to limit; not changed
     * @param out receives exactly as many bytes at its position, which moves behind them
     * @throws MediaException {@link MediaErrorCode#MALFORMED} if the payload cannot be parsed as far as the scheme needs
     */
    Encryption protect(SampleInfo info, ByteBuffer clear, ByteBuffer out);

    /**
     * What a decryptor must know of one sample ({@code senc} of ISO/IEC 23001-7).
     *
     * @param iv per-sample initialisation vector, empty where it is constant
     * @param ranges in order; empty where the whole sample is protected
     */
    record Encryption(ByteBuffer iv, List<Range> ranges) {}

    /** A sub-sample: so many clear bytes, then so many protected ones. */
    record Range(int clearBytes, int protectedBytes) {}
}
