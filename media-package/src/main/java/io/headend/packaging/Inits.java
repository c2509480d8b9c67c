package io.headend.packaging;

import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.CodecStrings;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.Movie;
import io.headend.formats.isobmff.MovieTrack;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads initialisation segments. */
final class Inits {

    private Inits() {}

    /** @throws MediaException {@code MALFORMED} if these bytes are not the header of one track */
    static MovieTrack track(ByteBuffer init) {
        Movie movie = Movie.parse(BoxReader.find(BoxReader.read(init.duplicate()), "moov")
                .orElseThrow(() -> MediaException.malformed("the initialisation segment has no moov")));
        if (movie.tracks().size() != 1) {
            throw MediaException.malformed("an initialisation segment has one track, not "
                    + movie.tracks().size() + " " + movie.skipped());
        }
        return movie.tracks().get(0);
    }

    /** What a manifest says of a track; pictures have the rate of the grid, which their header does not tell. */
    static PublishedTrack describe(String rendition, ByteBuffer init, EpochGrid grid) {
        Track track = track(init).track().withName(rendition);
        if (track.format() instanceof VideoFormat video && video.frameRate() == null) {
            track = track.withFormat(video.withFrameRate(grid.frameRate()));
        }
        return new PublishedTrack(track, CodecStrings.of(track.format()), null, List.of());
    }
}
