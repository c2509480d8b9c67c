package io.headend.transcode.quality;

import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.FilterGraph;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pictures of a clip's first video track, decoded one by one, through a filter where one is set. One thread. */
final class ClipReader implements AutoCloseable, Supplier<FrameAligner.@Nullable Timed<AvFrame>> {

    private final Demuxer demuxer;
    private final Track track;
    private final Decoder decoder;
    private final VideoFormat format;
    private @Nullable FilterGraph filter;
    private boolean inputEnded;
    private boolean filterEnded;
    private long given;

    private ClipReader(Demuxer demuxer, Track track, VideoFormat format, Decoder decoder) {
        this.demuxer = demuxer;
        this.track = track;
        this.format = format;
        this.decoder = decoder;
    }

    static ClipReader open(String url, int threads) {
        Demuxer demuxer = Demuxer.builder(url).open();
        boolean done = false;
        try {
            for (Track track : demuxer.tracks()) {
                if (track.format() instanceof VideoFormat video) {
                    Decoder decoder =
                            demuxer.decoder(track.id()).threads(threads).open();
                    done = true;
                    return new ClipReader(demuxer, track, video, decoder);
                }
            }
            throw MediaException.unsupported("'" + url + "' has no pictures");
        } finally {
            if (!done) {
                demuxer.close();
            }
        }
    }

    VideoFormat format() {
        return format;
    }

    @Nullable
    Timestamp duration() {
        return demuxer.duration();
    }

    /** Every frame from now on passes this filter. */
    void filter(String description) {
        filter = FilterGraph.video(description, 1);
    }

    /** The next picture, the caller's to close; {@code null} at the end. */
    @Override
    public FrameAligner.@Nullable Timed<AvFrame> get() {
        AvFrame frame = filter == null ? decode() : filtered(filter);
        if (frame == null) {
            return null;
        }
        Timestamp time;
        if (frame.pts() != AvFrame.NO_TIME) {
            time = Timestamp.of(frame.pts(), frame.timebase());
        } else {
            // A bare elementary stream has no times, only a rate.
            Rational rate = format.frameRate();
            time = Timestamp.of(given, Timebase.ofFrameRate(rate == null ? Rational.of(25, 1) : rate));
        }
        given++;
        return new FrameAligner.Timed<>(time, frame);
    }

    private @Nullable AvFrame filtered(FilterGraph graph) {
        while (true) {
            AvFrame out = graph.receive(0);
            if (out != null || filterEnded) {
                return out;
            }
            AvFrame in = decode();
            if (in == null) {
                graph.finish();
                filterEnded = true;
            } else {
                graph.send(in);
            }
        }
    }

    private @Nullable AvFrame decode() {
        while (true) {
            AvFrame frame = decoder.receive();
            if (frame != null || inputEnded) {
                return frame;
            }
            try (AvSample sample = demuxer.read()) {
                if (sample == null) {
                    decoder.finish();
                    inputEnded = true;
                } else if (sample.trackId() == track.id()) {
                    decoder.send(sample);
                }
            }
        }
    }

    @Override
    public void close() {
        try (demuxer;
                decoder) {
            if (filter != null) {
                filter.close();
            }
        }
    }
}
