package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_NOFILE;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open2;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_DATA;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_SUBTITLE;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.LeakDetector;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Writes samples into a container with FFmpeg, for recordings and pushes; the house's own packager writes segments.
 *
 * <p>Samples of all tracks may come in any interleaving that a bounded buffer can sort; each track in decoding order.
 *
 * <p><b>Threading:</b> one owner thread; only {@link #interrupt()} may be called by any thread.
 */
public final class Muxer implements AutoCloseable {

    private final String url;
    private final AVFormatContext context;
    private final Deadline deadline;
    private final long writeNanos;
    private final Map<Integer, AVStream> streams;
    private final Map<Integer, Track> tracks = new HashMap<>();
    private final LeakDetector.Ticket ticket;
    private boolean finished;

    private Muxer(MuxerBuilder settings, AVFormatContext context, Deadline deadline, Map<Integer, AVStream> streams) {
        this.url = settings.name();
        this.context = context;
        this.deadline = deadline;
        this.streams = streams;
        this.writeNanos = settings.writeTimeout.toNanos();
        settings.tracks.forEach(track -> tracks.put(track.id(), track));
        this.ticket = LeakDetector.open(this, "Muxer");
    }

    /** @param url file path or URL as FFmpeg takes it; an existing file is overwritten */
    public static MuxerBuilder builder(String url) {
        return new MuxerBuilder(url);
    }

    static Muxer open(MuxerBuilder settings) {
        FfmpegRuntime.get();
        AVFormatContext context = new AVFormatContext((Pointer) null);
        String format = settings.format.isEmpty() ? null : settings.format;
        Averror.check(
                avformat_alloc_output_context2(context, null, format, settings.url),
                "avformat_alloc_output_context2",
                "choose a container for " + settings.name());
        Deadline deadline = new Deadline(Duration.ZERO, () -> false);
        deadline.attach(context);
        deadline.start(settings.writeTimeout.toNanos());
        boolean done = false;
        try (Options options = new Options(settings.options)) {
            Map<Integer, AVStream> streams = new HashMap<>();
            for (Track track : settings.tracks) {
                streams.put(track.id(), stream(context, track));
            }
            if ((context.oformat().flags() & AVFMT_NOFILE) == 0) {
                AVIOContext output = new AVIOContext((Pointer) null);
                check(
                        deadline,
                        avio_open2(
                                output,
                                settings.url,
                                AVIO_FLAG_WRITE,
                                context.interrupt_callback(),
                                options.dictionary()),
                        "avio_open2",
                        "write " + settings.name());
                context.pb(output);
            }
            check(
                    deadline,
                    avformat_write_header(context, options.dictionary()),
                    "avformat_write_header",
                    "write the header of " + settings.name());
            options.rejectLeftOver("the muxer for " + settings.name(), settings.options);
            done = true;
            return new Muxer(settings, context, deadline, streams);
        } finally {
            if (!done) {
                release(context, deadline);
            }
        }
    }

    private static AVStream stream(AVFormatContext context, Track track) {
        AVStream stream = Averror.notNull(avformat_new_stream(context, null), "avformat_new_stream");
        describe(stream.codecpar(), track);
        PixelLayout.put(stream.time_base(), track.timebase());
        stream.disposition(StreamTracks.disposition(track));
        if (track.language() != null) {
            AVDictionary metadata = new AVDictionary((Pointer) null);
            Averror.check(
                    av_dict_set(metadata, "language", StreamTracks.iso3(track.language()), 0), "av_dict_set", "name");
            stream.metadata(metadata);
        }
        return stream;
    }

    private static void describe(AVCodecParameters parameters, Track track) {
        Codec.Kind kind = track.kind();
        if (kind == Codec.Kind.VIDEO || kind == Codec.Kind.AUDIO) {
            DecoderBuilder.describe(parameters, track);
            return;
        }
        CodecConfig config = track.format().codec();
        parameters
                .codec_type(kind == Codec.Kind.TEXT ? AVMEDIA_TYPE_SUBTITLE : AVMEDIA_TYPE_DATA)
                .codec_id(StreamTracks.codecId(config));
        DecoderBuilder.extradata(parameters, config);
    }

    /**
     * Writes a sample, which stays the caller's.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} for an unknown track or times that go backwards, {@code IO},
     *     {@code TIMEOUT}, {@code CLOSED} after {@link #interrupt()}
     */
    public void write(Sample sample) {
        open();
        if (finished) {
            throw new IllegalStateException("no samples after finish()");
        }
        AVStream stream = streams.get(sample.trackId());
        Track track = tracks.get(sample.trackId());
        if (stream == null || track == null) {
            throw MediaException.invalidArgument("the muxer has no track " + sample.trackId());
        }
        AVPacket packet = sample instanceof AvSample known
                ? Averror.notNull(av_packet_clone(known.packet()), "av_packet_clone")
                : Packets.copy(sample);
        try {
            packet.stream_index(stream.index());
            rescale(packet, track.timebase(), PixelLayout.timebase(stream.time_base(), track.timebase()));
            deadline.start(writeNanos);
            check(deadline, av_interleaved_write_frame(context, packet), "av_interleaved_write_frame", "write " + url);
        } finally {
            av_packet_free(packet);
        }
    }

    private static void rescale(AVPacket packet, Timebase from, Timebase to) {
        if (packet.pts() != AV_NOPTS_VALUE) {
            packet.pts(from.convert(packet.pts(), to));
        }
        if (packet.dts() != AV_NOPTS_VALUE) {
            packet.dts(from.convert(packet.dts(), to));
        }
        packet.duration(from.convert(packet.duration(), to));
    }

    /** Writes what is buffered and the end of the container. */
    public void finish() {
        open();
        if (!finished) {
            finished = true;
            deadline.start(writeNanos);
            check(deadline, av_write_trailer(context), "av_write_trailer", "finish " + url);
        }
    }

    /** Any thread: makes a waiting call and every later one fail at once. The owner still has to close. */
    public void interrupt() {
        deadline.interrupt();
    }

    private static void check(Deadline deadline, int result, String call, String what) {
        if (result >= 0) {
            return;
        }
        if (deadline.isInterrupted()) {
            throw new MediaException(MediaErrorCode.CLOSED, "cannot " + what + ": interrupted");
        }
        if (deadline.isExpired()) {
            throw new MediaException(MediaErrorCode.TIMEOUT, "cannot " + what + ": no progress before the deadline");
        }
        throw Averror.exception(result, call, what);
    }

    private void open() {
        if (!ticket.isOpen()) {
            throw new IllegalStateException("muxer of " + url + " is closed");
        }
    }

    /** Closes the output. Without {@link #finish()} before, most containers are left incomplete. */
    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            release(context, deadline);
        }
    }

    private static void release(AVFormatContext context, Deadline deadline) {
        deadline.start(Deadline.CLOSING_NANOS);
        @Nullable AVIOContext output = context.pb();
        if (output != null && (context.oformat().flags() & AVFMT_NOFILE) == 0) {
            avio_closep(output);
            context.pb(null);
        }
        avformat_free_context(context);
        deadline.close();
    }
}
