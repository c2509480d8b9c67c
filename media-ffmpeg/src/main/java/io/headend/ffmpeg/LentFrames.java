package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_get_bytes_per_sample;
import static org.bytedeco.ffmpeg.global.avutil.av_image_get_linesize;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_count_planes;
import static org.bytedeco.ffmpeg.global.avutil.av_sample_fmt_is_planar;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Frames on direct buffers of a caller, without a copy. */
final class LentFrames {

    private static final int MAX_PLANES = 8;

    private LentFrames() {}

    static AvFrame video(String pixelFormat, int width, int height, List<ByteBuffer> planes, int[] strides) {
        FfmpegRuntime.get();
        PictureSize size = new PictureSize(width, height);
        int format = PixelLayout.pixelFormat(pixelFormat);
        int count = av_pix_fmt_count_planes(format);
        if (planes.size() != count || strides.length != count) {
            throw MediaException.invalidArgument(pixelFormat + " has " + count + " planes, not " + planes.size());
        }
        for (int i = 0; i < count; i++) {
            int row = av_image_get_linesize(format, size.width(), i);
            long bytes = (long) strides[i] * (PixelLayout.planeHeight(format, i, height) - 1) + row;
            if (strides[i] < row || planes.get(i).remaining() < bytes) {
                throw MediaException.invalidArgument("plane " + i + " of a " + size + " picture needs rows of " + row
                        + " bytes, " + bytes + " in all; there are "
                        + planes.get(i).remaining() + " with a stride of "
                        + strides[i]);
            }
        }
        AVFrame frame = Averror.notNull(av_frame_alloc(), "av_frame_alloc");
        try {
            frame.format(format).width(width).height(height);
            PixelLayout.put(frame.sample_aspect_ratio(), Rational.ONE);
            attach(frame, planes);
            for (int i = 0; i < count; i++) {
                frame.linesize(i, strides[i]);
            }
        } catch (RuntimeException e) {
            av_frame_free(frame);
            throw e;
        }
        return AvFrame.adopt(frame, Timebase.MPEG);
    }

    static AvFrame audio(String sampleFormat, int sampleRate, int channels, List<ByteBuffer> planes) {
        FfmpegRuntime.get();
        int format = PixelLayout.sampleFormat(sampleFormat);
        boolean planar = av_sample_fmt_is_planar(format) != 0;
        int count = planar ? channels : 1;
        int unit = av_get_bytes_per_sample(format) * (planar ? 1 : channels);
        if (sampleRate < 1 || channels < 1 || count > MAX_PLANES || planes.size() != count) {
            throw MediaException.invalidArgument(sampleFormat + " at " + sampleRate + " Hz with " + channels
                    + " channels cannot lie in " + planes.size() + " lent planes (at most " + MAX_PLANES + ")");
        }
        int bytes = planes.stream().mapToInt(ByteBuffer::remaining).min().orElse(0);
        if (bytes < unit) {
            throw MediaException.invalidArgument("a run of sound has at least one sample");
        }
        AVFrame frame = Averror.notNull(av_frame_alloc(), "av_frame_alloc");
        try {
            frame.format(format).sample_rate(sampleRate).nb_samples(bytes / unit);
            av_channel_layout_default(frame.ch_layout(), channels);
            attach(frame, planes);
            frame.linesize(0, bytes / unit * unit);
        } catch (RuntimeException e) {
            av_frame_free(frame);
            throw e;
        }
        return AvFrame.adopt(frame, Timebase.hz(sampleRate));
    }

    private static void attach(AVFrame frame, List<ByteBuffer> planes) {
        for (int i = 0; i < planes.size(); i++) {
            AVBufferRef reference = LentMemory.lend(planes.get(i));
            frame.buf(i, reference);
            // extended_data of a fresh frame is its data array.
            frame.data(i, reference.data());
        }
    }
}
