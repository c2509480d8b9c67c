package io.headend.testkit;

import io.headend.core.StreamItem;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Media as text that people can read and {@link GoldenFiles} can compare: one fact to a line, nothing that differs from run to
 * run, payload as size and CRC-32. Bytes that break their format give a line that says so, never an exception.
 */
public final class MediaDump {

    private MediaDump() {}

    /**
     * The items of a stream, track by track, so that the text does not depend on how tracks are interleaved; arrival times are
     * left out.
     *
     * @param items lent; not closed
     */
    public static String stream(List<StreamItem> items) {
        StreamDump dump = new StreamDump();
        items.forEach(dump::add);
        return dump.text();
    }

    /** The tree of ISO-BMFF boxes (ISO/IEC 14496-12, 4.2) from position to limit. */
    public static String mp4(ByteBuffer file) {
        return new Mp4Dump().dump(file);
    }

    /** The packets of a transport stream (ISO/IEC 13818-1, 2.4.3), one to a line, with PES times and PSI tables. */
    public static String ts(ByteBuffer stream) {
        return new TsDump().dump(stream);
    }

    /** An HLS playlist (RFC 8216) with one attribute to a line, in alphabetical order. */
    public static String hls(String playlist) {
        return HlsDump.dump(playlist);
    }

    /** A DASH manifest (ISO/IEC 23009-1), or any XML document, with one attribute to a line, in alphabetical order. */
    public static String dash(String mpd) {
        return XmlDump.dump(mpd);
    }
}
