package io.headend.ingest.hls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A segment of sound frames without a container (RFC 8216bis, 3.1.4): its time stands in an ID3 tag before them. */
final class PackedAudio {

    private static final byte[] OWNER =
            "com.apple.streaming.transportStreamTimestamp\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int HEADER = 10;

    private PackedAudio() {}

    static boolean isOne(byte[] media) {
        boolean id3 = media.length >= HEADER && media[0] == 'I' && media[1] == 'D' && media[2] == '3';
        return id3 || (media.length >= 2 && media[0] == (byte) 0xFF && (media[1] & 0xE0) == 0xE0);
    }

    /** Ticks of 90 kHz, 33 bits, of the first frame; -1 where the segment does not say. */
    static long timestamp(byte[] media) {
        int end = tagLength(media);
        for (int at = HEADER; at + OWNER.length + 8 <= end; at++) {
            if (Arrays.equals(media, at, at + OWNER.length, OWNER, 0, OWNER.length)) {
                return ByteBuffer.wrap(media).getLong(at + OWNER.length) & 0x1_FFFF_FFFFL;
            }
        }
        return -1;
    }

    private static int tagLength(byte[] media) {
        if (media.length < HEADER || media[0] != 'I') {
            return 0;
        }
        int size = (media[6] & 0x7F) << 21 | (media[7] & 0x7F) << 14 | (media[8] & 0x7F) << 7 | (media[9] & 0x7F);
        return Math.min(media.length, HEADER + size);
    }
}
