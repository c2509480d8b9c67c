package io.headend.ingest.rtmp;

import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A viewer, or a server that is pushed to, over RTMP: all take the same bytes. */
final class RtmpViewer extends Viewer {

    private static final int STREAM_ID_AT = 8;

    private final Channel channel;
    private final int streamId;
    private final boolean pushing;

    /** Where every viewer's bytes are the shared ones and nothing has to be done to them on their way. */
    private final @Nullable DirectSocket direct;

    private boolean paused;
    private boolean wantsAudio = true;
    private boolean wantsVideo = true;

    RtmpViewer(Channel channel, int streamId, LiveStream stream, Patience patience) {
        this(channel, streamId, stream, patience, false);
    }

    private RtmpViewer(Channel channel, int streamId, LiveStream stream, Patience patience, boolean pushing) {
        super(channel.eventLoop(), stream, patience);
        this.channel = channel;
        this.streamId = streamId;
        this.pushing = pushing;
        boolean plain = streamId == 1 && !pushing && channel.pipeline().get(SslHandler.class) == null;
        this.direct = plain && channel instanceof DirectSocket socket ? socket : null;
    }

    /** A server that is published to: it expects metadata as publishers send it. */
    static RtmpViewer pushing(Channel channel, int streamId, LiveStream stream, Patience patience) {
        return new RtmpViewer(channel, streamId, stream, patience, true);
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
        ByteBuf bytes;
        if (pushing && type == MessageType.DATA_AMF0 && message.traits().configuration()) {
            bytes = setDataFrame(message);
        } else {
            bytes = streamId == 1 ? message.chunks().retainedDuplicate() : patched(message.chunks());
        }
        if (marked) {
            ChannelPromise promise = channel.newPromise();
            promise.addListener(done -> markPassed());
            channel.write(bytes, promise);
        } else {
            channel.write(bytes, channel.voidPromise());
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
    int writeNow(Batch batch) {
        DirectSocket socket = direct;
        if (socket == null || paused || !wantsAudio || !wantsVideo || socket.pendingBytes() != 0) {
            return 0;
        }
        ByteBuffer[] buffers = batch.buffers();
        int count = batch.size();
        try {
            if (socket.writeNow(buffers, count) == batch.bytes()) {
                return count;
            }
        } catch (IOException e) {
            channel.close();
            return count;
        }
        int taken = 0;
        while (taken < count && !buffers[taken].hasRemaining()) {
            taken++;
        }
        int begun = buffers[taken].position();
        if (begun > 0) {
            ByteBuf chunks = batch.get(taken).chunks();
            channel.writeAndFlush(
                    chunks.retainedSlice(chunks.readerIndex() + begun, chunks.readableBytes() - begun),
                    channel.voidPromise());
            taken++;
        }
        return taken;
    }

    private ByteBuf setDataFrame(RelayMessage message) {
        ByteBuf payload = Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(Amf0.write(AmfValue.of("@setDataFrame"))),
                Unpooled.wrappedBuffer(message.payload()));
        return Chunks.write(
                channel.alloc(), MessageType.DATA_AMF0, streamId, message.timestamp(), payload, Chunks.SIZE);
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
