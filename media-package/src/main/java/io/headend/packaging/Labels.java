package io.headend.packaging;

import io.headend.core.TrackRole;
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
        String name = of(language) + purpose(track);
        return alone ? name : name + " " + track.name();
    }

    private static String purpose(PublishedTrack track) {
        return track.track().roles().contains(TrackRole.HARD_OF_HEARING)
                ? " (SDH)"
                : track.track().roles().contains(TrackRole.FORCED)
                        ? " (forced)"
                        : track.track().roles().contains(TrackRole.COMMENTARY) ? " (commentary)" : "";
    }

    static String of(String language) {
        Locale locale = Locale.forLanguageTag(language);
        String name = locale.getDisplayName(Locale.ENGLISH);
        return name.isEmpty() ? language : name;
    }
}
