package io.headend.ffmpeg;

import io.headend.core.Rational;
import io.headend.core.Timebase;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** What filters and their links are configured for; two frames of one shape go through the same filters. */
record FrameShape(int format, long size, int channels, Timebase timebase, Rational sampleAspectRatio, int color) {

    static FrameShape of(AvFrame frame) {
        AVFrame f = frame.frame();
        boolean sound = f.nb_samples() > 0;
        return new FrameShape(
                f.format(),
                sound ? f.sample_rate() : ((long) f.width() << 32) | f.height(),
                f.ch_layout().nb_channels(),
                frame.timebase(),
                frame.sampleAspectRatio(),
                sound ? 0 : f.colorspace() << 8 | f.color_range());
    }
}
