package io.headend.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;

/** A viewer, or a server that is pushed to, over RTMP: all take the same bytes. */
final class RtmpViewer extends Viewer {

    private static final int STREAM_ID_AT = 8;

    private final Channel channel;
    private final int streamId;
    private boolean paused;
    private boolean wantsAudio = true;
    private boolean wantsVideo = true;

    RtmpViewer(Channel channel, int streamId, LiveStream stream, Patience patience) {
        super(channel.eventLoop(), stream, patience);
        this.channel = channel;
        this.streamId = streamId;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
    void write(RelayMessage message, boolean marked) {
        int type = message.type();
        if (paused || (!wantsAudio && type == MessageType.AUDIO) || (!wantsVideo && type == MessageType.VIDEO)) {
            if (marked) {
                markPassed();
            }
            return;
        }
        ByteBuf bytes = streamId == 1 ? message.chunks().retainedDuplicate() : patched(message.chunks());
        if (marked) {
            ChannelPromise promise = channel.newPromise();
            promise.addListener(done -> markPassed());
            channel.write(bytes, promise);
        } else {
            channel.write(bytes, channel.voidPromise());
        }
    }

    private ByteBuf patched(ByteBuf chunks) {
        ByteBuf copy = channel.alloc().directBuffer(chunks.readableBytes());
        copy.writeBytes(chunks, chunks.readerIndex(), chunks.readableBytes());
        copy.setIntLE(STREAM_ID_AT, streamId);
        return copy;
    }

    @Override
    void flush() {
        channel.flush();
    }

    @Override
    long pendingBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // ends in channelInactive
    void drop(String reason) {
        channel.close();
    }

    void pause(boolean now) {
        paused = now;
    }

    void receive(boolean audio, boolean video) {
        wantsAudio = audio;
        wantsVideo = video;
    }

    boolean wantsAudio() {
        return wantsAudio;
    }

    boolean wantsVideo() {
        return wantsVideo;
    }
}
