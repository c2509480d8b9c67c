package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.ffmpeg.interop.FfmpegInterop;
import io.headend.testkit.LeakExtension;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class InteropTest {

    @Test
    void framesGoBothWays() {
        try (AvFrame frame = Pictures.gradient(32, 16, 3);
                AvFrame wrapped =
                        FfmpegInterop.wrap(avutil.av_frame_clone(FfmpegInterop.frame(frame)), Timebase.MILLIS)) {
            assertThat(wrapped.width()).isEqualTo(32);
            assertThat(wrapped.timebase()).isEqualTo(Timebase.MILLIS);
            assertThat(Pictures.hash(wrapped)).isEqualTo(Pictures.hash(frame));
        }
    }

    @Test
    void aFrameWithoutReferenceCountsIsRefused() {
        AVFrame bare = avutil.av_frame_alloc();
        assertThatThrownBy(() -> FfmpegInterop.wrap(bare, Timebase.MILLIS)).isInstanceOf(MediaException.class);
        avutil.av_frame_free(bare);
    }

    @Test
    void packetsGoBothWays() {
        AVPacket packet = avcodec.av_packet_alloc();
        avcodec.av_new_packet(packet, 10);
        SampleInfo info = new SampleInfo(3, 100, 90, 10, true, SampleInfo.NO_ARRIVAL);
        try (AvSample sample = FfmpegInterop.wrap(packet, info)) {
            assertThat(sample.size()).isEqualTo(10);
            assertThat(FfmpegInterop.packet(sample).size()).isEqualTo(10);
            assertThat(sample.toString()).contains("10 bytes");
        }
    }
}
