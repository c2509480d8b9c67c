package io.headend.ingest;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A container as a source. */
final class ContainerSource implements WireSource {

    private final Opening opening;
    private volatile boolean closed;
    private SourceClock clock = SourceClock.WIRE_64;
    private String format = "";
    private @Nullable Timestamp duration;

    /** Opens the container; ends with {@code CLOSED} once the source is closed. */
    @FunctionalInterface
    interface Opening {
        Container open(BooleanSupplier closed);
    }

    ContainerSource(Opening opening) {
        this.opening = opening;
    }

    @Override
    public void run(StreamSink sink) {
        try (Container container = opening.open(() -> closed)) {
            clock = SourceClocks.of(container.formatName(), container.tracks());
            format = container.formatName();
            duration = container.duration();
            List<Track> known = List.of();
            while (!closed) {
                known = announce(known, container.tracks(), sink);
                Sample sample = container.read();
                if (sample == null) {
                    return;
                }
                known = announce(known, container.tracks(), sink);
                sink.accept(sample);
            }
        } catch (MediaException e) {
            if (!closed || e.code() != MediaErrorCode.CLOSED) {
                throw e;
            }
        }
    }

    private static List<Track> announce(List<Track> known, List<Track> now, StreamSink sink) {
        if (now != known) {
            now.stream().filter(track -> !known.contains(track)).forEach(track -> sink.accept(new TrackInfo(track)));
        }
        return now;
    }

    @Override
    public SourceClock clock() {
        return clock;
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public @Nullable Timestamp duration() {
        return duration;
    }

    @Override
    public void close() {
        closed = true;
    }
}
