package io.headend.core;

/** What a bounded queue does with a sample that does not fit. */
public enum OverflowPolicy {
    /** The giver waits. */
    BLOCK,
    /**
     * The sample is dropped, and every further one of the stream until a sync sample fits again that decoding can go on from: one
     * of a track that has others than sync samples, if such a track lost any. A track that lost a sample goes on at a sync sample
     * of its own.
     */
    DROP_UNTIL_SYNC
}
