package io.headend.packaging;

/**
 * The only mutable thing that a channel shares: left of it time pushes, right of it requests pull.
 *
 * @see HeapSegmentStore
 * @see FileSegmentStore
 */
public interface SegmentStore extends AutoCloseable {

    SegmentWriter writer();

    SegmentReader reader();

    /** Ends all waiting and releases memory and files; what was written to disk stays. Harmless when repeated. */
    @Override
    void close();
}
