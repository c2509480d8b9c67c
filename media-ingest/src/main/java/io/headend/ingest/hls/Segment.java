package io.headend.ingest.hls;

import io.headend.formats.hls.parsed.ParsedSegment;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A segment to be fetched.
 *
 * @param said what the playlist says
 * @param base address that its URIs are relative to
 * @param dateTime wall clock of its first sample, said or counted on from a segment before, or {@code null}
 * @param targetNanos target duration of its playlist
 */
record Segment(ParsedSegment said, URI base, @Nullable Instant dateTime, long targetNanos) {

    long number() {
        return said.place().mediaSequence();
    }
}
