package io.headend.packaging;

/** HLS playlists (RFC 8216bis) of a snapshot, as functions of it alone. */
public final class HlsWriter {

    private HlsWriter() {}

    /** {@code master.m3u8}. */
    public static String multivariant(Presentation presentation) {
        return "";
    }

    /** {@code {rendition}/media.m3u8}. */
    public static String media(Presentation presentation, PublishedTrack track) {
        return "";
    }
}
