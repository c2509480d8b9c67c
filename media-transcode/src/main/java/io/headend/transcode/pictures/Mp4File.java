package io.headend.transcode.pictures;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Muxer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** An MP4 file of one rendition. Samples wait until {@link #write}, so that their writing can be kept out of a clock. One thread. */
public final class Mp4File implements StreamSink, AutoCloseable {

    private final Path file;
    private final ArrayDeque<Sample> waiting = new ArrayDeque<>();
    private @Nullable Track track;
    private @Nullable Muxer muxer;
    private long bytes;
    private long samples;

    public Mp4File(Path file) {
        this.file = file;
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            track = info.track();
        } else if (item instanceof Sample sample) {
            samples++;
            waiting.add(sample);
        } else {
            item.close();
        }
    }

    /** Samples accepted so far. */
    public long samples() {
        return samples;
    }

    /** Bytes of the samples written, without the container. */
    public long bytes() {
        return bytes;
    }

    public void write() {
        Track described = track;
        if (muxer == null && described != null && !waiting.isEmpty()) {
            muxer = Muxer.builder(file.toString())
                    .format("mp4")
                    .option("movflags", "+faststart")
                    .track(described)
                    .open();
        }
        Muxer open = muxer;
        for (Sample next = waiting.poll(); next != null; next = waiting.poll()) {
            try (Sample sample = next) {
                bytes += sample.size();
                if (open != null) {
                    open.write(sample);
                }
            }
        }
    }

    /** @throws MediaException {@code MALFORMED} if there was no sample */
    public void finish() {
        write();
        Muxer open = muxer;
        if (open == null) {
            throw MediaException.malformed("the clip has no pictures");
        }
        open.finish();
    }

    /** Bytes of the pictures in a file, without its container. */
    public static long pictureBytes(Path file) {
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            long sum = 0;
            for (AvSample next = demuxer.read(); next != null; next = demuxer.read()) {
                try (AvSample sample = next) {
                    Track track = demuxer.tracks().get(sample.trackId());
                    sum += track.kind() == Codec.Kind.VIDEO ? sample.size() : 0;
                }
            }
            return sum;
        }
    }

    @Override
    public void close() {
        waiting.forEach(Sample::close);
        waiting.clear();
        if (muxer != null) {
            muxer.close();
        }
    }
}
