package io.headend.ingest.rtmp;

import io.headend.core.MediaEvent;
import java.time.Instant;

/**
 * Something that happened on a server.
 *
 * @param kind what
 * @param stream which stream
 */
public record RtmpEvent(Instant at, String origin, Severity severity, String message, Kind kind, StreamKey stream)
        implements MediaEvent {

    /** What happens to streams. */
    public enum Kind {
        PUBLISHED,
        UNPUBLISHED,
        REJECTED
    }
}
