package io.headend.formats.hls;

import java.time.Duration;

/**
 * {@code EXT-X-PART} (RFC 8216bis, 4.4.4.9).
 *
 * @param uri where it is
 * @param duration at most the part target
 * @param independent whether it begins with a picture that needs no other
 * @param gap whether it cannot be fetched
 */
public record PartialSegment(String uri, Duration duration, boolean independent, boolean gap) {

    public PartialSegment {
        MediaSegment.requireUri(uri);
    }

    String toLine() {
        Attributes attributes = new Attributes().seconds("DURATION", duration).quoted("URI", uri);
        return "#EXT-X-PART:" + attributes.yes("INDEPENDENT", independent).yes("GAP", gap) + "\n";
    }
}
