package io.headend.formats.hls.parsed;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A media playlist (RFC 8216bis, 4.4.3).
 *
 * @param header what holds for all of it
 * @param segments oldest first
 * @param parts of the segment that is being written (4.4.4.9)
 * @param dateRanges attributes of each {@code EXT-X-DATERANGE}, without quotes
 * @param lowLatency or {@code null} where none of its tags stands there
 * @param ended whether nothing will be added
 */
public record ParsedMedia(
        Header header,
        List<ParsedSegment> segments,
        List<Part> parts,
        List<Map<String, String>> dateRanges,
        @Nullable LowLatency lowLatency,
        boolean ended)
        implements ParsedPlaylist {

    public ParsedMedia {
        segments = List.copyOf(segments);
        parts = List.copyOf(parts);
        dateRanges = dateRanges.stream().map(Map::copyOf).toList();
    }

    /**
     * What holds for the whole playlist.
     *
     * @param targetDuration seconds, at least 1
     * @param mediaSequence number of the first segment, or, with {@code skipped}, of the first that was left out
     * @param discontinuitySequence of the first segment
     * @param type {@code EVENT}, {@code VOD}, or empty
     * @param skipped segments left out at the beginning of a delta update (4.4.5.2)
     * @param independent whether each segment can be decoded by itself
     */
    public record Header(
            int targetDuration,
            long mediaSequence,
            long discontinuitySequence,
            String type,
            int skipped,
            boolean independent) {}

    /**
     * {@code EXT-X-PART}.
     *
     * @param uri as written
     * @param range or {@code null} for the whole resource
     */
    public record Part(
            String uri, Duration duration, @Nullable ByteRange range, boolean independent, boolean gap) {}

    /**
     * {@code BYTERANGE}.
     *
     * @param offset first byte
     * @param length bytes, at least 1
     */
    public record ByteRange(long offset, long length) {}

    /**
     * {@code EXT-X-SERVER-CONTROL}, {@code EXT-X-PART-INF} and what goes with them.
     *
     * @param partTarget or {@code null}
     * @param serverControl attributes
     * @param preloadHints attributes of each
     * @param renditionReports attributes of each
     */
    public record LowLatency(
            @Nullable Duration partTarget,
            Map<String, String> serverControl,
            List<Map<String, String>> preloadHints,
            List<Map<String, String>> renditionReports) {

        public LowLatency {
            serverControl = Map.copyOf(serverControl);
            preloadHints = List.copyOf(preloadHints);
            renditionReports = List.copyOf(renditionReports);
        }
    }
}
