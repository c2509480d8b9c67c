package io.headend.transcode.pictures;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
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
import org.jspecify.annotations.Nullable;

/**
 * Every picture of a clip's first video track in order, none left out and none repeated, scaled and in limited range, 4:2:0 of 8
 * bits. One thread.
 */
public final class ClipFrames implements AutoCloseable {

    private static final Rational UNKNOWN_RATE = Rational.of(30, 1);

    private final String url;
    private final Demuxer demuxer;
    private final int trackId;
    private final VideoFormat format;
    private final PictureSize size;
    private final Decoder decoder;
    private @Nullable FilterGraph filter;
    private @Nullable AvFrame ahead;
    private boolean sought;
    private boolean inputEnded;
    private boolean filterEnded;

    private ClipFrames(
            String url,
            Demuxer demuxer,
            int trackId,
            VideoFormat format,
            Decoder decoder,
            @Nullable PictureSize wanted) {
        this.url = url;
        this.demuxer = demuxer;
        this.trackId = trackId;
        this.format = format;
        this.decoder = decoder;
        this.size = wanted != null ? wanted : new PictureSize(even(format.width()), even(format.height()));
    }

    /** @param size to scale to, or {@code null} for the clip's own */
    public static ClipFrames open(String url, @Nullable PictureSize size) {
        Demuxer demuxer = Demuxer.builder(url).open();
        boolean done = false;
        try {
            for (Track track : demuxer.tracks()) {
                if (track.format() instanceof VideoFormat video) {
                    Decoder decoder = demuxer.decoder(track.id()).threads(1).open();
                    done = true;
                    return new ClipFrames(url, demuxer, track.id(), video, decoder, size);
                }
            }
            throw MediaException.unsupported("'" + url + "' has no pictures");
        } finally {
            if (!done) {
                demuxer.close();
            }
        }
    }

    private static int even(int length) {
        return Math.max(2, length & ~1);
    }

    /** Size that the pictures come in. */
    public PictureSize size() {
        return size;
    }

    /** The clip's rate; 30 per second where it tells none. */
    public Rational frameRate() {
        Rational rate = format.frameRate();
        return rate == null || rate.num() < 1 ? UNKNOWN_RATE : rate;
    }

    /** The next picture, the caller's to close; {@code null} at the end. */
    public @Nullable AvFrame next() {
        AvFrame kept = ahead;
        if (kept != null) {
            ahead = null;
            return kept;
        }
        while (true) {
            FilterGraph graph = filter;
            if (graph != null) {
                AvFrame out = graph.receive(0);
                if (out != null || filterEnded) {
                    return out;
                }
            }
            AvFrame in = decode();
            if (in == null) {
                if (graph == null) {
                    return null;
                }
                graph.finish();
                filterEnded = true;
            } else if (graph != null) {
                graph.send(in);
            } else if (fits(in)) {
                return in;
            } else {
                graph = FilterGraph.video(description(in), 1);
                filter = graph;
                graph.send(in);
            }
        }
    }

    private boolean fits(AvFrame frame) {
        return frame.width() == size.width()
                && frame.height() == size.height()
                && frame.pixelFormat().equals("yuv420p")
                && !frame.color().fullRange()
                && !frame.isInterlaced();
    }

    private String description(AvFrame frame) {
        String fields = frame.isInterlaced() ? "bwdif=mode=send_frame:deint=interlaced," : "";
        return fields + "scale=" + size.width() + ":" + size.height() + ":flags=lanczos:out_range=tv,format=yuv420p";
    }

    /**
     * Goes to a picture: the next one given is the first whose time is not before {@code time}.
     *
     * @param time in the clip's own timebase, as {@link AvFrame#pts()} of an earlier run
     * @return whether a picture of just that time comes next; if not, the clip has to be read from its start
     */
    public boolean seek(long time) {
        Track track = demuxer.tracks().get(trackId);
        demuxer.seek(Timestamp.of(time, track.timebase()));
        decoder.flush();
        inputEnded = false;
        sought = true;
        AvFrame frame = next();
        while (frame != null && frame.pts() != AvFrame.NO_TIME && timeOf(frame, track) < time) {
            frame.close();
            frame = next();
        }
        ahead = frame;
        return frame != null && frame.pts() != AvFrame.NO_TIME && timeOf(frame, track) == time;
    }

    /** The time of a picture in the clip's own timebase. */
    public long timeOf(AvFrame frame) {
        return timeOf(frame, demuxer.tracks().get(trackId));
    }

    private static long timeOf(AvFrame frame, Track track) {
        return frame.timebase().convert(frame.pts(), track.timebase());
    }

    public Timebase timebase() {
        return demuxer.tracks().get(trackId).timebase();
    }

    private @Nullable AvFrame decode() {
        while (true) {
            AvFrame frame = decoder.receive();
            if (frame != null) {
                return frame;
            }
            if (inputEnded) {
                if (decoder.errors() > 0 && !sought) {
                    throw new MediaException(
                            MediaErrorCode.MALFORMED,
                            decoder.errors() + " samples of '" + url
                                    + "' cannot be decoded; use a clip without damage");
                }
                return null;
            }
            try (AvSample sample = demuxer.read()) {
                if (sample == null) {
                    decoder.finish();
                    inputEnded = true;
                } else if (sample.trackId() == trackId) {
                    decoder.send(sample);
                }
            }
        }
    }

    @Override
    public void close() {
        try (demuxer;
                decoder) {
            if (ahead != null) {
                ahead.close();
            }
            if (filter != null) {
                filter.close();
            }
        }
    }
}
