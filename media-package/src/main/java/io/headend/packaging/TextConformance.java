package io.headend.packaging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Segments that are text. */
final class TextConformance {

    private static final int LOOKED_AT = 4096;

    private final HlsConformance check;

    TextConformance(HlsConformance check) {
        this.check = check;
    }

    void check(CheckedPlaylist playlist, String path, ByteBuffer bytes) {
        ByteBuffer head = bytes.slice(bytes.position(), Math.min(LOOKED_AT, bytes.remaining()));
        String text = StandardCharsets.UTF_8.decode(head).toString();
        if (text.startsWith("WEBVTT") || text.startsWith("\uFEFFWEBVTT")) {
            if (!text.contains("X-TIMESTAMP-MAP")) {
                check.violation("5.3", path, "a WebVTT segment of " + playlist.path() + " has no X-TIMESTAMP-MAP");
            }
        } else if (text.contains("<tt") || text.startsWith("<?xml")) {
            check.violation("5.4", path, "IMSC1 stands in a segment of its own instead of fragmented MP4");
        }
    }
}
