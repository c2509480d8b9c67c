package io.headend.formats.hls.parsed;

import io.headend.core.MediaException;
import io.headend.formats.hls.parsed.ParsedMultivariant.Rendition;
import io.headend.formats.hls.parsed.ParsedMultivariant.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the tags of a multivariant playlist (RFC 8216bis, 4.4.6). */
final class MultivariantLines {

    private static final int MOST = 10_000;

    private final List<Variant> variants = new ArrayList<>();
    private final List<Rendition> renditions = new ArrayList<>();
    private final List<Variant> iframes = new ArrayList<>();
    private @Nullable Map<String, String> stream;
    private boolean used;

    boolean isUsed() {
        return used;
    }

    /** Whether it was a tag of a multivariant playlist. */
    boolean tag(String tag, String value) {
        switch (tag) {
            case "#EXT-X-STREAM-INF" -> stream = AttributeList.parse(value);
            case "#EXT-X-MEDIA" -> add(renditions, rendition(AttributeList.parse(value)));
            case "#EXT-X-I-FRAME-STREAM-INF" -> {
                Map<String, String> attributes = AttributeList.parse(value);
                add(iframes, variant(require(attributes, "URI", "EXT-X-I-FRAME-STREAM-INF"), attributes));
            }
            case "#EXT-X-SESSION-DATA", "#EXT-X-SESSION-KEY", "#EXT-X-CONTENT-STEERING" -> {}
            default -> {
                return false;
            }
        }
        used = true;
        return true;
    }

    /** Whether the line is the URI of a variant. */
    boolean uri(String uri) {
        Map<String, String> attributes = stream;
        if (attributes == null) {
            return false;
        }
        stream = null;
        add(variants, variant(uri, attributes));
        return true;
    }

    private static <T> void add(List<T> list, T entry) {
        if (list.size() >= MOST) {
            throw MediaException.malformed("more than " + MOST + " entries of one kind");
        }
        list.add(entry);
    }

    private static Variant variant(String uri, Map<String, String> attributes) {
        String bandwidth = attributes.get("BANDWIDTH");
        String rate = attributes.get("FRAME-RATE");
        return new Variant(
                uri,
                bandwidth == null ? 0 : Values.integer(bandwidth, Long.MAX_VALUE, "BANDWIDTH"),
                attributes.getOrDefault("CODECS", ""),
                Values.resolution(attributes.get("RESOLUTION")),
                rate == null ? null : Values.decimal(rate, "FRAME-RATE"),
                attributes);
    }

    private static Rendition rendition(Map<String, String> attributes) {
        return new Rendition(
                require(attributes, "TYPE", "EXT-X-MEDIA"),
                require(attributes, "GROUP-ID", "EXT-X-MEDIA"),
                attributes.getOrDefault("NAME", ""),
                attributes.get("URI"),
                attributes);
    }

    private static String require(Map<String, String> attributes, String name, String tag) {
        String value = attributes.get(name);
        if (value == null) {
            throw MediaException.malformed(tag + " has no " + name);
        }
        return value;
    }

    ParsedMultivariant build(Map<String, String> variables) {
        return new ParsedMultivariant(variants, renditions, iframes, variables);
    }
}
