package io.headend.formats.hls;

import java.util.List;

/**
 * A multivariant playlist (RFC 8216bis, 4.4.6) of independent segments.
 *
 * @param definitions variables, before everything that uses them
 * @param renditions {@code EXT-X-MEDIA}
 * @param variants {@code EXT-X-STREAM-INF}, the one to begin with first
 * @param iframes {@code EXT-X-I-FRAME-STREAM-INF}
 * @param sessionKeys {@code EXT-X-SESSION-KEY}: keys that players may fetch before they read media playlists
 */
public record MultivariantPlaylist(
        List<Define> definitions,
        List<MediaRendition> renditions,
        List<VariantStream> variants,
        List<VariantStream> iframes,
        List<Key> sessionKeys) {

    public MultivariantPlaylist {
        definitions = List.copyOf(definitions);
        renditions = List.copyOf(renditions);
        variants = List.copyOf(variants);
        iframes = List.copyOf(iframes);
        sessionKeys = List.copyOf(sessionKeys);
    }

    /** A playlist that names no keys. */
    public MultivariantPlaylist(
            List<Define> definitions,
            List<MediaRendition> renditions,
            List<VariantStream> variants,
            List<VariantStream> iframes) {
        this(definitions, renditions, variants, iframes, List.of());
    }

    /** A playlist without variables and trick play. */
    public MultivariantPlaylist(List<MediaRendition> renditions, List<VariantStream> variants) {
        this(List.of(), renditions, variants, List.of(), List.of());
    }

    /** The playlist as text, lines ended by LF. */
    public String toText() {
        StringBuilder out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:");
        out.append(
                definitions.isEmpty()
                        ? 6
                        : definitions.stream().anyMatch(d -> d.kind() == Define.Kind.QUERYPARAM) ? 11 : 8);
        out.append("\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        definitions.forEach(definition -> out.append(definition.toLine()));
        sessionKeys.forEach(key -> out.append(key.toSessionLine()));
        renditions.forEach(rendition -> out.append(rendition.toLine()));
        variants.forEach(variant -> out.append(variant.toLines()));
        iframes.forEach(iframe -> out.append(iframe.toIFrameLine()));
        return out.toString();
    }
}
