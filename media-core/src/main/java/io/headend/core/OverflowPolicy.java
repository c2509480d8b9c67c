package io.headend.core;

/** What a bounded queue does with a sample that does not fit. */
public enum OverflowPolicy {
    /** The giver waits. */
    BLOCK,
    /** The sample is dropped, and every further one of the stream until a sync sample of the same track fits again. */
    DROP_UNTIL_SYNC
}
