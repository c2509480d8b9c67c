package io.headend.core;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a track is for, where it is not for everybody. */
public enum TrackRole {
    /** Sound or text that is played where nobody has chosen, unlike others of its kind. */
    DEFAULT,
    /** Text that is shown whatever is chosen: what a foreign voice says, a sign. */
    FORCED,
    /** Text for people who do not hear: it tells who speaks, and what sounds. */
    HARD_OF_HEARING,
    /** Sound for people who do not see: it tells what happens. */
    AUDIO_DESCRIPTION,
    /** Sound in which somebody speaks about what is shown. */
    COMMENTARY,
    /** Pictures to wind through: key pictures alone, each shown until the next. */
    TRICK_PLAY;

    /**
     * The tracks of one container without {@link #DEFAULT} where it says nothing: on pictures, on forced text, and where all others of the kind
     * have it, as containers mark every track unless told otherwise.
     */
    public static List<Track> telling(List<Track> tracks) {
        return tracks.stream()
                .map(track -> !track.roles().contains(DEFAULT) || tells(track, tracks) ? track : plain(track))
                .toList();
    }

    private static boolean tells(Track track, List<Track> tracks) {
        boolean choice = track.kind() == Codec.Kind.AUDIO || track.kind() == Codec.Kind.TEXT;
        return choice
                && !track.roles().contains(FORCED)
                && tracks.stream()
                        .filter(other -> other.kind() == track.kind())
                        .map(Track::roles)
                        .anyMatch(roles -> !roles.contains(DEFAULT) && !roles.contains(FORCED));
    }

    private static Track plain(Track track) {
        Set<TrackRole> roles = EnumSet.copyOf(track.roles());
        roles.remove(DEFAULT);
        return track.described(track.language(), roles);
    }
}
