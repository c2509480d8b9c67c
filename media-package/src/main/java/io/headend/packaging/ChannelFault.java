package io.headend.packaging;

/** What may be wrong with a channel, for which an origin can answer an error, so that a CDN goes to another origin. */
public enum ChannelFault {
    /** No segment has come for one and a half segments beyond the time at which one was due. */
    STALE,
    /** The newest segments of one rendition are missing. */
    INCOMPLETE,
    /** The channel shows a slate instead of its source; told by the host. */
    SLATE,
    /** A key that the channel needs is missing; told by the host. */
    KEY_MISSING
}
