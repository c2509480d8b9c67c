package io.headend.formats.hls;

import org.jspecify.annotations.Nullable;

/**
 * {@code EXT-X-MEDIA} (RFC 8216bis, 4.4.6.1).
 *
 * @param type {@code AUDIO}, {@code SUBTITLES} or {@code CLOSED-CAPTIONS}
 * @param groupId group that variants refer to
 * @param name for people, unique within the group
 * @param language BCP 47 tag
 * @param channels {@code CHANNELS}, such as {@code 2}, empty to leave it out
 * @param choice where it is and whether it is chosen without being asked for
 */
public record MediaRendition(
        String type, String groupId, String name, String language, String channels, Choice choice) {

    /**
     * Where a rendition is and how it is chosen.
     *
     * @param uri media playlist, or {@code null} where the rendition is inside the variants
     * @param isDefault {@code DEFAULT}
     * @param autoselect {@code AUTOSELECT}
     */
    public record Choice(@Nullable String uri, boolean isDefault, boolean autoselect) {}

    String toLine() {
        Attributes attributes = new Attributes()
                .plain("TYPE", type)
                .quoted("GROUP-ID", groupId)
                .quoted("NAME", name)
                .quoted("LANGUAGE", language)
                .plain("DEFAULT", choice.isDefault() ? "YES" : "NO")
                .plain("AUTOSELECT", choice.autoselect() ? "YES" : "NO");
        if (!channels.isEmpty()) {
            attributes.quoted("CHANNELS", channels);
        }
        String uri = choice.uri();
        if (uri != null) {
            attributes.quoted("URI", uri);
        }
        return "#EXT-X-MEDIA:" + attributes + "\n";
    }
}
