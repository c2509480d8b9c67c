package io.headend.transcode;

import io.headend.core.MediaEvent;
import java.time.Instant;

/**
 * Something that happened to a transcoder.
 *
 * @param kind what
 * @param origin the rendition or the track
 */
public record TranscodeEvent(Kind kind, Instant at, String origin, Severity severity, String message)
        implements MediaEvent {

    /** What happened. */
    public enum Kind {
        /** A rendition's encoder runs. */
        ENCODER_STARTED,
        /** A decoder met damaged samples; said once per minute at most. */
        DECODE_ERRORS,
        /** The source's picture or sound has another shape from here on. */
        SOURCE_CHANGED,
        /** The source's clock left its course. */
        CLOCK_JUMP,
        /** The transcoder fell behind its clock and gives up work, or takes it up again. */
        LOAD_CHANGED,
        /** The transcoder ends because of an error. */
        FAILED
    }
}
