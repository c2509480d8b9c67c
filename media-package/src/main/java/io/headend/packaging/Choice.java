package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which sound and which text players choose by themselves. */
final class Choice {

    private static final Set<TrackRole> ADDITIONS = EnumSet.of(TrackRole.AUDIO_DESCRIPTION, TrackRole.COMMENTARY);

    private Choice() {}

    /**
     * Whether a track is played where nobody has chosen: of sound one always is, of text only what is said to be.
     *
     * @param all of the kind, among which there is a choice
     */
    static boolean isDefault(Track track, List<Track> all) {
        return track.name().equals(name(track.kind(), all));
    }

    private static String name(Codec.Kind kind, List<Track> all) {
        boolean text = kind == Codec.Kind.TEXT;
        List<Track> candidates = all.stream()
                .filter(track -> !text || !track.roles().contains(TrackRole.FORCED))
                .toList();
        return candidates.stream()
                .filter(track -> track.roles().contains(TrackRole.DEFAULT))
                .findFirst()
                .or(() -> text
                        ? Optional.empty()
                        : candidates.stream()
                                .filter(track -> track.roles().stream().noneMatch(ADDITIONS::contains))
                                .findFirst()
                                .or(() -> candidates.stream().findFirst()))
                .map(Track::name)
                .orElse("");
    }

    /** Whether a player may choose it by its language. */
    static boolean isAutomatic(Track track) {
        return !track.roles().contains(TrackRole.COMMENTARY);
    }
}
