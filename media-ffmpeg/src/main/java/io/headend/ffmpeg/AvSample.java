package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.headend.core.LeakDetector;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;

/**
 * A sample in native memory (an AVPacket). Scalars are copied into Java once; {@link #retain()} and {@link #with} refer to
 * the same bytes.
 *
 * <p>Where the container gives only one of the two times, {@link #info()} carries it in both places; where it gives none,
 * both are {@link #NO_TIME}.
 *
 * <p><b>Threading:</b> one thread at a time per handle; handles on the same bytes are independent.
 */
public final class AvSample implements Sample {

    /** The time of a sample that has none. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0).asReadOnlyBuffer();

    private final SampleInfo info;
    private final AVPacket packet;
    private final int size;
    private final LeakDetector.Ticket ticket;

    private AvSample(AVPacket packet, SampleInfo info) {
        this.packet = packet;
        this.info = info;
        this.size = packet.size();
        this.ticket = LeakDetector.open(this, "AvSample");
    }

    /** The same for a packet that was described elsewhere. */
    static AvSample adopt(AVPacket packet, SampleInfo info) {
        return new AvSample(packet, info);
    }

    /** Takes over a packet that holds a reference of its own. */
    static AvSample adopt(AVPacket packet, int trackId, long arrivalNanos) {
        long pts = packet.pts();
        long dts = packet.dts();
        SampleInfo info = new SampleInfo(
                trackId,
                pts == AV_NOPTS_VALUE ? dts : pts,
                dts == AV_NOPTS_VALUE ? pts : dts,
                Math.max(packet.duration(), 0),
                (packet.flags() & AV_PKT_FLAG_KEY) != 0,
                arrivalNanos);
        return new AvSample(packet, info);
    }

    @Override
    public SampleInfo info() {
        return info;
    }

    @Override
    public ByteBuffer data() {
        BytePointer data = packet().data();
        if (data == null || size == 0) {
            return EMPTY.duplicate();
        }
        return data.capacity(size).asByteBuffer().asReadOnlyBuffer();
    }

    @Override
    public int size() {
        packet();
        return size;
    }

    @Override
    public AvSample retain() {
        return new AvSample(Averror.notNull(av_packet_clone(packet()), "av_packet_clone"), info);
    }

    @Override
    public AvSample with(SampleInfo newInfo) {
        AVPacket copy = Averror.notNull(av_packet_clone(packet()), "av_packet_clone");
        // A time that the container did not give stays unknown to the decoder, which then finds its own.
        if (newInfo.pts() != info.pts()) {
            copy.pts(newInfo.pts());
        }
        if (newInfo.dts() != info.dts()) {
            copy.dts(newInfo.dts());
        }
        copy.duration(newInfo.duration());
        copy.stream_index(newInfo.trackId());
        int others = copy.flags() & ~AV_PKT_FLAG_KEY;
        copy.flags(newInfo.sync() ? others | AV_PKT_FLAG_KEY : others);
        return new AvSample(copy, newInfo);
    }

    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            av_packet_free(packet);
        }
    }

    AVPacket packet() {
        if (!ticket.isOpen()) {
            throw new IllegalStateException("sample is closed: " + info);
        }
        return packet;
    }

    @Override
    public String toString() {
        return "AvSample[" + info + ", " + size + " bytes]";
    }
}
