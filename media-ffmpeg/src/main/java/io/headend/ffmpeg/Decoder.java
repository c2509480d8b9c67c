package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.headend.core.LeakDetector;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the samples of one track with FFmpeg.
 *
 * <p>After each {@link #send} call {@link #receive} until it gives {@code null}. Damaged samples are counted by
 * {@link #errors()} and decoding goes on.
 *
 * <p><b>Threading:</b> one thread at a time. With more than one decoder thread FFmpeg works on native threads of its own,
 * which end in {@link #close()}.
 */
public final class Decoder implements AutoCloseable {

    // A decoder that fails this often on one sample is not making progress.
    private static final int MAX_ERRORS_IN_A_ROW = 256;

    private final AVCodecContext context;
    private final Timebase timebase;
    private final String codec;
    private final LeakDetector.Ticket ticket;
    private long errors;
    private boolean finished;

    Decoder(AVCodecContext context, Timebase timebase, String codec) {
        this.context = context;
        this.timebase = timebase;
        this.codec = codec;
        this.ticket = LeakDetector.open(this, "Decoder");
    }

    /** A decoder for a track as the house describes it: AVC with an avcC record, AAC, raw pictures, PCM and so on. */
    public static DecoderBuilder builder(Track track) {
        return DecoderBuilder.of(track);
    }

    /**
     * Gives a sample of the track, which stays the caller's. The bytes of a sample outside native memory are copied once.
     *
     * @throws IllegalStateException if frames have not been received first, or after {@link #finish()}
     */
    public void send(Sample sample) {
        open();
        if (finished) {
            throw new IllegalStateException("no samples after finish()");
        }
        if (sample instanceof AvSample nativeSample) {
            sent(avcodec_send_packet(context, nativeSample.packet()));
            return;
        }
        AVPacket packet = Packets.copy(sample);
        try {
            sent(avcodec_send_packet(context, packet));
        } finally {
            av_packet_free(packet);
        }
    }

    private void sent(int result) {
        if (result == Averror.EAGAIN) {
            throw new IllegalStateException("receive() frames until it gives null before sending more");
        }
        if (result == Averror.ENOMEM) {
            throw Averror.exception(result, "avcodec_send_packet", "decode " + codec);
        }
        if (result < 0 && result != Averror.EOF) {
            errors++;
        }
    }

    /** No more samples; the frames that are left can be received. */
    public void finish() {
        open();
        if (!finished) {
            finished = true;
            sent(avcodec_send_packet(context, null));
        }
    }

    /** The next frame, the caller's to close; {@code null} if another sample is wanted or, after {@link #finish()}, none is left. */
    public @Nullable AvFrame receive() {
        open();
        AVFrame frame = Averror.notNull(av_frame_alloc(), "av_frame_alloc");
        boolean given = false;
        try {
            for (int i = 0; i < MAX_ERRORS_IN_A_ROW; i++) {
                int result = avcodec_receive_frame(context, frame);
                if (result >= 0) {
                    long time = frame.best_effort_timestamp();
                    if (frame.pts() == AV_NOPTS_VALUE || frame.nb_samples() == 0) {
                        frame.pts(time);
                    }
                    given = true;
                    return AvFrame.adopt(frame, timebase);
                }
                if (result == Averror.EAGAIN || result == Averror.EOF) {
                    return null;
                }
                if (result == Averror.ENOMEM) {
                    throw Averror.exception(result, "avcodec_receive_frame", "decode " + codec);
                }
                errors++;
            }
            return null;
        } finally {
            if (!given) {
                av_frame_free(frame);
            }
        }
    }

    /** Samples, or parts of them, that could not be decoded. */
    public long errors() {
        return errors;
    }

    /** Forgets everything before the next sample, as after a jump in time. */
    public void flush() {
        open();
        finished = false;
        avcodec_flush_buffers(context);
    }

    private void open() {
        if (!ticket.isOpen()) {
            throw new IllegalStateException("decoder for " + codec + " is closed");
        }
    }

    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            avcodec_free_context(context);
        }
    }
}
