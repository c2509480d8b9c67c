package io.headend.packaging;

import io.headend.core.SampleInfo;
import io.headend.formats.mpegts.ElementaryStream;
import java.nio.ByteBuffer;

/**
 * Encrypts the access units of one elementary stream as they stand in PES packets (HLS sample encryption): byte streams with start codes, ADTS
 * frames. Other than with a {@code SampleProtector} a unit may grow, by the bytes that keep start codes from being emulated.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
interface UnitProtector {

    /** How the program map table describes the stream then: another stream type, more descriptors. */
    ElementaryStream describe(ElementaryStream clear);

    /**
     * Encrypts one access unit.
     *
     * @param unit from position to limit; may be changed
     * @return the encrypted unit, which may be the same buffer
     */
    ByteBuffer protect(SampleInfo info, ByteBuffer unit);
}
