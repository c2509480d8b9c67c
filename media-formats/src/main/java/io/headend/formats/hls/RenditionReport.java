package io.headend.formats.hls;

/**
 * {@code EXT-X-RENDITION-REPORT} (RFC 8216bis, 4.4.5.4): how far another rendition is.
 *
 * @param uri its media playlist, relative to the one that holds the report
 * @param lastMsn media sequence number of its last segment or part
 * @param lastPart index of its last part, or -1 where it has none
 */
public record RenditionReport(String uri, long lastMsn, int lastPart) {

    String toLine() {
        Attributes attributes = new Attributes().quoted("URI", uri).plain("LAST-MSN", lastMsn);
        if (lastPart >= 0) {
            attributes.plain("LAST-PART", lastPart);
        }
        return "#EXT-X-RENDITION-REPORT:" + attributes + "\n";
    }
}
