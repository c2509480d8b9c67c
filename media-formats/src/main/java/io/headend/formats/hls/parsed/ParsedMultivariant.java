package io.headend.formats.hls.parsed;

import io.headend.core.PictureSize;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A multivariant playlist (RFC 8216bis, 4.4.6).
 *
 * @param variants {@code EXT-X-STREAM-INF} in the order of the playlist
 * @param renditions {@code EXT-X-MEDIA}
 * @param iframes {@code EXT-X-I-FRAME-STREAM-INF}
 * @param variables what {@code EXT-X-DEFINE} says, for media playlists that import it
 */
public record ParsedMultivariant(
        List<Variant> variants, List<Rendition> renditions, List<Variant> iframes, Map<String, String> variables)
        implements ParsedPlaylist {

    public ParsedMultivariant {
        variants = List.copyOf(variants);
        renditions = List.copyOf(renditions);
        iframes = List.copyOf(iframes);
        variables = Map.copyOf(variables);
    }

    /**
     * One variant stream.
     *
     * @param uri of its media playlist, as written
     * @param bandwidth {@code BANDWIDTH}, peak bit/s, 0 where missing
     * @param codecs {@code CODECS}, empty where missing
     * @param resolution or {@code null}
     * @param frameRate or {@code null}
     * @param attributes all attributes by name, without quotes
     */
    public record Variant(
            String uri,
            long bandwidth,
            String codecs,
            @Nullable PictureSize resolution,
            @Nullable BigDecimal frameRate,
            Map<String, String> attributes) {

        public Variant {
            attributes = Map.copyOf(attributes);
        }

        /** Group of renditions of a type, such as {@code AUDIO}, or {@code null}. */
        public @Nullable String group(String type) {
            return attributes.get(type);
        }
    }

    /**
     * One rendition.
     *
     * @param type {@code AUDIO}, {@code VIDEO}, {@code SUBTITLES} or {@code CLOSED-CAPTIONS}
     * @param groupId {@code GROUP-ID}
     * @param name {@code NAME}
     * @param uri of its media playlist as written, or {@code null} where it is inside the variants
     * @param attributes all attributes by name, without quotes
     */
    public record Rendition(
            String type,
            String groupId,
            String name,
            @Nullable String uri,
            Map<String, String> attributes) {

        public Rendition {
            attributes = Map.copyOf(attributes);
        }

        /** BCP 47 tag, or {@code null}. */
        public @Nullable String language() {
            return attributes.get("LANGUAGE");
        }

        public boolean isDefault() {
            return "YES".equals(attributes.get("DEFAULT"));
        }
    }
}
