package io.headend.formats.amf;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What one reading may cost, shared by both formats, and the bounded reads that they have in common. */
final class Budget {

    static final int MAX_DEPTH = 16;
    static final int MAX_VALUES = 10_000;

    private int values;
    private int depth;

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw MediaException.malformed("AMF values are nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    void leave() {
        depth--;
    }

    void value() {
        if (++values > MAX_VALUES) {
            throw MediaException.malformed("AMF data has more than " + MAX_VALUES + " values");
        }
    }

    static void need(ByteBuffer in, long bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw MediaException.malformed("AMF data is cut short");
        }
    }

    static int u8(ByteBuffer in) {
        need(in, 1);
        return in.get() & 0xFF;
    }

    static int u16(ByteBuffer in) {
        need(in, 2);
        return in.getShort() & 0xFFFF;
    }

    static long u32(ByteBuffer in) {
        need(in, 4);
        return in.getInt() & 0xFFFF_FFFFL;
    }

    static double f64(ByteBuffer in) {
        need(in, 8);
        return in.getDouble();
    }

    /** Sequences that are not UTF-8 become U+FFFD. */
    static String utf8(ByteBuffer in, long length) {
        need(in, length);
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
