package io.headend.testkit;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** CRC-32 of bytes as eight hexadecimal digits behind a number sign. */
final class Crc {

    private Crc() {}

    static String of(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        return String.format("#%08x", crc.getValue());
    }
}
