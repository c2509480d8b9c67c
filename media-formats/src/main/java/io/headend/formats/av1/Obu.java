package io.headend.formats.av1;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An open bitstream unit (AV1 specification, 5.3) within a buffer.
 *
 * @param type {@code obu_type}
 * @param layers {@code temporal_id} and {@code spatial_id}: as bits of an {@code operating_point_idc}
 * @param start first byte of its payload
 * @param end byte behind its payload
 */
record Obu(int type, int layers, int start, int end) {

    static final int SEQUENCE_HEADER = 1;
    static final int FRAME_HEADER = 3;
    static final int TILE_GROUP = 4;
    static final int FRAME = 6;

    private static final int MOST_SIZE_BYTES = 8;

    /**
     * Reads the header of a unit.
     *
     * @param at where it begins
     * @return {@code null} at the end of the buffer
     * @throws MediaException {@code MALFORMED} if it does not fit
     */
    static @Nullable Obu read(ByteBuffer in, int at) {
        if (at >= in.limit()) {
            return null;
        }
        int header = in.get(at);
        boolean extended = (header & 4) != 0;
        int next = at + (extended ? 2 : 1);
        if ((header & 0x80) != 0 || next > in.limit()) {
            throw malformed();
        }
        int extension = extended ? in.get(at + 1) & 0xFF : 0;
        int layers = extended ? (1 << (extension >> 5)) | (1 << (8 + (extension >> 3 & 3))) : 0;
        long size = (long) in.limit() - next;
        if ((header & 2) != 0) {
            size = 0;
            int read = 0;
            int b;
            do {
                if (next >= in.limit() || read == MOST_SIZE_BYTES) {
                    throw malformed();
                }
                b = in.get(next++);
                size |= (b & 0x7FL) << (7 * read++);
            } while ((b & 0x80) != 0);
        }
        if (size > in.limit() - next) {
            throw malformed();
        }
        return new Obu(header >> 3 & 15, layers, next, (int) (next + size));
    }

    private static MediaException malformed() {
        return MediaException.malformed("the units of an AV1 sample do not add up to its size");
    }
}
