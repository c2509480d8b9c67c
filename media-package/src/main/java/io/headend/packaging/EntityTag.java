package io.headend.packaging;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Strong validators from the checksum and the size of the bytes, so that equal bytes of two origins have equal tags. */
final class EntityTag {

    private EntityTag() {}

    static String of(CRC32 crc, long bytes) {
        return '"' + Long.toHexString(crc.getValue()) + '-' + Long.toHexString(bytes) + '"';
    }

    static String of(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        return of(crc, bytes.remaining());
    }

    /** Whether {@code If-None-Match} (RFC 9110, 13.1.2) names the tag. */
    static boolean matches(String condition, String tag) {
        if (condition.trim().equals("*")) {
            return true;
        }
        for (String candidate : condition.split(",", -1)) {
            String bare = candidate.trim();
            if (bare.startsWith("W/")) {
                bare = bare.substring(2);
            }
            if (bare.equals(tag)) {
                return true;
            }
        }
        return false;
    }
}
