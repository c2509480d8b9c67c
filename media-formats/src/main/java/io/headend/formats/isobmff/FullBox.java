package io.headend.formats.isobmff;

import java.nio.ByteBuffer;

/** A box that begins with a version and flags (ISO/IEC 14496-12, 4.2.2). */
interface FullBox extends Box {

    default int version() {
        return 0;
    }

    default int flags() {
        return 0;
    }

    /** Bytes behind version and flags. */
    int bodySize();

    void writeBody(ByteBuffer out);

    @Override
    default int payloadSize() {
        return Math.addExact(4, bodySize());
    }

    @Override
    default void writePayload(ByteBuffer out) {
        out.putInt(version() << 24 | flags());
        writeBody(out);
    }
}
