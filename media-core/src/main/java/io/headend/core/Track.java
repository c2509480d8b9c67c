package io.headend.core;

import org.jspecify.annotations.Nullable;

/**
 * One elementary stream of a program or of a ladder.
 *
 * @param id number that the samples of the track carry; unique within one stream
 * @param name stable name, 1 to 64 of {@code A-Z a-z 0-9 . _ -}, not starting with a dot; names folders and URLs downstream
 * @param format how the samples are coded
 * @param timebase unit of all times of the track's samples
 * @param language BCP 47 tag, or {@code null} where unknown
 */
public record Track(
        int id,
        String name,
        TrackFormat format,
        Timebase timebase,
        @Nullable String language) {

    public Track {
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "track name '" + name + "' is not 1 to 64 of A-Z a-z 0-9 . _ - (and no dot first)");
        }
    }

    public Codec.Kind kind() {
        return format.codec().codec().kind();
    }

    public Track withFormat(TrackFormat newFormat) {
        return new Track(id, name, newFormat, timebase, language);
    }

    public Track withTimebase(Timebase newTimebase) {
        return new Track(id, name, format, newTimebase, language);
    }

    public Track withId(int newId) {
        return new Track(newId, name, format, timebase, language);
    }

    public Track withName(String newName) {
        return new Track(id, newName, format, timebase, language);
    }
}
