package io.headend.formats.hls;

import org.jspecify.annotations.Nullable;

/** {@code EXT-X-MEDIA} (RFC 8216bis, 4.4.6.1). Immutable. */
public final class MediaRendition {

    private final Builder said;

    private MediaRendition(Builder said) {
        this.said = said;
    }

    /**
     * A rendition that is not chosen without being asked for.
     *
     * @param type {@code AUDIO}, {@code SUBTITLES} or {@code CLOSED-CAPTIONS}
     * @param groupId group that variants refer to
     * @param name for people, unique within the group
     */
    public static Builder builder(String type, String groupId, String name) {
        return new Builder(type, groupId, name);
    }

    String toLine() {
        Attributes attributes = new Attributes()
                .plain("TYPE", said.type)
                .quoted("GROUP-ID", said.groupId)
                .quoted("NAME", said.name);
        if (said.language != null) {
            attributes.quoted("LANGUAGE", said.language);
        }
        attributes
                .plain("DEFAULT", said.isDefault ? "YES" : "NO")
                .plain("AUTOSELECT", said.autoselect ? "YES" : "NO")
                .yes("FORCED", said.forced);
        optional(attributes, "INSTREAM-ID", said.instreamId);
        optional(attributes, "CHARACTERISTICS", said.characteristics);
        optional(attributes, "CHANNELS", said.channels);
        if (said.uri != null) {
            attributes.quoted("URI", said.uri);
        }
        return "#EXT-X-MEDIA:" + attributes + "\n";
    }

    private static void optional(Attributes attributes, String name, String value) {
        if (!value.isEmpty()) {
            attributes.quoted(name, value);
        }
    }

    /** Collects the attributes; not safe for use by several threads. */
    public static final class Builder {
        private final String type;
        private final String groupId;
        private final String name;
        private @Nullable String language;
        private boolean isDefault;
        private boolean autoselect;
        private boolean forced;
        private String instreamId = "";
        private String characteristics = "";
        private String channels = "";
        private @Nullable String uri;

        private Builder(String type, String groupId, String name) {
            this.type = type;
            this.groupId = groupId;
            this.name = name;
        }

        /** BCP 47 tag. */
        public Builder language(String tag) {
            this.language = tag;
            return this;
        }

        /** {@code DEFAULT} and {@code AUTOSELECT}. */
        public Builder choice(boolean byDefault, boolean byLanguage) {
            this.isDefault = byDefault;
            this.autoselect = byDefault || byLanguage;
            return this;
        }

        /** {@code FORCED} subtitles. */
        public Builder forced(boolean shownAlways) {
            this.forced = shownAlways;
            return this;
        }

        /** {@code CC1} to {@code CC4} or {@code SERVICE1} to {@code SERVICE63}. */
        public Builder instreamId(String service) {
            this.instreamId = service;
            return this;
        }

        /** UTIs separated by commas. */
        public Builder characteristics(String utis) {
            this.characteristics = utis;
            return this;
        }

        /** Such as {@code 2}, or {@code 16/JOC}. */
        public Builder channels(String count) {
            this.channels = count;
            return this;
        }

        /** Media playlist; without one the rendition is inside the variants. */
        public Builder uri(String playlist) {
            this.uri = playlist;
            return this;
        }

        public MediaRendition build() {
            Builder copy = new Builder(type, groupId, name);
            copy.language = language;
            copy.isDefault = isDefault;
            copy.autoselect = autoselect;
            copy.forced = forced;
            copy.instreamId = instreamId;
            copy.characteristics = characteristics;
            copy.channels = channels;
            copy.uri = uri;
            return new MediaRendition(copy);
        }
    }
}
