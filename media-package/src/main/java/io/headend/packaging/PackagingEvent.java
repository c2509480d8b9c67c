package io.headend.packaging;

import io.headend.core.MediaEvent;
import java.time.Instant;

/**
 * Something that happened to a rendition.
 *
 * @param kind what
 * @param origin packager and rendition
 */
public record PackagingEvent(Instant at, String origin, Severity severity, Kind kind, String message)
        implements MediaEvent {

    /** What can happen. */
    public enum Kind {
        /** No IDR picture came at a segment boundary; the samples up to the next one are dropped. */
        MISSED_BOUNDARY,
        /** A sample's decoding time is not behind that of the sample before; it was dropped. */
        NOT_MONOTONIC,
        /** A segment is not listed because a rendition lacks it. */
        SEGMENT_MISSING,
        /** The format of the track changed; the next segment follows a discontinuity. */
        FORMAT_CHANGED,
        /** The store refused a segment. */
        STORE_FAILED,
        /** A sample could not be packaged. */
        SAMPLE_REJECTED
    }
}
