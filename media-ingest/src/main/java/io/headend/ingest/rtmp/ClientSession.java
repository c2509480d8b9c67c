package io.headend.ingest.rtmp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, to play or to publish one stream.
 *
 * <p><b>Threading:</b> everything on the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class ClientSession extends ChannelInboundHandlerAdapter {

    /** What becomes of a connection; called on its event loop. */
    interface Listener {
        /** The server plays, or takes what is published, on this message stream. */
        void ready(Channel channel, int streamId);

        /** Takes the message over. */
        void media(RtmpMessage message);

        /** All messages that came together have been given. */
        default void readComplete() {}

        /** Nothing more comes; last call. */
        void ended(MediaException reason);
    }

    private static final int CONNECT = 1;
    private static final int CREATE_STREAM = 4;
    private static final int BUFFER_MILLIS = 1_000;

    private final StreamTarget.Remote remote;
    private final boolean publishes;
    private final Listener listener;
    private final ChunkDecoder decoder;
    private long acknowledged;
    private long window = Commands.WINDOW;
    private int streamId;
    private boolean ready;
    private boolean ended;

    ClientSession(StreamTarget.Remote remote, boolean publishes, Listener listener, ChunkDecoder decoder) {
        this.remote = remote;
        this.publishes = publishes;
        this.listener = listener;
        this.decoder = decoder;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event != ClientHandshake.DONE) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        var alloc = ctx.alloc();
        // Until the server knows another size, chunks have 128 bytes.
        ctx.write(Commands.number(alloc, MessageType.SET_CHUNK_SIZE, Chunks.SIZE));
        AmfValue.Obj properties = AmfValue.object(
                "app",
                remote.app(),
                "type",
                "nonprivate",
                "flashVer",
                publishes ? "FMLE/3.0 (compatible; Headend)" : "LNX 9,0,124,2",
                "tcUrl",
                remote.tcUrl());
        ctx.writeAndFlush(Commands.command(alloc, 0, "connect", CONNECT, Commands.withCapabilities(properties)));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object object) {
        RtmpMessage message = (RtmpMessage) object;
        switch (message.type()) {
            case MessageType.AUDIO, MessageType.VIDEO, MessageType.DATA_AMF0, MessageType.DATA_AMF3 ->
                listener.media(message);
            case MessageType.AGGREGATE -> {
                try {
                    Aggregates.split(message, listener::media);
                } finally {
                    message.release();
                }
            }
            default -> {
                try {
                    control(ctx, message);
                } finally {
                    message.release();
                }
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        listener.readComplete();
        long received = decoder.received();
        if (received - acknowledged >= window / 2) {
            acknowledged = received;
            ctx.write(Commands.number(ctx.alloc(), MessageType.ACKNOWLEDGEMENT, (int) received));
        }
        ctx.flush();
    }

    private void control(ChannelHandlerContext ctx, RtmpMessage message) {
        ByteBuf payload = message.payload();
        switch (message.type()) {
            case MessageType.COMMAND_AMF0, MessageType.COMMAND_AMF3 -> command(ctx, Commands.read(message));
            case MessageType.WINDOW_ACK_SIZE -> {
                if (payload.readableBytes() >= 4) {
                    window = Math.max(4096, payload.getUnsignedInt(payload.readerIndex()));
                }
            }
            case MessageType.USER_CONTROL -> {
                if (payload.readableBytes() >= 6) {
                    userControl(
                            ctx,
                            payload.getUnsignedShort(payload.readerIndex()),
                            payload.getInt(payload.readerIndex() + 2));
                }
            }
            default -> {}
        }
    }

    private void userControl(ChannelHandlerContext ctx, int event, int value) {
        if (event == Commands.PING_REQUEST) {
            ctx.write(Commands.userControl(ctx.alloc(), Commands.PING_RESPONSE, value));
        } else if (event == Commands.STREAM_EOF && ready && !publishes) {
            end(ctx, MediaErrorCode.IO, "the server says that the stream is over");
        }
    }

    private void command(ChannelHandlerContext ctx, Commands.Command command) {
        switch (command.name()) {
            case "_result" -> result(ctx, command);
            case "_error" -> {
                if (command.transaction() == CONNECT || command.transaction() == CREATE_STREAM) {
                    end(ctx, MediaErrorCode.ACCESS_DENIED, "the server refuses: " + describe(command.object(1)));
                }
            }
            case "onStatus" -> status(ctx, command.object(1));
            case "close" -> end(ctx, MediaErrorCode.IO, "the server ends the connection");
            default -> {}
        }
    }

    private static String describe(AmfValue.Obj info) {
        return info.text("code").orElse("no code") + " "
                + info.text("description").orElse("");
    }

    private void result(ChannelHandlerContext ctx, Commands.Command command) {
        var alloc = ctx.alloc();
        if (command.transaction() == CONNECT) {
            if (publishes) {
                ctx.write(Commands.command(alloc, 0, "releaseStream", 2, AmfValue.none(), AmfValue.of(remote.name())));
                ctx.write(Commands.command(alloc, 0, "FCPublish", 3, AmfValue.none(), AmfValue.of(remote.name())));
            } else {
                ctx.write(Commands.number(alloc, MessageType.WINDOW_ACK_SIZE, Commands.WINDOW));
            }
            ctx.writeAndFlush(Commands.command(alloc, 0, "createStream", CREATE_STREAM, AmfValue.none()));
        } else if (command.transaction() == CREATE_STREAM) {
            streamId = (int) command.number(1, 1);
            if (publishes) {
                ctx.writeAndFlush(Commands.command(
                        alloc,
                        streamId,
                        "publish",
                        5,
                        AmfValue.none(),
                        AmfValue.of(remote.name()),
                        AmfValue.of("live")));
            } else {
                ctx.write(Commands.command(
                        alloc, streamId, "play", 5, AmfValue.none(), AmfValue.of(remote.name()), AmfValue.of(-2000)));
                ByteBuf buffer = ctx.alloc()
                        .buffer(10)
                        .writeShort(Commands.SET_BUFFER_LENGTH)
                        .writeInt(streamId)
                        .writeInt(BUFFER_MILLIS);
                ctx.writeAndFlush(Chunks.write(alloc, MessageType.USER_CONTROL, 0, 0, buffer, Chunks.SIZE));
                buffer.release();
            }
        }
    }

    private void status(ChannelHandlerContext ctx, AmfValue.Obj info) {
        String code = info.text("code").orElse("");
        switch (code) {
            case "NetStream.Publish.Start", "NetStream.Play.Start" -> {
                if (!ready) {
                    ready = true;
                    listener.ready(ctx.channel(), streamId);
                }
            }
            case "NetStream.Play.UnpublishNotify", "NetStream.Play.Stop" ->
                end(ctx, MediaErrorCode.IO, "nobody publishes the stream any more");
            case "NetStream.Play.Complete" -> end(ctx, MediaErrorCode.CLOSED, "the recording is played");
            case "NetConnection.Connect.ReconnectRequest" ->
                end(ctx, MediaErrorCode.IO, "the server asks for a new connection");
            case "NetStream.Play.StreamNotFound" -> end(ctx, MediaErrorCode.NOT_FOUND, describe(info));
            case "NetStream.Publish.BadName" -> end(ctx, MediaErrorCode.CONFLICT, describe(info));
            default -> {
                if (info.text("level").orElse("").equals("error")) {
                    end(ctx, MediaErrorCode.ACCESS_DENIED, "the server refuses: " + describe(info));
                }
            }
        }
    }

    private void end(ChannelHandlerContext ctx, MediaErrorCode code, String reason) {
        end(new MediaException(code, remote.tcUrl() + ": " + reason, null, code == MediaErrorCode.IO));
        ctx.close();
    }

    private void end(MediaException reason) {
        if (!ended) {
            ended = true;
            listener.ended(reason);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(new MediaException(MediaErrorCode.IO, remote.tcUrl() + " closed the connection", null, true));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        end(
                reason instanceof MediaException media
                        ? media
                        : new MediaException(MediaErrorCode.IO, remote.tcUrl() + ": " + reason, reason, true));
        ctx.close();
    }

    /** Says good-bye, so that the server need not guess. */
    void leave(ChannelHandlerContext ctx) {
        if (ready && ctx.channel().isActive()) {
            if (publishes) {
                ctx.write(Commands.command(
                        ctx.alloc(), 0, "FCUnpublish", 0, AmfValue.none(), AmfValue.of(remote.name())));
            }
            ctx.writeAndFlush(Commands.command(
                    ctx.alloc(), 0, "deleteStream", 0, List.of(AmfValue.none(), AmfValue.of(streamId)), Chunks.SIZE));
        }
        ctx.close();
    }
}
