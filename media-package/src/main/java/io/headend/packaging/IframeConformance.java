package io.headend.packaging;

import io.headend.formats.hls.parsed.ParsedSegment;
import java.nio.ByteBuffer;

/** What the byte ranges of an I-frame playlist hold. */
final class IframeConformance {

    private static final int MOOF = 0x6D6F_6F66;
    private static final int MDAT = 0x6D64_6174;

    private final HlsConformance check;

    IframeConformance(HlsConformance check) {
        this.check = check;
    }

    void check(CheckedPlaylist playlist, ParsedSegment segment, String path, ByteBuffer bytes) {
        if (segment.form().map() == null || segment.form().range() == null) {
            return;
        }
        boolean moof = false;
        int at = bytes.position();
        while (at + 8 <= bytes.limit()) {
            int type = bytes.getInt(at + 4);
            moof |= type == MOOF;
            if (type == MDAT) {
                break;
            }
            long size = Integer.toUnsignedLong(bytes.getInt(at));
            if (size < 8 || size > bytes.limit() - at) {
                break;
            }
            at += (int) size;
        }
        if (!moof) {
            check.violation(
                    "6.10",
                    playlist.path(),
                    "the byte range " + segment.form().range() + " of " + path + " does not include its moof");
        }
    }
}
