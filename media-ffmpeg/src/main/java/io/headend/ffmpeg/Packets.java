package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;

import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Native packets from samples of other kinds. */
final class Packets {

    private Packets() {}

    /** A packet with a copy of the bytes, padded as FFmpeg's parsers need it; the caller's to free. */
    static AVPacket copy(Sample sample) {
        ByteBuffer data = sample.data();
        AVPacket packet = Averror.notNull(av_packet_alloc(), "av_packet_alloc");
        int result = av_new_packet(packet, data.remaining());
        if (result < 0) {
            av_packet_free(packet);
            throw Averror.exception(result, "av_new_packet", "copy a sample of " + data.remaining() + " bytes");
        }
        if (data.hasRemaining()) {
            packet.data().capacity(data.remaining()).asByteBuffer().put(data);
        }
        SampleInfo info = sample.info();
        packet.pts(info.pts()).dts(info.dts()).duration(info.duration());
        packet.flags(info.sync() ? AV_PKT_FLAG_KEY : 0);
        return packet;
    }
}
