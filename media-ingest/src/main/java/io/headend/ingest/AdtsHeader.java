package io.headend.ingest;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header before an AAC frame in a transport stream (ISO/IEC 13818-7, 6.2).
 *
 * @param objectType MPEG-4 audio object type, 1 to 4
 * @param frequencyIndex sampling frequency index, 0 to 12
 * @param channels channel configuration, 1 to 7
 * @param headerLength 7 bytes, or 9 with a checksum
 * @param frameLength bytes of header and payload
 */
record AdtsHeader(int objectType, int frequencyIndex, int channels, int headerLength, int frameLength) {

    /** Reads the header at the buffer's position; {@code null} if there is no whole frame of one raw data block. */
    static @Nullable AdtsHeader read(ByteBuffer data) {
        int at = data.position();
        if (data.remaining() < 7 || (data.get(at) & 0xFF) != 0xFF || (data.get(at + 1) & 0xF6) != 0xF0) {
            return null;
        }
        int b2 = data.get(at + 2) & 0xFF;
        int b3 = data.get(at + 3) & 0xFF;
        int length = (b3 & 3) << 11 | (data.get(at + 4) & 0xFF) << 3 | (data.get(at + 5) & 0xFF) >> 5;
        int blocks = data.get(at + 6) & 3;
        AdtsHeader header = new AdtsHeader(
                (b2 >> 6) + 1, b2 >> 2 & 15, (b2 & 1) << 2 | b3 >> 6, (data.get(at + 1) & 1) == 1 ? 7 : 9, length);
        boolean usable = blocks == 0
                && header.frequencyIndex <= 12
                && header.channels >= 1
                && length > header.headerLength
                && length <= data.remaining();
        return usable ? header : null;
    }

    /** The same in the form of MPEG-4 (ISO/IEC 14496-3, 1.6.2.1). */
    ByteBuffer audioSpecificConfig() {
        int bits = objectType << 11 | frequencyIndex << 7 | channels << 3;
        return ByteBuffer.allocate(2).putShort((short) bits).flip();
    }
}
