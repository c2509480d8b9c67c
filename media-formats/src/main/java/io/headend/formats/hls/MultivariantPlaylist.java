package io.headend.formats.hls;

import java.util.List;

/** A multivariant playlist (RFC 8216bis, 4.4.6) of independent segments. */
public record MultivariantPlaylist(List<MediaRendition> renditions, List<VariantStream> variants) {

    public MultivariantPlaylist {
        renditions = List.copyOf(renditions);
        variants = List.copyOf(variants);
    }

    /** The playlist as text, lines ended by LF. */
    public String toText() {
        StringBuilder out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        renditions.forEach(rendition -> out.append(rendition.toLine()));
        variants.forEach(variant -> out.append(variant.toLines()));
        return out.toString();
    }
}
