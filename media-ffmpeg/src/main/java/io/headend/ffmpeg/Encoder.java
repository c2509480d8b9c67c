package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.headend.core.Codec;
import io.headend.core.LeakDetector;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.TrackFormat;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Encodes frames with FFmpeg.
 *
 * <p>After each {@link #send} call {@link #receive} until it gives {@code null}.
 *
 * <p>libx264 and libx265 write length-prefixed NAL units (ISO/IEC 14496-15) and put parameter sets into the configuration
 * only; a picture forced to be a key picture is an IDR picture.
 *
 * <p><b>Threading:</b> one thread at a time. The encoder library uses native threads of its own, which end in
 * {@link #close()}.
 */
public final class Encoder implements AutoCloseable {

    /**
     * Wishes for one picture.
     *
     * @param forceKeyFrame whether it must be a key picture; otherwise the encoder decides
     * @param quantiserOffset added to the quantiser of the whole picture, -51 to 51, fractions allowed; {@code NaN} for none.
     *     Needs {@link VideoEncoderBuilder#roi}
     */
    public record Hints(boolean forceKeyFrame, double quantiserOffset) {

        public static final Hints NONE = new Hints(false, Double.NaN);
        public static final Hints KEY_FRAME = new Hints(true, Double.NaN);

        public Hints {
            if (Math.abs(quantiserOffset) > QuantiserOffset.RANGE) {
                throw MediaException.invalidArgument("a quantiser offset is -51 to 51, not " + quantiserOffset);
            }
        }
    }

    private final AVCodecContext context;
    private final String name;
    private final Timebase timebase;
    private final TrackFormat format;
    private final EncoderTraits traits;
    private final LeakDetector.Ticket ticket;
    private @Nullable AvFrame reconstruction;
    private boolean finished;

    Encoder(AVCodecContext context, String name, Timebase timebase, TrackFormat format, EncoderTraits traits) {
        this.context = context;
        this.name = name;
        this.timebase = timebase;
        this.format = format;
        this.traits = traits;
        this.ticket = LeakDetector.open(this, "Encoder");
    }

    /** @param ffmpegName such as {@code libx264}, {@code libx265}, {@code libsvtav1} */
    public static VideoEncoderBuilder video(String ffmpegName) {
        return new VideoEncoderBuilder(ffmpegName);
    }

    /** @param ffmpegName such as {@code aac}, {@code libopus} */
    public static AudioEncoderBuilder audio(String ffmpegName) {
        return new AudioEncoderBuilder(ffmpegName);
    }

    /**
     * Gives a frame, which is taken over in every case. Its time is converted to {@link #timebase()}.
     *
     * @throws IllegalStateException if samples have not been received first, or after {@link #finish()}
     * @throws MediaException if the frame does not fit the encoder
     */
    public void send(AvFrame frame, Hints hints) {
        try (frame) {
            open();
            if (finished) {
                throw new IllegalStateException("no frames after finish()");
            }
            AVFrame f = frame.frame();
            if (frame.pts() != AvFrame.NO_TIME) {
                f.pts(frame.timebase().convert(frame.pts(), timebase));
            }
            f.duration(frame.timebase().convert(f.duration(), timebase));
            if (traits.kind() == Codec.Kind.VIDEO) {
                describePicture(f, hints);
            }
            int result = avcodec_send_frame(context, f);
            if (result == Averror.EAGAIN) {
                throw new IllegalStateException("receive() samples until it gives null before sending more");
            }
            Averror.check(result, "avcodec_send_frame", "encode with " + name);
        }
    }

    public void send(AvFrame frame) {
        send(frame, Hints.NONE);
    }

    private void describePicture(AVFrame f, Hints hints) {
        if (f.duration() == 0) {
            f.duration(traits.frameDuration());
        }
        f.pict_type(hints.forceKeyFrame() ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        // A decoder's key flag means nothing for this encoder, but some wrappers read it as a wish.
        f.flags(f.flags() & ~AV_FRAME_FLAG_KEY);
        if (traits.roi()) {
            QuantiserOffset.attach(f, Double.isNaN(hints.quantiserOffset()) ? 0 : hints.quantiserOffset());
        } else if (!Double.isNaN(hints.quantiserOffset())) {
            throw MediaException.invalidArgument(name + " was opened without roi(true), so a picture has no offset");
        }
    }

    /** No more frames; the samples that are left can be received. */
    public void finish() {
        open();
        if (!finished) {
            finished = true;
            Averror.check(avcodec_send_frame(context, null), "avcodec_send_frame", "finish encoding with " + name);
        }
    }

    /**
     * The next sample with track id 0 and times in {@link #timebase()}, the caller's to close; {@code null} if another
     * frame is wanted or, after {@link #finish()}, none is left.
     */
    public @Nullable AvSample receive() {
        open();
        AVPacket packet = Averror.notNull(av_packet_alloc(), "av_packet_alloc");
        boolean given = false;
        try {
            int result = avcodec_receive_packet(context, packet);
            if (result == Averror.EAGAIN || result == Averror.EOF) {
                return null;
            }
            Averror.check(result, "avcodec_receive_packet", "encode with " + name);
            if (traits.reconstruction()) {
                takeReconstruction(packet);
            }
            given = true;
            return AvSample.adopt(packet, 0, SampleInfo.NO_ARRIVAL);
        } finally {
            if (!given) {
                av_packet_free(packet);
            }
        }
    }

    private void takeReconstruction(AVPacket packet) {
        if (reconstruction != null) {
            reconstruction.close();
            reconstruction = null;
        }
        AVFrame frame = Averror.notNull(av_frame_alloc(), "av_frame_alloc");
        if (avcodec_receive_frame(context, frame) < 0) {
            av_frame_free(frame);
            return;
        }
        // The encoder gives it without a time; it belongs to the packet that came out with it.
        frame.pts(packet.pts()).duration(packet.duration());
        reconstruction = AvFrame.adopt(frame, timebase);
    }

    /**
     * The picture that a decoder will see for the sample that {@link #receive} gave last, with its time; the caller's to
     * close. {@code null} if it was taken, or if the encoder was opened without {@link VideoEncoderBuilder#reconstruction}.
     */
    public @Nullable AvFrame receiveReconstruction() {
        open();
        AvFrame result = reconstruction;
        reconstruction = null;
        return result;
    }

    /**
     * Coding and decoder configuration: avcC for libx264, AudioSpecificConfig for AAC, else FFmpeg's extradata (libx265:
     * length-prefixed parameter sets, AV1: sequence header, Opus: OpusHead).
     */
    public TrackFormat format() {
        return format;
    }

    public Timebase timebase() {
        return timebase;
    }

    /** Sound: samples per channel that each frame but the last must have; 0 if any number will do, or for pictures. */
    public int frameSize() {
        open();
        return traits.kind() == Codec.Kind.AUDIO ? context.frame_size() : 0;
    }

    /** Sound: samples that the encoder puts before the first one. Pictures: how many are reordered at most. */
    public int delay() {
        open();
        return traits.kind() == Codec.Kind.AUDIO ? context.initial_padding() : context.has_b_frames();
    }

    /**
     * Changes the rate limit from the next frame on; libx264 that was opened with a limit.
     *
     * @param maxrate bit/s, at least 1
     * @param bufsize bits, at least 1
     * @throws MediaException {@code UNSUPPORTED} with another encoder or without a limit at the start
     */
    public void rate(long maxrate, long bufsize) {
        open();
        if (!traits.liveRate()) {
            throw MediaException.unsupported(name + " cannot change its rate limit"
                    + " (libx264 opened with maxrate and bufsize can); open another encoder");
        }
        if (maxrate < 1 || bufsize < 1 || bufsize > Integer.MAX_VALUE) {
            throw MediaException.invalidArgument("not a rate limit: " + maxrate + " bit/s, " + bufsize + " bits");
        }
        context.rc_max_rate(maxrate).rc_buffer_size((int) bufsize);
    }

    private void open() {
        if (!ticket.isOpen()) {
            throw new IllegalStateException("encoder " + name + " is closed");
        }
    }

    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            if (reconstruction != null) {
                reconstruction.close();
                reconstruction = null;
            }
            avcodec_free_context(context);
        }
    }
}
