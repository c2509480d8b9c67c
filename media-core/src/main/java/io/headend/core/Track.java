package io.headend.core;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One elementary stream of a program or of a ladder.
 *
 * @param id number that the samples of the track carry; unique within one stream
 * @param name stable name, 1 to 64 of {@code A-Z a-z 0-9 . _ -}, not starting with a dot; names folders and URLs downstream
 * @param format how the samples are coded
 * @param timebase unit of all times of the track's samples
 * @param language BCP 47 tag, or {@code null} where unknown
 * @param roles what it is for, where that is not all that its kind is for
 */
public record Track(
        int id,
        String name,
        TrackFormat format,
        Timebase timebase,
        @Nullable String language,
        Set<TrackRole> roles) {

    public Track {
        roles = Set.copyOf(roles);
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "track name '" + name + "' is not 1 to 64 of A-Z a-z 0-9 . _ - (and no dot first)");
        }
    }

    /** A track that is for everybody. */
    public Track(int id, String name, TrackFormat format, Timebase timebase, @Nullable String language) {
        this(id, name, format, timebase, language, Set.of());
    }

    public Codec.Kind kind() {
        return format.codec().codec().kind();
    }

    public Track withFormat(TrackFormat newFormat) {
        return new Track(id, name, newFormat, timebase, language, roles);
    }

    public Track withTimebase(Timebase newTimebase) {
        return new Track(id, name, format, newTimebase, language, roles);
    }

    public Track withId(int newId) {
        return new Track(newId, name, format, timebase, language, roles);
    }

    public Track withName(String newName) {
        return new Track(id, newName, format, timebase, language, roles);
    }

    /** The same in a language, for these. */
    public Track described(@Nullable String newLanguage, Set<TrackRole> newRoles) {
        return new Track(id, name, format, timebase, newLanguage, newRoles);
    }
}
