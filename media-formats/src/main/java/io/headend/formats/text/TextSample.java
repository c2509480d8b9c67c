package io.headend.formats.text;

import java.nio.ByteBuffer;

/**
 * A sample of timed text (ISO/IEC 14496-30).
 *
 * @param start milliseconds
 * @param end milliseconds, where the next one starts
 * @param data its payload; each call gives a view of its own
 */
public record TextSample(long start, long end, ByteBuffer data) {

    public TextSample {
        data = data.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate();
    }
}
