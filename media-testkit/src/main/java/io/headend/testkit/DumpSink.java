package io.headend.testkit;

import io.headend.core.StreamItem;
import io.headend.core.StreamSink;

/**
 * Writes down what passes, as {@link MediaDump#stream} does, and closes it: for streams too long for a {@link RecordingSink}.
 * Used by one thread.
 */
public final class DumpSink implements StreamSink {

    private final StreamDump dump = new StreamDump();

    /** A sink that has seen nothing yet. */
    public DumpSink() {}

    @Override
    public void accept(StreamItem item) {
        try (item) {
            dump.add(item);
        }
    }

    public String text() {
        return dump.text();
    }
}
