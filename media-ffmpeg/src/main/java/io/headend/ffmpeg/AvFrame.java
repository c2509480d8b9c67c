package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_KEY;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_is_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_get_bytes_per_sample;
import static org.bytedeco.ffmpeg.global.avutil.av_get_picture_type_char;
import static org.bytedeco.ffmpeg.global.avutil.av_image_get_linesize;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_count_planes;
import static org.bytedeco.ffmpeg.global.avutil.av_sample_fmt_is_planar;

import io.headend.core.Codec;
import io.headend.core.ColorInfo;
import io.headend.core.LeakDetector;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/**
 * A decoded picture or a run of decoded sound in native memory (an AVFrame).
 *
 * <p>A handle with one owner who closes it once; closing again is harmless, use after closing is an
 * {@link IllegalStateException}. {@link #retain()}, {@link #withPts} and {@link #slice} give further handles on the same
 * samples, which then are read-only for all.
 *
 * <p><b>Threading:</b> one thread at a time per handle; handles on the same samples are independent.
 */
public final class AvFrame implements AutoCloseable {

    /** The time of a frame that has none. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final int MAX_SAMPLES = 1 << 22;

    private final AVFrame frame;
    private final Timebase timebase;
    private final long pts;
    private final LeakDetector.Ticket ticket;

    private AvFrame(AVFrame frame, Timebase timebase) {
        this.frame = frame;
        this.timebase = timebase;
        this.pts = frame.pts();
        this.ticket = LeakDetector.open(this, "AvFrame");
    }

    /** Takes over a frame whose times are in {@code timebase}. */
    static AvFrame adopt(AVFrame frame, Timebase timebase) {
        return new AvFrame(frame, timebase);
    }

    /** The same, from outside: a frame of the house has buffers that count references. */
    static AvFrame adoptForeign(AVFrame frame, Timebase timebase) {
        if (frame.buf(0) == null) {
            throw MediaException.invalidArgument("an AVFrame without reference-counted buffers cannot be shared");
        }
        return new AvFrame(frame, timebase);
    }

    /**
     * A writable picture with undefined samples, without a time.
     *
     * @param pixelFormat FFmpeg's name, such as {@code yuv420p}
     */
    public static AvFrame allocateVideo(String pixelFormat, int width, int height) {
        FfmpegRuntime.get();
        PictureSize size = new PictureSize(width, height);
        AVFrame frame = Averror.notNull(av_frame_alloc(), "av_frame_alloc");
        try {
            frame.format(PixelLayout.pixelFormat(pixelFormat))
                    .width(size.width())
                    .height(size.height());
            PixelLayout.put(frame.sample_aspect_ratio(), Rational.ONE);
            Averror.check(av_frame_get_buffer(frame, 0), "av_frame_get_buffer", "allocate a picture of " + size);
        } catch (RuntimeException e) {
            av_frame_free(frame);
            throw e;
        }
        return new AvFrame(frame, Timebase.MPEG);
    }

    /**
     * A writable run of sound with undefined samples, without a time, in the timebase of its sample rate.
     *
     * @param sampleFormat FFmpeg's name, such as {@code fltp} or {@code s16}
     * @param channels 1 to 64, in FFmpeg's default order for that number
     * @param samples per channel, 1 to 4 Mi
     */
    public static AvFrame allocateAudio(String sampleFormat, int sampleRate, int channels, int samples) {
        FfmpegRuntime.get();
        if (sampleRate < 1 || channels < 1 || channels > 64 || samples < 1 || samples > MAX_SAMPLES) {
            throw MediaException.invalidArgument(
                    "not a run of sound: " + sampleRate + " Hz, " + channels + " channels, " + samples + " samples");
        }
        AVFrame frame = Averror.notNull(av_frame_alloc(), "av_frame_alloc");
        try {
            frame.format(PixelLayout.sampleFormat(sampleFormat))
                    .sample_rate(sampleRate)
                    .nb_samples(samples);
            av_channel_layout_default(frame.ch_layout(), channels);
            Averror.check(av_frame_get_buffer(frame, 0), "av_frame_get_buffer", "allocate a run of sound");
        } catch (RuntimeException e) {
            av_frame_free(frame);
            throw e;
        }
        return new AvFrame(frame, Timebase.hz(sampleRate));
    }

    /**
     * A read-only picture on memory of the caller, without a copy and without a time. The buffers stay reachable while any
     * handle on the picture is open; their bytes must not change meanwhile.
     *
     * @param planes direct buffers, one per plane, rows from position on
     * @param strides bytes from one row to the next, per plane, at least the length of a row
     */
    public static AvFrame lendVideo(
            String pixelFormat, int width, int height, List<ByteBuffer> planes, int... strides) {
        return LentFrames.video(pixelFormat, width, height, planes, strides);
    }

    /**
     * The same for sound, in the timebase of its sample rate; as many samples as the shortest plane holds.
     *
     * @param planes direct buffers, one per channel for planar layouts (at most 8), else one
     */
    public static AvFrame lendAudio(String sampleFormat, int sampleRate, int channels, List<ByteBuffer> planes) {
        return LentFrames.audio(sampleFormat, sampleRate, channels, planes);
    }

    AVFrame frame() {
        if (!ticket.isOpen()) {
            throw new IllegalStateException("frame is closed");
        }
        return frame;
    }

    /** {@link Codec.Kind#VIDEO} or {@link Codec.Kind#AUDIO}. */
    public Codec.Kind kind() {
        return frame().nb_samples() > 0 ? Codec.Kind.AUDIO : Codec.Kind.VIDEO;
    }

    /** Presentation time in ticks of {@link #timebase()}, or {@link #NO_TIME}. */
    public long pts() {
        return pts;
    }

    public Timebase timebase() {
        return timebase;
    }

    /** Length in ticks of {@link #timebase()}; 0 where unknown. */
    public long duration() {
        return frame().duration();
    }

    /** Picture width without cropping margins; 0 for sound. */
    public int width() {
        return frame().width();
    }

    public int height() {
        return frame().height();
    }

    /** FFmpeg's name of the layout, such as {@code yuv420p}; empty for sound. */
    public String pixelFormat() {
        return kind() == Codec.Kind.VIDEO ? PixelLayout.pixelFormatName(frame().format()) : "";
    }

    public Rational sampleAspectRatio() {
        return PixelLayout.sampleAspectRatio(frame().sample_aspect_ratio());
    }

    /** Colour description, with the static metadata that the coded picture or its stream carries. */
    public ColorInfo color() {
        AVFrame f = frame();
        return StaticMetadata.of(
                f, StreamTracks.color(f.color_primaries(), f.color_trc(), f.colorspace(), f.color_range()));
    }

    public boolean isInterlaced() {
        return (frame().flags() & AV_FRAME_FLAG_INTERLACED) != 0;
    }

    /** For an interlaced picture, which field comes first. */
    public boolean isTopFieldFirst() {
        return (frame().flags() & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
    }

    public boolean isKey() {
        return (frame().flags() & AV_FRAME_FLAG_KEY) != 0;
    }

    /** {@code I}, {@code P}, {@code B} or another letter of FFmpeg's; {@code ?} where unknown. */
    public char pictureType() {
        return (char) av_get_picture_type_char(frame().pict_type());
    }

    /** Samples per second; 0 for a picture. */
    public int sampleRate() {
        return frame().sample_rate();
    }

    /** 0 for a picture. */
    public int channels() {
        return frame().ch_layout().nb_channels();
    }

    /** FFmpeg's name of the layout, such as {@code fltp}; empty for a picture. */
    public String sampleFormat() {
        return kind() == Codec.Kind.AUDIO ? PixelLayout.sampleFormatName(frame().format()) : "";
    }

    /** Samples per channel; 0 for a picture. */
    public int samples() {
        return frame().nb_samples();
    }

    /** Planes of the layout: one per channel for planar sound, one for interleaved sound. */
    public int planes() {
        AVFrame f = frame();
        if (f.nb_samples() == 0) {
            return av_pix_fmt_count_planes(f.format());
        }
        return av_sample_fmt_is_planar(f.format()) != 0 ? f.ch_layout().nb_channels() : 1;
    }

    /** Bytes from the start of one row of a picture to the next; for sound the bytes of a plane. */
    public int stride(int plane) {
        checkPlane(plane);
        AVFrame f = frame();
        return f.nb_samples() > 0 ? planeBytes(f) : f.linesize(plane);
    }

    /**
     * The samples of one plane in the machine's byte order, lent until this handle is closed; writable only while
     * {@link #writable()}. Rows of a picture begin every {@link #stride} bytes; the view ends with the last sample of the
     * last row.
     *
     * @throws MediaException {@code UNSUPPORTED} for a picture stored from bottom to top
     */
    public ByteBuffer plane(int plane) {
        checkPlane(plane);
        AVFrame f = frame();
        int bytes;
        BytePointer data;
        if (f.nb_samples() > 0) {
            bytes = planeBytes(f);
            data = f.extended_data(plane);
        } else {
            int stride = f.linesize(plane);
            int row = av_image_get_linesize(f.format(), f.width(), plane);
            int rows = PixelLayout.planeHeight(f.format(), plane, f.height());
            if (stride < 0) {
                throw MediaException.unsupported("the picture is stored from bottom to top: copy it (filter \"copy\")");
            }
            bytes = Math.addExact(Math.multiplyExact(stride, rows - 1), row);
            data = f.data(plane);
        }
        ByteBuffer view = data.capacity(bytes).asByteBuffer();
        return (writable() ? view : view.asReadOnlyBuffer()).order(ByteOrder.nativeOrder());
    }

    /** Bytes of one row of a plane that hold samples, at most {@link #stride}; for sound the bytes of a plane. */
    public int rowBytes(int plane) {
        checkPlane(plane);
        AVFrame f = frame();
        return f.nb_samples() > 0 ? planeBytes(f) : av_image_get_linesize(f.format(), f.width(), plane);
    }

    /** Rows of a plane of a picture; 1 for sound. */
    public int rows(int plane) {
        checkPlane(plane);
        AVFrame f = frame();
        return f.nb_samples() > 0 ? 1 : PixelLayout.planeHeight(f.format(), plane, f.height());
    }

    private static int planeBytes(AVFrame f) {
        int perSample = av_get_bytes_per_sample(f.format());
        int channels =
                av_sample_fmt_is_planar(f.format()) != 0 ? 1 : f.ch_layout().nb_channels();
        return f.nb_samples() * perSample * channels;
    }

    private void checkPlane(int plane) {
        if (plane < 0 || plane >= planes()) {
            throw new IndexOutOfBoundsException("plane " + plane + " of " + planes());
        }
    }

    /** Whether this handle is the only one on its samples. */
    public boolean writable() {
        return av_frame_is_writable(frame()) != 0;
    }

    /** Makes this handle the only one on its samples, by copying them if it is not. */
    public void makeWritable() {
        Averror.check(av_frame_make_writable(frame()), "av_frame_make_writable", "copy a frame");
    }

    /** A second handle on the same samples. */
    public AvFrame retain() {
        return new AvFrame(copyOfHandle(), timebase);
    }

    /** A second handle on the same samples at another time; the length is unknown where the timebase changes. */
    public AvFrame withPts(long newPts, Timebase newTimebase) {
        AVFrame copy = copyOfHandle();
        copy.pts(newPts);
        if (!newTimebase.equals(timebase)) {
            copy.duration(0);
        }
        PixelLayout.put(copy.time_base(), newTimebase);
        return new AvFrame(copy, newTimebase);
    }

    /** A second handle on the same samples with another length in ticks of {@link #timebase()}. */
    public AvFrame withDuration(long newDuration) {
        AVFrame copy = copyOfHandle();
        copy.duration(newDuration);
        return new AvFrame(copy, timebase);
    }

    /**
     * Sound only: a second handle on a part of the samples, with its time moved accordingly.
     *
     * @param firstSample 0 to {@code samples() - 1}
     * @param count at least 1, at most {@code samples() - firstSample}
     */
    public AvFrame slice(int firstSample, int count) {
        AVFrame f = frame();
        int available = f.nb_samples();
        if (firstSample < 0 || count < 1 || firstSample > available - count) {
            throw MediaException.invalidArgument(
                    "samples " + firstSample + "+" + count + " of a run of " + available + " samples");
        }
        long offset = (long) firstSample * (planeBytes(f) / available);
        int planes = planes();
        AVFrame copy = copyOfHandle();
        for (int i = 0; i < planes; i++) {
            BytePointer moved = f.extended_data(i).getPointer(offset);
            // For up to eight planes extended_data is the data array itself; above it is an array of the copy's own.
            copy.extended_data(i, moved);
            if (i < 8) {
                copy.data(i, moved);
            }
        }
        copy.nb_samples(count).linesize(0, planeBytes(copy));
        Timebase samples = Timebase.hz(f.sample_rate());
        if (pts != AV_NOPTS_VALUE) {
            copy.pts(pts + samples.convert(firstSample, timebase));
        }
        copy.duration(samples.convert(count, timebase));
        return new AvFrame(copy, timebase);
    }

    private AVFrame copyOfHandle() {
        return Averror.notNull(av_frame_clone(frame()), "av_frame_clone");
    }

    /** Sets colour and sample aspect ratio of a frame that was just allocated; returns {@code this}. */
    public AvFrame describe(ColorInfo color, Rational sampleAspectRatio) {
        AVFrame f = frame();
        f.color_primaries(color.primaries()).color_trc(color.transfer()).colorspace(color.matrix());
        f.color_range(color.fullRange() ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG);
        StaticMetadata.attach(f, color);
        PixelLayout.put(f.sample_aspect_ratio(), sampleAspectRatio);
        return this;
    }

    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            av_frame_free(frame);
        }
    }

    @Override
    public String toString() {
        return "AvFrame[pts=" + pts + " " + timebase + (ticket.isOpen() ? "]" : ", closed]");
    }
}
