package io.headend.ffmpeg;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.core.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of a {@link Muxer}; {@link #open()} makes it. Not for use by several threads. */
public final class MuxerBuilder {

    final String url;
    final List<Track> tracks = new ArrayList<>();
    final Map<String, String> options = new LinkedHashMap<>();
    String format = "";
    Duration writeTimeout = Duration.ofSeconds(10);

    MuxerBuilder(String url) {
        this.url = url;
    }

    /** What messages call the output. */
    String name() {
        return RedactedUrl.of(url);
    }

    /** FFmpeg's name of the container, such as {@code mpegts}; else FFmpeg takes it from the end of the name. */
    public MuxerBuilder format(String name) {
        format = name;
        return this;
    }

    /** Adds a track; its samples carry the track's id and times in its timebase. */
    public MuxerBuilder track(Track track) {
        if (tracks.stream().anyMatch(other -> other.id() == track.id())) {
            throw MediaException.invalidArgument("two tracks have the id " + track.id());
        }
        tracks.add(track);
        return this;
    }

    /** An option of FFmpeg's muxer, such as {@code movflags}. One that it does not know makes {@link #open()} fail. */
    public MuxerBuilder option(String name, String value) {
        options.put(name, value);
        return this;
    }

    /** Longest time for one write, for outputs on a network; 10 s unless set. */
    public MuxerBuilder writeTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(366)) > 0) {
            throw MediaException.invalidArgument("write timeout is more than zero and at most a year, not " + timeout);
        }
        writeTimeout = timeout;
        return this;
    }

    /** Creates the output and writes its header. */
    public Muxer open() {
        if (tracks.isEmpty()) {
            throw MediaException.invalidArgument("a muxer needs at least one track");
        }
        return Muxer.open(this);
    }
}
