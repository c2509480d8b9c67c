package io.headend.drm.fairplay;

import io.headend.core.MediaException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tag-length-length-value blocks: tag of 8 bytes, length of the block, length of the value, value, padding of chance. */
final class TagBlock {

    static final long SESSION_KEY_AND_R1 = 0x3d1a10b8bffac2ecL;
    static final long INTEGRITY = 0xb349d4809e910687L;
    static final long ANTI_REPLAY_SEED = 0x89c90f12204106b2L;
    static final long R2 = 0x71b5595ac1521133L;
    static final long ASSET_ID = 0x1bf7f53f5d5d5a1fL;
    static final long TRANSACTION_ID = 0x47aa7ad3440577deL;
    static final long RETURN_REQUEST = 0x19f9d4e5ab7609cbL;
    static final long CONTENT_KEY = 0x58b38165af0e3d5aL;
    static final long R1 = 0xea74c4645d5efee9L;
    static final long CONTENT_KEY_DURATION = 0x47acf6a418cd091aL;

    private static final int HEADER = 16;
    private static final int MAX_BLOCKS = 256;
    private static final int ALIGNMENT = 16;

    private TagBlock() {}

    /** Values by tag, in order. */
    static Map<Long, byte[]> read(ByteBuffer payload) {
        Map<Long, byte[]> values = new LinkedHashMap<>();
        ByteBuffer in = payload.slice();
        while (in.hasRemaining()) {
            if (in.remaining() < HEADER || values.size() >= MAX_BLOCKS) {
                throw unreadable();
            }
            long tag = in.getLong();
            int blockLength = in.getInt();
            int valueLength = in.getInt();
            if (blockLength < 0 || valueLength < 0 || valueLength > blockLength || blockLength > in.remaining()) {
                throw unreadable();
            }
            byte[] value = new byte[valueLength];
            in.get(value);
            in.position(in.position() + blockLength - valueLength);
            if (values.put(tag, value) != null) {
                throw MediaException.malformed("The SPC has one of its blocks twice.");
            }
        }
        return values;
    }

    static void write(ByteArrayOutputStream out, long tag, byte[] value, SecureRandom random) {
        int blockLength = (value.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        out.writeBytes(ByteBuffer.allocate(HEADER)
                .putLong(tag)
                .putInt(blockLength)
                .putInt(value.length)
                .array());
        out.writeBytes(value);
        byte[] padding = new byte[blockLength - value.length];
        random.nextBytes(padding);
        out.writeBytes(padding);
    }

    /** One sentence for every way: a wrong key looks the same. */
    private static MediaException unreadable() {
        return MediaException.malformed("The SPC cannot be read; it is damaged, or for another certificate.");
    }
}
