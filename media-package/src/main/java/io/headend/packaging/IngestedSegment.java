package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.headend.formats.isobmff.TrackFragment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A whole segment that came from elsewhere.
 *
 * @param bytes all of it
 * @param start presentation time of its first sample, in the timebase of its track
 * @param duration sum of its samples
 * @param keyFrameBytes from the beginning to the end of the first sample, 0 where that is no sync sample
 * @param checksum of the bytes
 */
record IngestedSegment(ByteBuffer bytes, long start, long duration, long keyFrameBytes, long checksum) {

    private static final int MDAT_HEADER = 8;
    private static final int NON_SYNC = 0x1_0000;

    /** @throws MediaException {@code MALFORMED} if these bytes are no CMAF fragments of one track */
    static IngestedSegment parse(ByteBuffer bytes, TrackExtendsBox defaults) {
        List<ParsedBox> boxes = BoxReader.read(bytes.duplicate());
        long offset = 0;
        long start = -1;
        long duration = 0;
        long keyFrame = 0;
        long payload = 0;
        for (ParsedBox box : boxes) {
            offset += box.size();
            if (box.type().equals("mdat")) {
                payload -= box.size() - MDAT_HEADER;
            }
            if (!box.type().equals("moof")) {
                continue;
            }
            ParsedBox traf = box.find("traf").orElseThrow(() -> MediaException.malformed("a fragment has no traf"));
            TrackFragment fragment = TrackFragment.parse(traf, defaults);
            if (fragment.sampleCount() == 0) {
                throw MediaException.malformed("a fragment has no samples");
            }
            if (start < 0) {
                start = fragment.baseDecodeTime() + Math.max(0, fragment.compositionOffset(0));
                boolean sync = (fragment.flags(0) & NON_SYNC) == 0;
                keyFrame = sync ? offset + MDAT_HEADER + fragment.size(0) : 0;
            }
            duration += fragment.totalDuration();
            payload += fragment.dataSize();
        }
        if (start < 0 || duration < 1 || payload != 0) {
            throw MediaException.malformed(
                    "these " + bytes.remaining() + " bytes are not whole fragments of one track");
        }
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        return new IngestedSegment(bytes, start, duration, Math.min(keyFrame, bytes.remaining()), crc.getValue());
    }

    SegmentEntry entry(long number, String init) {
        return new SegmentEntry(
                number,
                start,
                duration,
                false,
                init,
                new SegmentEntry.Layout(bytes.remaining(), keyFrameBytes, List.of()));
    }

    Chunk chunk() {
        return new Chunk(List.of(bytes.duplicate()), bytes.remaining(), start, duration, keyFrameBytes > 0);
    }
}
