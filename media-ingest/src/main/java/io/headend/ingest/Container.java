package io.headend.ingest;

import io.headend.core.Sample;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open container, as FFmpeg's demultiplexers show it. One owner thread. */
interface Container extends AutoCloseable {

    /** Opens the container of one input, again for each lap. */
    @FunctionalInterface
    interface Opener {
        Container open();
    }

    /** FFmpeg's name of the format. */
    String formatName();

    /** Length as the container says it, or {@code null}. */
    default @Nullable Timestamp duration() {
        return null;
    }

    /** The tracks known so far; another list when one was found later. */
    List<Track> tracks();

    /** The next sample in the order of the container, or {@code null} at the end. */
    @Nullable
    Sample read();

    @Override
    void close();
}
