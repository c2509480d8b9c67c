package io.headend.core;

/**
 * Takes the items of one stream, downstream.
 *
 * <p><b>Ownership:</b> {@code accept} takes the item over in every case, also when it throws.
 *
 * <p><b>Threading:</b> called by one thread at a time, in stream order. A sink may block: that is the back-pressure of the
 * house. A sink that can be called from elsewhere says so.
 */
@FunctionalInterface
public interface StreamSink {

    /**
     * @throws MediaException if the stream cannot go on through this sink; the sink accepts nothing afterwards
     */
    void accept(StreamItem item);
}
