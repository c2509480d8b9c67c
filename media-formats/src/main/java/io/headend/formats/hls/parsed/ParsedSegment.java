package io.headend.formats.hls.parsed;

import io.headend.formats.hls.parsed.ParsedMedia.ByteRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A media segment with the tags that stand before it (RFC 8216bis, 4.4.4).
 *
 * @param place number and discontinuity number
 * @param uri as written
 * @param duration {@code EXTINF}
 * @param programDateTime {@code EXT-X-PROGRAM-DATE-TIME} of this very segment, or {@code null}
 * @param gap whether it cannot be fetched
 * @param form how to read it
 */
public record ParsedSegment(
        Place place,
        String uri,
        Duration duration,
        @Nullable Instant programDateTime,
        boolean gap,
        Form form) {

    /**
     * Where a segment stands.
     *
     * @param mediaSequence its number
     * @param discontinuitySequence how many discontinuities came before it since the stream began
     */
    public record Place(long mediaSequence, long discontinuitySequence) {}

    /**
     * How to read a segment.
     *
     * @param range stretch of the resource, or {@code null} for the whole
     * @param map initialization section, or {@code null}
     * @param keys attributes of each {@code EXT-X-KEY} that applies, without quotes; empty where it is clear
     * @param parts partial segments that it is made of
     */
    public record Form(
            @Nullable ByteRange range,
            @Nullable InitializationSection map,
            List<Map<String, String>> keys,
            List<ParsedMedia.Part> parts) {

        public Form {
            keys = List.copyOf(keys);
            parts = List.copyOf(parts);
        }
    }

    /**
     * {@code EXT-X-MAP}.
     *
     * @param uri as written
     * @param range or {@code null} for the whole resource
     * @param keys that apply to it
     */
    public record InitializationSection(
            String uri, @Nullable ByteRange range, List<Map<String, String>> keys) {

        public InitializationSection {
            keys = List.copyOf(keys);
        }
    }
}
