package io.headend.ffmpeg.interop;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.FfmpegRuntime;
import io.headend.ffmpeg.internal.NativeAccess;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Bytedeco's types for programs that call FFmpeg themselves; everything else in the house does without them.
 *
 * <p>A program on the module path that uses this class requires {@code org.bytedeco.ffmpeg} itself.
 */
// The one class that may: elsewhere the compiler refuses a Bytedeco type in an exported signature.
@SuppressWarnings("exports")
public final class FfmpegInterop {

    private FfmpegInterop() {}

    private static NativeAccess access() {
        FfmpegRuntime.get();
        NativeAccess access = NativeAccess.INSTALLED.get();
        if (access == null) {
            throw new MediaException(MediaErrorCode.INTERNAL, "the FFmpeg runtime is not loaded");
        }
        return access;
    }

    /** The native frame, lent until {@code frame} is closed; its buffers may be shared, so write only if writable. */
    public static AVFrame frame(AvFrame frame) {
        return access().frame(frame);
    }

    /**
     * A frame of the house around a native one, which is taken over: it came from {@code av_frame_alloc}, has reference-counted
     * buffers, and {@code av_frame_free} is called when the result is closed.
     *
     * @param timebase unit of its times
     */
    public static AvFrame wrap(AVFrame frame, Timebase timebase) {
        return access().adopt(frame, timebase);
    }

    /** The native packet, lent until {@code sample} is closed; not to be changed. */
    public static AVPacket packet(AvSample sample) {
        return access().packet(sample);
    }

    /** A sample of the house around a native packet from {@code av_packet_alloc}, which is taken over. */
    public static AvSample wrap(AVPacket packet, SampleInfo info) {
        return access().adopt(packet, info);
    }
}
