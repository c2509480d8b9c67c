package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_seek_file;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.headend.core.LeakDetector;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import io.headend.core.VideoFormat;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the samples of a container with FFmpeg, as the container holds them.
 *
 * <p>Every call that waits for input ends at its deadline with {@code TIMEOUT}, or at once after {@link #interrupt()} with
 * {@code CLOSED}. Both are final: the input has to be opened anew. No instance waits for another one's input.
 *
 * <p>MPEG-DASH is refused: FFmpeg 8.0.1 can read a manifest for ever without asking for the deadline.
 *
 * <p>A Java channel is asked for bytes on the reading thread and cannot be left at the deadline while its own {@code read}
 * waits; {@code interrupt()} closes it, which ends the wait of every {@link java.nio.channels.InterruptibleChannel}.
 *
 * <p><b>Threading:</b> one owner thread; only {@link #interrupt()} may be called by any thread.
 */
public final class Demuxer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Demuxer.class);
    // A damaged file may end in thousands of errors that FFmpeg recovers from, one per call.
    private static final int MAX_ERRORS_IN_A_ROW = 1_000;

    private final String url;
    private final AVFormatContext context;
    private final Deadline deadline;
    private final @Nullable ByteSource bytes;
    private final long readNanos;
    private final LongSupplier arrival;
    private final LeakDetector.Ticket ticket;
    private List<Track> tracks = List.of();

    private Demuxer(DemuxerBuilder settings, AVFormatContext context, Deadline deadline, @Nullable ByteSource bytes) {
        this.url = settings.name();
        this.context = context;
        this.deadline = deadline;
        this.bytes = bytes;
        this.readNanos = settings.readTimeout.toNanos();
        this.arrival = settings.arrival;
        this.ticket = LeakDetector.open(this, "Demuxer");
        this.tracks = readTracks();
    }

    /** @param url file path or URL as FFmpeg takes it */
    public static DemuxerBuilder builder(String url) {
        return new DemuxerBuilder(url, null);
    }

    /** @param bytes a {@link java.nio.channels.SeekableByteChannel} where the input can be read out of order; taken over */
    public static DemuxerBuilder builder(ReadableByteChannel bytes) {
        return new DemuxerBuilder("channel", bytes);
    }

    static Demuxer open(DemuxerBuilder settings) {
        try {
            FfmpegRuntime.get();
            return openNative(settings);
        } catch (RuntimeException | Error e) {
            if (settings.channel != null) {
                try {
                    settings.channel.close();
                } catch (IOException closing) {
                    e.addSuppressed(closing);
                }
            }
            throw e;
        }
    }

    private static Demuxer openNative(DemuxerBuilder settings) {
        AVInputFormat format = null;
        if (!settings.format.isEmpty()) {
            format = av_find_input_format(settings.format);
            if (format == null) {
                throw MediaException.unsupported("FFmpeg has no demuxer '" + settings.format + "'");
            }
        }
        Deadline deadline = new Deadline(settings.totalTimeout, settings.stop);
        deadline.start(settings.openTimeout.toNanos());
        ByteSource bytes = null;
        AVFormatContext context = null;
        boolean done = false;
        try (Options options = new Options(settings.options)) {
            context = Averror.notNull(avformat_alloc_context(), "avformat_alloc_context");
            deadline.attach(context);
            Options.set(context, "format_whitelist", Containers.READABLE);
            String url = settings.url;
            if (settings.channel != null) {
                bytes = new ByteSource(settings.channel, deadline);
                context.pb(bytes.context());
                url = "";
            }
            int result = avformat_open_input(context, url, format, options.dictionary());
            if (result < 0) {
                // FFmpeg has freed the context.
                context.setNull();
                context = null;
                if (result == Averror.EINVAL && !deadline.passed()) {
                    throw Containers.refused(settings.name());
                }
                boolean unknown = result == Averror.INVALIDDATA || result == Averror.EOF;
                if (unknown && !deadline.passed() && (bytes == null || bytes.failure() == null)) {
                    throw Containers.unknown(settings.name(), result);
                }
                throw failure(result, "avformat_open_input", "open " + settings.name(), deadline, bytes);
            }
            options.rejectLeftOver("the demuxer for " + settings.name(), settings.options);
            result = avformat_find_stream_info(context, (org.bytedeco.ffmpeg.avutil.AVDictionary) null);
            if (result < 0 || deadline.isExpired() || deadline.isInterrupted()) {
                throw failure(result, "avformat_find_stream_info", "read " + settings.name(), deadline, bytes);
            }
            Demuxer demuxer = new Demuxer(settings, context, deadline, bytes);
            done = true;
            return demuxer;
        } finally {
            if (!done) {
                release(context, deadline, bytes);
            }
        }
    }

    private static MediaException failure(
            int error, String call, String what, Deadline deadline, @Nullable ByteSource bytes) {
        if (deadline.isInterrupted()) {
            return new MediaException(MediaErrorCode.CLOSED, "cannot " + what + ": interrupted");
        }
        if (deadline.isExpired()) {
            return new MediaException(MediaErrorCode.TIMEOUT, "cannot " + what + ": no answer before the deadline");
        }
        Throwable cause = bytes == null ? null : bytes.failure();
        if (cause != null) {
            return new MediaException(MediaErrorCode.IO, "cannot " + what + ": " + cause.getMessage(), cause, true);
        }
        return Averror.exception(error, call, what);
    }

    /** All streams that FFmpeg has found so far; ids are FFmpeg's stream numbers. */
    public List<Track> tracks() {
        context();
        return tracks;
    }

    private List<Track> readTracks() {
        List<Track> result = new ArrayList<>();
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            result.add(StreamTracks.track(stream, StreamTracks.frameRate(stream)));
        }
        return TrackRole.telling(result);
    }

    /** FFmpeg's name of the container, such as {@code mov,mp4,m4a,3gp,3g2,mj2}. */
    public String formatName() {
        return Options.text(context().iformat().name());
    }

    public Map<String, String> metadata() {
        return Map.copyOf(Options.read(context().metadata()));
    }

    /** Metadata of one stream, such as {@code language} or {@code rotate}. */
    public Map<String, String> metadata(int trackId) {
        return Map.copyOf(Options.read(stream(trackId).metadata()));
    }

    /** Length, or {@code null} where unknown. */
    public @Nullable Timestamp duration() {
        long micros = context().duration();
        return micros == AV_NOPTS_VALUE || micros < 0 ? null : Timestamp.of(micros, Timebase.MICROS);
    }

    /** Whether a video track has no constant frame rate, or none is known. */
    public boolean isVariableFrameRate(int trackId) {
        stream(trackId);
        return tracks.get(trackId).format() instanceof VideoFormat video && video.frameRate() == null;
    }

    /**
     * The next sample in the order of the container, or {@code null} at the end. Damaged parts are skipped.
     *
     * @throws MediaException {@code TIMEOUT}, {@code CLOSED} after {@link #interrupt()}, {@code IO}, {@code MALFORMED}
     */
    public @Nullable AvSample read() {
        AVFormatContext input = context();
        AVPacket packet = Averror.notNull(av_packet_alloc(), "av_packet_alloc");
        boolean given = false;
        try {
            deadline.start(readNanos);
            int result = av_read_frame(input, packet);
            for (int i = 0; isRecoverable(result) && i < MAX_ERRORS_IN_A_ROW && !deadline.passed(); i++) {
                result = av_read_frame(input, packet);
            }
            if (result < 0) {
                return end(result);
            }
            if (packet.stream_index() >= tracks.size()) {
                tracks = readTracks();
            }
            given = true;
            return AvSample.adopt(packet, packet.stream_index(), arrival.getAsLong());
        } finally {
            if (!given) {
                av_packet_free(packet);
            }
        }
    }

    private static boolean isRecoverable(int result) {
        return result == Averror.INVALIDDATA || result == Averror.EAGAIN;
    }

    private @Nullable AvSample end(int result) {
        boolean stopped = deadline.isInterrupted() || deadline.isExpired();
        // Many demuxers report a failed read as the end of the file; the I/O context remembers it.
        int ioError = context.pb() == null ? 0 : context.pb().error();
        boolean failed = ioError < 0 && ioError != Averror.EOF;
        if (!stopped && !failed && result == Averror.EOF) {
            return null;
        }
        throw failure(
                failed && result == Averror.EOF ? ioError : result, "av_read_frame", "read " + url, deadline, bytes);
    }

    /** A decoder for one stream, with all that the container says about it; to be opened before this demuxer is closed. */
    public DecoderBuilder decoder(int trackId) {
        Timebase timebase = PixelLayout.timebase(stream(trackId).time_base(), Timebase.MPEG);
        return new DecoderBuilder(
                parameters -> Averror.check(
                        avcodec_parameters_copy(parameters, stream(trackId).codecpar()),
                        "avcodec_parameters_copy",
                        "describe track " + trackId),
                timebase);
    }

    /**
     * Goes to the last place at or before {@code target} where decoding can start.
     *
     * @throws MediaException if the input cannot be read out of order
     */
    public void seek(Timestamp target) {
        AVFormatContext input = context();
        long micros = target.ticksIn(Timebase.MICROS, RoundingMode.FLOOR);
        deadline.start(readNanos);
        int result = avformat_seek_file(input, -1, Long.MIN_VALUE, micros, micros, 0);
        if (result < 0) {
            throw failure(result, "avformat_seek_file", "go to " + target + " in " + url, deadline, bytes);
        }
    }

    /** Any thread: makes a waiting call and every later one fail at once. The owner still has to close. */
    public void interrupt() {
        deadline.interrupt();
        if (bytes != null) {
            try {
                bytes.closeChannel();
            } catch (IOException e) {
                log.debug("closing the channel of an interrupted demuxer failed", e);
            }
        }
    }

    private AVStream stream(int trackId) {
        AVFormatContext input = context();
        if (trackId < 0 || trackId >= input.nb_streams()) {
            throw MediaException.invalidArgument("there is no track " + trackId + " in " + url);
        }
        return input.streams(trackId);
    }

    private AVFormatContext context() {
        if (!ticket.isOpen()) {
            throw new IllegalStateException("demuxer of " + url + " is closed");
        }
        return context;
    }

    AVFormatContext nativeContext() {
        return context();
    }

    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            release(context, deadline, bytes);
        }
    }

    private static void release(@Nullable AVFormatContext context, Deadline deadline, @Nullable ByteSource bytes) {
        deadline.start(Deadline.CLOSING_NANOS);
        if (context != null) {
            avformat_close_input(context);
        }
        if (bytes != null) {
            try {
                bytes.close();
            } catch (IOException e) {
                log.debug("closing the channel of a demuxer failed", e);
            }
        }
        deadline.close();
    }
}
