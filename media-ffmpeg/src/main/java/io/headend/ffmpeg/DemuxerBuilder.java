package io.headend.ffmpeg;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.core.SampleInfo;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link Demuxer}; {@link #open()} makes it. */
public final class DemuxerBuilder {

    final String url;
    final @Nullable ReadableByteChannel channel;
    final Map<String, String> options = new LinkedHashMap<>();
    String format = "";
    Duration openTimeout = Duration.ofSeconds(10);
    Duration readTimeout = Duration.ofSeconds(10);
    Duration totalTimeout = Duration.ZERO;
    BooleanSupplier stop = () -> false;
    LongSupplier arrival = () -> SampleInfo.NO_ARRIVAL;

    DemuxerBuilder(String url, @Nullable ReadableByteChannel channel) {
        this.url = url;
        this.channel = channel;
    }

    /** FFmpeg's name of the container, such as {@code mpegts}; else FFmpeg finds out. */
    public DemuxerBuilder format(String name) {
        format = name;
        return this;
    }

    /** An option of FFmpeg's demuxer or protocol. One that neither knows makes {@link #open()} fail. */
    public DemuxerBuilder option(String name, String value) {
        options.put(name, value);
        return this;
    }

    /** Longest time for opening, finding the streams included; 10 s unless set. */
    public DemuxerBuilder openTimeout(Duration timeout) {
        openTimeout = positive("open timeout", timeout);
        return this;
    }

    /** Longest time for one read or seek; 10 s unless set. */
    public DemuxerBuilder readTimeout(Duration timeout) {
        readTimeout = positive("read timeout", timeout);
        return this;
    }

    /** Longest time for everything from opening to the last read; no limit unless set. For probes of strangers' files. */
    public DemuxerBuilder totalTimeout(Duration timeout) {
        totalTimeout = positive("total timeout", timeout);
        return this;
    }

    /** Bytes to read at most for finding out container and streams; at least 2048. */
    public DemuxerBuilder probeSize(long bytes) {
        if (bytes < 2048) {
            throw MediaException.invalidArgument("probe size is at least 2048 bytes, not " + bytes);
        }
        return option("probesize", Long.toString(bytes));
    }

    /** Stream time to look at for finding out the streams. */
    public DemuxerBuilder analyze(Duration time) {
        return option(
                "analyzeduration", Long.toString(positive("analysis time", time).toNanos() / 1_000));
    }

    /** Gives the wall-clock time, in nanoseconds since 1970, that each sample carries as its arrival; none unless set. */
    public DemuxerBuilder arrival(LongSupplier epochNanos) {
        arrival = epochNanos;
        return this;
    }

    /**
     * A condition that ends every wait with {@code CLOSED}, that of {@link #open()} included, which {@link Demuxer#interrupt()}
     * cannot reach. Asked some ten times a second while FFmpeg waits, on its thread: it returns at once and throws nothing.
     */
    public DemuxerBuilder stopWhen(BooleanSupplier condition) {
        stop = condition;
        return this;
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(366)) > 0) {
            throw MediaException.invalidArgument(what + " is more than zero and at most a year, not " + value);
        }
        return value;
    }

    /** What messages call the input: a path without the scheme that only tells FFmpeg that it is one, a URL without secrets. */
    String name() {
        return url.startsWith("file:") && !url.startsWith("file://")
                ? url.substring("file:".length())
                : RedactedUrl.of(url);
    }

    boolean seekable() {
        return channel == null || channel instanceof SeekableByteChannel;
    }

    /**
     * Opens the input and finds its streams. Takes over a channel, also when it fails.
     *
     * @throws MediaException {@code TIMEOUT}, {@code NOT_FOUND}, {@code MALFORMED} (no container that FFmpeg knows), or
     *     what else went wrong
     */
    public Demuxer open() {
        return Demuxer.open(this);
    }
}
