package io.headend.formats.isobmff;

import io.headend.core.Track;
import io.headend.core.TrackFormat;
import java.util.List;

/**
 * One track of a {@link Movie}.
 *
 * @param track with the number of the file as its id and the unit of its medium as timebase
 * @param formats of its sample entries, in order; the first is that of {@code track}
 * @param edits what its edit list does
 * @param samples its sample table; empty where the samples lie in fragments
 * @param defaults {@code trex}
 */
public record MovieTrack(
        Track track, List<TrackFormat> formats, EditList edits, SampleTable samples, TrackExtendsBox defaults) {

    public MovieTrack {
        formats = List.copyOf(formats);
    }

    MovieTrack as(Track told) {
        return new MovieTrack(told, formats, edits, samples, defaults);
    }
}
