package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/**
 * What {@code esds} says of a stream (ISO/IEC 14496-1, 7.2.6).
 *
 * @param objectType objectTypeIndication, 0x40 for MPEG-4 audio
 * @param specific DecoderSpecificInfo, possibly empty
 */
record ElementaryStream(int objectType, ByteBuffer specific) {

    private static final int ES = 3;
    private static final int CONFIG = 4;
    private static final int SPECIFIC = 5;

    /** @param payload of {@code esds} with version and flags */
    static ElementaryStream parse(ByteBuffer payload) {
        require(payload.remaining() >= 4);
        ByteBuffer in = payload.slice(4, payload.remaining() - 4);
        ByteBuffer es = descriptor(in, ES);
        require(es.remaining() >= 3);
        es.getShort();
        int flags = es.get();
        int skip = ((flags & 0x80) != 0 ? 2 : 0) + ((flags & 0x20) != 0 ? 2 : 0);
        if ((flags & 0x40) != 0) {
            require(es.hasRemaining());
            skip += 1 + (es.get(es.position()) & 0xFF);
        }
        require(es.remaining() >= skip);
        es.position(es.position() + skip);
        ByteBuffer config = descriptor(es, CONFIG);
        require(config.remaining() >= 13);
        int type = config.get(0) & 0xFF;
        config.position(13);
        return new ElementaryStream(type, config.hasRemaining() ? descriptor(config, SPECIFIC) : config.slice());
    }

    private static ByteBuffer descriptor(ByteBuffer in, int tag) {
        require(in.remaining() >= 2 && in.get() == tag);
        int length = 0;
        for (int i = 0; i < 4; i++) {
            require(in.hasRemaining());
            int b = in.get();
            length = length << 7 | (b & 0x7F);
            if (b >= 0) {
                break;
            }
        }
        require(length <= in.remaining());
        ByteBuffer body = in.slice(in.position(), length);
        in.position(in.position() + length);
        return body;
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw MediaException.malformed("esds is cut short or contradicts itself");
        }
    }
}
