package io.headend.ffmpeg;

import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.ffmpeg.internal.NativeAccess;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Lets the interop package through; installed when the runtime loads. */
final class InteropAccess implements NativeAccess {

    @Override
    public AVFrame frame(AvFrame frame) {
        return frame.frame();
    }

    @Override
    public AvFrame adopt(AVFrame frame, Timebase timebase) {
        return AvFrame.adoptForeign(frame, timebase);
    }

    @Override
    public AVPacket packet(AvSample sample) {
        return sample.packet();
    }

    @Override
    public AvSample adopt(AVPacket packet, SampleInfo info) {
        return AvSample.adopt(packet, info);
    }
}
