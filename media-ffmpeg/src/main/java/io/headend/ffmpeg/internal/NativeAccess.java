package io.headend.ffmpeg.internal;

import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** The native handles behind frames and samples, for packages of this module. */
public interface NativeAccess {

    AtomicReference<@Nullable NativeAccess> INSTALLED = new AtomicReference<>();

    AVFrame frame(AvFrame frame);

    AvFrame adopt(AVFrame frame, Timebase timebase);

    AVPacket packet(AvSample sample);

    AvSample adopt(AVPacket packet, SampleInfo info);
}
