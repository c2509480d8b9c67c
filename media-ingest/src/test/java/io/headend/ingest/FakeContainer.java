package io.headend.ingest;

import io.headend.core.Sample;
import io.headend.core.Track;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container whose content a test says. */
final class FakeContainer implements Container {

    private final String format;
    private List<Track> tracks;
    private final ArrayDeque<Sample> samples;
    boolean closed;

    FakeContainer(String format, List<Track> tracks, List<? extends Sample> samples) {
        this.format = format;
        this.tracks = tracks;
        this.samples = new ArrayDeque<>(samples);
    }

    void find(List<Track> found) {
        tracks = found;
    }

    @Override
    public String formatName() {
        return format;
    }

    @Override
    public List<Track> tracks() {
        return tracks;
    }

    @Override
    public @Nullable Sample read() {
        return samples.poll();
    }

    @Override
    public void close() {
        closed = true;
        samples.forEach(Sample::close);
    }
}
