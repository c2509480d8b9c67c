package io.headend.ingest.rtmp;

/** What happens when a stream is published that has a publisher. */
public enum DuplicatePolicy {
    /** The second is refused; one whose connection is dead stays in place until it has been silent for the idle timeout. */
    REJECT,
    /** The second takes the place of the first, at once; viewers stay. */
    TAKE_OVER
}
