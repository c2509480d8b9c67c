package io.headend.core;

/**
 * Gives the items of one stream.
 *
 * <p><b>Threading:</b> {@link #run} works on the thread that calls it and returns when the stream ends; the host decides
 * which thread that is. {@link #close} may be called from any thread, makes a running {@code run} return within a second and
 * releases everything; a source that never ran is closed the same way.
 */
public interface StreamSource extends AutoCloseable {

    /**
     * Delivers every item to {@code sink}, {@link EndOfStream} last, unless the source is closed before its end. Called once.
     *
     * @throws MediaException if the source fails; items delivered before stay valid
     */
    void run(StreamSink sink);

    @Override
    void close();
}
