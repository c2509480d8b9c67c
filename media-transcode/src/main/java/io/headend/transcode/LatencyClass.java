package io.headend.transcode;

/** How far an encoder may look ahead. */
public enum LatencyClass {
    /** Up to 40 pictures. */
    NORMAL,
    /** At most 10 pictures. */
    LOW
}
