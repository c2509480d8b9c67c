package io.headend.formats.flv;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One tag of an FLV file (Adobe Flash Video File Format Specification 10.1, annex E.4.1).
 *
 * @param type {@link #AUDIO}, {@link #VIDEO} or {@link #SCRIPT}; others are kept
 * @param timestamp milliseconds, 32 bits, unsigned
 * @param body at most 16,777,215 bytes; read-only, each call gives a view of its own
 */
public record FlvTag(int type, int timestamp, ByteBuffer body) {

    public static final int AUDIO = 8;
    public static final int VIDEO = 9;
    public static final int SCRIPT = 18;

    /** Bytes before a body. */
    public static final int HEADER_SIZE = 11;

    private static final int MAX_BODY = 0xFF_FFFF;

    public FlvTag {
        if (body.remaining() > MAX_BODY) {
            throw MediaException.invalidArgument(
                    "an FLV tag holds at most " + MAX_BODY + " bytes, not " + body.remaining());
        }
        body = body.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer body() {
        return body.duplicate();
    }

    /** The file header (E.2) and the first back pointer, which is 0. */
    public static ByteBuffer fileHeader(boolean audio, boolean video) {
        return ByteBuffer.allocate(13)
                .put((byte) 'F')
                .put((byte) 'L')
                .put((byte) 'V')
                .put((byte) 1)
                .put((byte) ((audio ? 4 : 0) | (video ? 1 : 0)))
                .putInt(9)
                .putInt(0)
                .flip();
    }

    /**
     * Reads the file header and the first back pointer.
     *
     * @param in moved behind them if all is there
     * @return whether all was there
     * @throws MediaException {@code MALFORMED} if it is not FLV
     */
    public static boolean readFileHeader(ByteBuffer in) {
        if (in.remaining() < 9) {
            return false;
        }
        int at = in.position();
        if (in.get(at) != 'F' || in.get(at + 1) != 'L' || in.get(at + 2) != 'V') {
            throw MediaException.malformed("the bytes do not begin with an FLV header");
        }
        int size = in.getInt(at + 5);
        if (size < 9 || size > 1024) {
            throw MediaException.malformed("an FLV header of " + size + " bytes is not believable");
        }
        if (in.remaining() < size + 4) {
            return false;
        }
        in.position(at + size + 4);
        return true;
    }

    /**
     * Reads one tag and the back pointer behind it.
     *
     * @param in moved behind them if the whole tag is there, else not moved
     * @param maxBody longest body accepted
     * @return the tag, a view of {@code in}; {@code null} if it is not all there
     * @throws MediaException {@code MALFORMED} if the body is longer than {@code maxBody}, {@code UNSUPPORTED} if it is encrypted
     */
    public static @Nullable FlvTag read(ByteBuffer in, int maxBody) {
        if (in.remaining() < HEADER_SIZE) {
            return null;
        }
        int at = in.position();
        int type = in.get(at) & 0xFF;
        int size = u24(in, at + 1);
        if (size > maxBody) {
            throw MediaException.malformed(
                    "an FLV tag of " + size + " bytes is longer than the " + maxBody + " allowed");
        }
        if ((type & 0x20) != 0) {
            throw MediaException.unsupported("the FLV tag is encrypted");
        }
        if (in.remaining() < HEADER_SIZE + size + 4) {
            return null;
        }
        int timestamp = u24(in, at + 4) | in.get(at + 7) << 24;
        ByteBuffer body = in.slice(at + HEADER_SIZE, size);
        in.position(at + HEADER_SIZE + size + 4);
        return new FlvTag(type & 0x1F, timestamp, body);
    }

    /** The tag with its header and back pointer. */
    public ByteBuffer toBytes() {
        int size = body.remaining();
        ByteBuffer out = ByteBuffer.allocate(HEADER_SIZE + size + 4);
        putHeader(out, type, timestamp, size);
        return out.put(body.duplicate()).putInt(HEADER_SIZE + size).flip();
    }

    /** Writes the {@value #HEADER_SIZE} bytes before a body of {@code size} bytes. */
    public static void putHeader(ByteBuffer out, int type, int timestamp, int size) {
        out.put((byte) type);
        put24(out, size);
        put24(out, timestamp);
        out.put((byte) (timestamp >>> 24));
        put24(out, 0);
    }

    static int u24(ByteBuffer in, int at) {
        return (in.get(at) & 0xFF) << 16 | (in.get(at + 1) & 0xFF) << 8 | (in.get(at + 2) & 0xFF);
    }

    static void put24(ByteBuffer out, int value) {
        out.put((byte) (value >> 16)).put((byte) (value >> 8)).put((byte) value);
    }
}
