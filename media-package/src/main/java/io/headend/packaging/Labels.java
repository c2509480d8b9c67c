package io.headend.packaging;

import java.util.List;
import java.util.Locale;

/** What renditions are called for people: the language in English, and the rendition's name where that is not enough. */
final class Labels {

    private Labels() {}

    /** Unique among those of the same kind. */
    static String of(PublishedTrack track, List<PublishedTrack> all) {
        String language = track.track().language();
        if (language == null || language.equals("und")) {
            return track.name();
        }
        boolean alone = all.stream()
                .noneMatch(other -> !other.name().equals(track.name())
                        && language.equals(other.track().language()));
        return alone ? of(language) : of(language) + " " + track.name();
    }

    static String of(String language) {
        Locale locale = Locale.forLanguageTag(language);
        String name = locale.getDisplayName(Locale.ENGLISH);
        return name.isEmpty() ? language : name;
    }
}
