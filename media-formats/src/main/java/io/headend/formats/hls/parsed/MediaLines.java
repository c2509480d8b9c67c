package io.headend.formats.hls.parsed;

import io.headend.core.MediaException;
import io.headend.formats.hls.parsed.ParsedMedia.ByteRange;
import io.headend.formats.hls.parsed.ParsedMedia.Part;
import io.headend.formats.hls.parsed.ParsedSegment.InitializationSection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the tags of a media playlist (RFC 8216bis, 4.4.3 to 4.4.5). */
final class MediaLines {

    // 2^53, which every player counts to, is out of reach of any stream.
    private static final long MOST_NUMBER = 1L << 60;

    private final List<ParsedSegment> segments = new ArrayList<>();
    private final List<Map<String, String>> dateRanges = new ArrayList<>();
    private final List<Map<String, String>> hints = new ArrayList<>();
    private final List<Map<String, String>> reports = new ArrayList<>();
    private List<Part> parts = new ArrayList<>();
    private List<Map<String, String>> keys = new ArrayList<>();
    private boolean keysUsed;
    private Map<String, String> serverControl = Map.of();
    private @Nullable Duration partTarget;
    private int targetDuration;
    private long mediaSequence;
    private long discontinuitySequence;
    private long discontinuities;
    private String type = "";
    private int skipped;
    private int allParts;
    private boolean independent;
    private boolean ended;
    private boolean used;

    private @Nullable Duration duration;
    private @Nullable Instant dateTime;
    private @Nullable ByteRange range;
    private @Nullable String rangeText;
    private @Nullable InitializationSection map;
    private boolean gap;
    private String lastUri = "";
    private long lastEnd;
    private String lastPartUri = "";
    private long lastPartEnd;

    boolean isUsed() {
        return used;
    }

    void tag(String tag, String value) {
        switch (tag) {
            case "#EXT-X-TARGETDURATION" -> {
                used = true;
                // Some servers write 6.0 here.
                Duration target = Values.seconds(value, "EXT-X-TARGETDURATION");
                targetDuration = (int) Math.max(1, target.plusMillis(500).toSeconds());
            }
            case "#EXT-X-MEDIA-SEQUENCE" -> mediaSequence = Values.integer(value, MOST_NUMBER, "EXT-X-MEDIA-SEQUENCE");
            case "#EXT-X-DISCONTINUITY-SEQUENCE" ->
                discontinuitySequence = Values.integer(value, MOST_NUMBER, "EXT-X-DISCONTINUITY-SEQUENCE");
            case "#EXT-X-PLAYLIST-TYPE" -> type = value.strip();
            case "#EXT-X-INDEPENDENT-SEGMENTS" -> independent = true;
            case "#EXT-X-ENDLIST" -> ended = true;
            case "#EXT-X-SKIP" ->
                skipped = (int) Values.integer(
                        AttributeList.parse(value).getOrDefault("SKIPPED-SEGMENTS", "0"),
                        PlaylistParser.MOST_SEGMENTS,
                        "SKIPPED-SEGMENTS");
            case "#EXT-X-SERVER-CONTROL" -> serverControl = AttributeList.parse(value);
            case "#EXT-X-PART-INF" -> {
                String target = AttributeList.parse(value).get("PART-TARGET");
                partTarget = target == null ? null : Values.seconds(target, "PART-TARGET");
            }
            case "#EXT-X-PRELOAD-HINT" -> bounded(hints).add(AttributeList.parse(value));
            case "#EXT-X-RENDITION-REPORT" -> bounded(reports).add(AttributeList.parse(value));
            case "#EXT-X-DATERANGE" -> bounded(dateRanges).add(AttributeList.parse(value));
            default -> segmentTag(tag, value);
        }
    }

    private void segmentTag(String tag, String value) {
        switch (tag) {
            case "#EXTINF" -> {
                used = true;
                int comma = value.indexOf(',');
                duration = Values.seconds(comma < 0 ? value : value.substring(0, comma), "EXTINF");
            }
            case "#EXT-X-BYTERANGE" -> rangeText = value.strip();
            case "#EXT-X-DISCONTINUITY" -> discontinuities++;
            case "#EXT-X-GAP" -> gap = true;
            case "#EXT-X-PROGRAM-DATE-TIME" -> dateTime = Values.instant(value);
            case "#EXT-X-KEY" -> key(AttributeList.parse(value));
            case "#EXT-X-MAP" -> map(AttributeList.parse(value));
            case "#EXT-X-PART" -> part(AttributeList.parse(value));
            default -> {
                // Tags of no meaning here, and those of the future.
            }
        }
    }

    /** Several keys for one segment stand together; the next one after a segment replaces them. */
    private void key(Map<String, String> attributes) {
        if (keysUsed) {
            keys = new ArrayList<>();
            keysUsed = false;
        }
        if ("NONE".equals(attributes.get("METHOD"))) {
            keys.clear();
        } else {
            bounded(keys).add(Map.copyOf(attributes));
        }
    }

    private void map(Map<String, String> attributes) {
        String uri = attributes.get("URI");
        if (uri == null) {
            throw MediaException.malformed("EXT-X-MAP has no URI");
        }
        String bytes = attributes.get("BYTERANGE");
        map = new InitializationSection(uri, bytes == null ? null : Values.range(bytes, 0), keys);
    }

    private void part(Map<String, String> attributes) {
        String uri = attributes.get("URI");
        String length = attributes.get("DURATION");
        if (uri == null || length == null) {
            throw MediaException.malformed("EXT-X-PART needs URI and DURATION");
        }
        if (++allParts > PlaylistParser.MOST_SEGMENTS) {
            throw MediaException.malformed("more than " + PlaylistParser.MOST_SEGMENTS + " parts");
        }
        String bytes = attributes.get("BYTERANGE");
        ByteRange stretch = bytes == null ? null : Values.range(bytes, uri.equals(lastPartUri) ? lastPartEnd : 0);
        lastPartUri = uri;
        lastPartEnd = stretch == null ? 0 : stretch.offset() + stretch.length();
        parts.add(new Part(
                uri,
                Values.seconds(length, "DURATION of EXT-X-PART"),
                stretch,
                "YES".equals(attributes.get("INDEPENDENT")),
                "YES".equals(attributes.get("GAP"))));
    }

    void uri(String uri) {
        Duration length = duration;
        if (length == null) {
            throw MediaException.malformed("the URI '" + Values.shown(uri) + "' has no EXTINF before it");
        }
        if (segments.size() >= PlaylistParser.MOST_SEGMENTS) {
            throw MediaException.malformed("more than " + PlaylistParser.MOST_SEGMENTS + " segments");
        }
        if (rangeText != null) {
            range = Values.range(rangeText, uri.equals(lastUri) ? lastEnd : 0);
        }
        keysUsed = true;
        // Numbers follow when the whole playlist is known: the tags that they begin with may stand anywhere.
        segments.add(new ParsedSegment(
                new ParsedSegment.Place(segments.size(), discontinuities),
                uri,
                length,
                dateTime,
                gap,
                new ParsedSegment.Form(range, map, keys, parts)));
        lastUri = uri;
        lastEnd = range == null ? 0 : range.offset() + range.length();
        duration = null;
        dateTime = null;
        range = null;
        rangeText = null;
        gap = false;
        parts = new ArrayList<>();
    }

    private static <T> List<T> bounded(List<T> list) {
        if (list.size() >= PlaylistParser.MOST_SEGMENTS) {
            throw MediaException.malformed("more than " + PlaylistParser.MOST_SEGMENTS + " tags of one kind");
        }
        return list;
    }

    ParsedMedia build() {
        if (targetDuration == 0) {
            throw MediaException.malformed("the playlist has no EXT-X-TARGETDURATION");
        }
        List<ParsedSegment> numbered = new ArrayList<>(segments.size());
        for (ParsedSegment segment : segments) {
            ParsedSegment.Place place = segment.place();
            numbered.add(new ParsedSegment(
                    new ParsedSegment.Place(
                            mediaSequence + skipped + place.mediaSequence(),
                            discontinuitySequence + place.discontinuitySequence()),
                    segment.uri(),
                    segment.duration(),
                    segment.programDateTime(),
                    segment.gap(),
                    segment.form()));
        }
        boolean lowLatency = partTarget != null || !serverControl.isEmpty() || !hints.isEmpty() || !reports.isEmpty();
        return new ParsedMedia(
                new ParsedMedia.Header(
                        targetDuration, mediaSequence, discontinuitySequence, type, skipped, independent),
                numbered,
                parts,
                dateRanges,
                lowLatency ? new ParsedMedia.LowLatency(partTarget, serverControl, hints, reports) : null,
                ended);
    }
}
