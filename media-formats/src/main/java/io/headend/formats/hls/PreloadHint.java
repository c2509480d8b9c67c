package io.headend.formats.hls;

/**
 * {@code EXT-X-PRELOAD-HINT} (RFC 8216bis, 4.4.5.3): what comes next.
 *
 * @param type {@code PART} or {@code MAP}
 * @param uri where it will be
 */
public record PreloadHint(String type, String uri) {

    public PreloadHint {
        MediaSegment.requireUri(uri);
    }

    String toLine() {
        return "#EXT-X-PRELOAD-HINT:" + new Attributes().plain("TYPE", type).quoted("URI", uri) + "\n";
    }
}
