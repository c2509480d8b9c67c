package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.formats.hls.parsed.ParsedSegment;
import io.headend.formats.isobmff.MovieTrack;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One rendition of a channel that is harvested: its listed segments of a stretch of time, and their samples. */
final class HarvestTrack {

    private static final Duration SLACK = Duration.ofSeconds(1);

    private final URI playlist;
    private final Harvest.Fetch fetch;
    private final List<ParsedSegment> segments;
    private final MovieTrack movie;
    private final Duration longest;

    /** @throws MediaException if the stretch is not listed as a whole, or cannot be read */
    HarvestTrack(URI playlist, ParsedMedia media, Harvest.Fetch fetch, Instant begin, Instant end) {
        this.playlist = playlist;
        this.fetch = fetch;
        this.segments = within(media, begin.minus(SLACK), end.plus(SLACK));
        if (segments.isEmpty()) {
            throw missing(begin, end);
        }
        check();
        this.longest = segments.stream()
                .map(ParsedSegment::duration)
                .max(Duration::compareTo)
                .orElseThrow();
        ParsedSegment.InitializationSection map = segments.get(0).form().map();
        if (map == null) {
            throw MediaException.unsupported("'" + playlist + "' lists segments that are not CMAF");
        }
        ByteBuffer init = fetch.get(playlist.resolve(map.uri()).toString());
        this.movie = Inits.track(init);
    }

    private static MediaException missing(Instant begin, Instant end) {
        return new MediaException(
                MediaErrorCode.NOT_FOUND,
                "the channel does not list all of " + begin + " to " + end
                        + "; ask for a stretch that lies within its time shift window");
    }

    private List<ParsedSegment> within(ParsedMedia media, Instant begin, Instant end) {
        List<ParsedSegment> found = new ArrayList<>();
        Instant at = null;
        for (ParsedSegment segment : media.segments()) {
            at = segment.programDateTime() == null ? at : segment.programDateTime();
            if (at == null) {
                throw MediaException.malformed("'" + playlist + "' does not say when its segments are");
            }
            Instant behind = at.plus(segment.duration());
            if (behind.isAfter(begin) && at.isBefore(end)) {
                found.add(segment);
            }
            at = behind;
        }
        return found;
    }

    private void check() {
        ParsedSegment first = segments.get(0);
        for (ParsedSegment segment : segments) {
            if (segment.gap()
                    || segment.place().discontinuitySequence() != first.place().discontinuitySequence()) {
                throw MediaException.unsupported("the channel was interrupted at segment "
                        + segment.place().mediaSequence() + "; harvest what is before and what is behind by itself");
            }
            if (!segment.form().keys().isEmpty()) {
                throw MediaException.unsupported("the channel is encrypted; harvest it from an origin in the clear");
            }
        }
    }

    Track track() {
        return movie.track();
    }

    int size() {
        return segments.size();
    }

    /** The longest of its segments. */
    Duration longest() {
        return longest;
    }

    /** The samples of a segment, in decoding order. */
    List<Sample> samples(int index) {
        ByteBuffer segment =
                fetch.get(playlist.resolve(segments.get(index).uri()).toString());
        return SegmentSamples.of(movie.defaults(), segment).samples();
    }
}
