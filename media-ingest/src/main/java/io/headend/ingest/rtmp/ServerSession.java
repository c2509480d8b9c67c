package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.headend.formats.amf.AmfValue;
import io.headend.ingest.PublishRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: its commands, and what it publishes or plays.
 *
 * <p><b>Threading:</b> everything on the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class ServerSession extends ChannelInboundHandlerAdapter {

    private static final int MAX_STREAMS = 16;
    private static final int MAX_UNREAD_ANSWERS = 64;

    private final ServerContext server;
    private final ChunkDecoder decoder;
    private final Map<Integer, Publication> publications = new HashMap<>();
    private final Map<Integer, RtmpViewer> viewers = new HashMap<>();
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ScheduledFuture<?> establish;
    private String app = "";
    private String tcUrl = "";
    private double capabilities;
    private boolean connected;
    private boolean deciding;
    private int createdStreams;
    private int unreadAnswers;
    private long window = Commands.WINDOW;
    private long acknowledged;

    ServerSession(ServerContext server, ChunkDecoder decoder) {
        this.server = server;
        this.decoder = decoder;
    }

    private ChannelHandlerContext ctx() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            throw new IllegalStateException("the session is on no channel");
        }
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        long nanos = server.limits().establishTimeout().toNanos();
        establish = context.executor()
                .schedule(() -> close("nothing was published or played in time"), nanos, TimeUnit.NANOSECONDS);
    }

    private void established() {
        ScheduledFuture<?> timer = establish;
        if (timer != null) {
            timer.cancel(false);
            establish = null;
        }
    }

    /** Closes from any thread. */
    void shutdown(String reason) {
        ctx().executor().execute(() -> close(reason));
    }

    void close(String reason) {
        server.log("{}: closed: {}", address(), reason);
        ctx().close();
    }

    String address() {
        return ctx().channel().remoteAddress() instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : "?";
    }

    /** Whether the client understands Enhanced RTMP's reconnect request. */
    private boolean canReconnect() {
        return ((int) capabilities & 1) != 0;
    }

    /** Asks from any thread. */
    void requestReconnect(String newTcUrl) {
        ctx().executor().execute(() -> {
            askToReconnect(newTcUrl);
            ctx().flush();
        });
    }

    private void askToReconnect(String newTcUrl) {
        if (canReconnect()) {
            AmfValue.Obj info = newTcUrl.isEmpty()
                    ? AmfValue.object(
                            "level", "status", "code", "NetConnection.Connect.ReconnectRequest", "description", "")
                    : AmfValue.object(
                            "tcUrl",
                            newTcUrl,
                            "level",
                            "status",
                            "code",
                            "NetConnection.Connect.ReconnectRequest",
                            "description",
                            "");
            send(Commands.command(ctx().alloc(), 0, "onStatus", 0, AmfValue.none(), info));
        }
    }

    private void send(ByteBuf bytes) {
        ChannelHandlerContext context = ctx();
        if (!context.channel().isWritable() && ++unreadAnswers > MAX_UNREAD_ANSWERS) {
            bytes.release();
            context.close();
            return;
        }
        context.write(bytes, context.voidPromise());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            unreadAnswers = 0;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        accept((RtmpMessage) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        for (Publication publication : publications.values()) {
            publication.stream.flush();
        }
        long received = decoder.received();
        if (received - acknowledged >= window / 2) {
            acknowledged = received;
            send(Commands.number(context.alloc(), MessageType.ACKNOWLEDGEMENT, (int) received));
        }
        context.flush();
    }

    private void accept(RtmpMessage message) {
        switch (message.type()) {
            case MessageType.AUDIO, MessageType.VIDEO, MessageType.DATA_AMF0, MessageType.DATA_AMF3 -> media(message);
            case MessageType.AGGREGATE -> {
                try {
                    Aggregates.split(message, this::media);
                } finally {
                    message.release();
                }
            }
            default -> {
                try {
                    control(message);
                } finally {
                    message.release();
                }
            }
        }
    }

    private void media(RtmpMessage message) {
        Publication publication = publications.get(message.streamId());
        if (publication == null && publications.size() == 1) {
            publication = publications.values().iterator().next();
        }
        if (publication == null) {
            message.release();
        } else {
            publication.stream.message(publication, message);
        }
    }

    private void control(RtmpMessage message) {
        ByteBuf payload = message.payload();
        switch (message.type()) {
            case MessageType.COMMAND_AMF0, MessageType.COMMAND_AMF3 ->
                command(message.streamId(), Commands.read(message));
            case MessageType.WINDOW_ACK_SIZE -> {
                if (payload.readableBytes() >= 4) {
                    window = Math.max(4096, payload.getUnsignedInt(payload.readerIndex()));
                }
            }
            case MessageType.USER_CONTROL -> {
                if (payload.readableBytes() >= 6
                        && payload.getUnsignedShort(payload.readerIndex()) == Commands.PING_REQUEST) {
                    int time = payload.getInt(payload.readerIndex() + 2);
                    send(Commands.userControl(ctx().alloc(), Commands.PING_RESPONSE, time));
                }
            }
            default -> {}
        }
    }

    private void command(int streamId, Commands.Command command) {
        String name = command.name();
        if (!connected && !name.equals("connect")) {
            throw MediaException.malformed("the peer sends another command before connect");
        }
        switch (name) {
            case "connect" -> connect(command);
            case "createStream" -> createStream(command);
            case "publish" -> publish(streamId, command);
            case "play" -> play(streamId, command);
            case "deleteStream" -> leave((int) command.number(1, 0));
            case "closeStream" -> leave(streamId);
            case "FCUnpublish" -> publications.keySet().stream().toList().forEach(this::leave);
            case "FCPublish" -> fcPublish(command);
            case "pause" -> pause(streamId, command);
            case "receiveAudio", "receiveVideo" -> receive(streamId, command);
            case "getStreamLength" -> result(command.transaction(), AmfValue.none(), AmfValue.of(0));
            default -> {
                if (command.transaction() != 0) {
                    result(command.transaction(), AmfValue.none(), AmfValue.none());
                }
            }
        }
    }

    private void result(double transaction, AmfValue... values) {
        send(Commands.command(ctx().alloc(), 0, "_result", transaction, values));
    }

    private void status(int streamId, String level, String code, String description) {
        send(Commands.status(ctx().alloc(), streamId, level, code, description));
    }

    private void connect(Commands.Command command) {
        AmfValue.Obj object = command.object(0);
        app = object.text("app").orElse("");
        tcUrl = object.text("tcUrl").orElse("");
        capabilities = object.number("capsEx", 0);
        connected = true;
        var alloc = ctx().alloc();
        send(Commands.number(alloc, MessageType.WINDOW_ACK_SIZE, Commands.WINDOW));
        send(Commands.peerBandwidth(alloc));
        send(Commands.number(alloc, MessageType.SET_CHUNK_SIZE, Chunks.SIZE));
        send(Commands.userControl(alloc, Commands.STREAM_BEGIN, 0));
        AmfValue.Obj properties = AmfValue.object("fmsVer", "FMS/3,0,1,123", "capabilities", 31, "mode", 1);
        AmfValue.Obj info = AmfValue.object(
                "level",
                "status",
                "code",
                "NetConnection.Connect.Success",
                "description",
                "Connection succeeded.",
                "objectEncoding",
                object.number("objectEncoding", 0));
        boolean enhanced = object.fields().containsKey("fourCcList")
                || object.fields().containsKey("videoFourCcInfoMap")
                || object.fields().containsKey("capsEx");
        result(command.transaction(), enhanced ? Commands.withCapabilities(properties) : properties, info);
    }

    private void createStream(Commands.Command command) {
        result(command.transaction(), AmfValue.none(), AmfValue.of(++createdStreams));
    }

    private void fcPublish(Commands.Command command) {
        if (command.transaction() != 0) {
            result(command.transaction(), AmfValue.none(), AmfValue.none());
        }
        send(Commands.command(
                ctx().alloc(),
                0,
                "onFCPublish",
                0,
                AmfValue.none(),
                AmfValue.object("code", "NetStream.Publish.Start", "description", command.text(1))));
    }

    private @Nullable PublishRequest request(StreamTarget target) {
        return ctx().channel().remoteAddress() instanceof InetSocketAddress inet
                ? new PublishRequest(
                        server.protocol(),
                        target.key().app(),
                        target.key().name(),
                        target.parameters(),
                        inet.getAddress())
                : null;
    }

    private void requireFree(int streamId) {
        boolean used = publications.containsKey(streamId) || viewers.containsKey(streamId);
        if (deciding || used || publications.size() + viewers.size() >= MAX_STREAMS) {
            throw MediaException.malformed("the peer publishes or plays where it does so already");
        }
    }

    private void publish(int streamId, Commands.Command command) {
        StreamTarget target = target(streamId, command.text(1), "NetStream.Publish.BadName");
        if (target == null) {
            return;
        }
        requireFree(streamId);
        if (server.streams().isForbidden(target.key())) {
            refuse(streamId, "NetStream.Publish.Denied", "the stream is forbidden");
            return;
        }
        PublishRequest request = request(target);
        if (request == null) {
            ctx().close();
            return;
        }
        deciding = true;
        server.publishAuth()
                .decide(request)
                .whenComplete((decision, failure) -> onLoop(() -> {
                    deciding = false;
                    if (failure != null || !decision.accepted()) {
                        String reason = failure != null ? "the check failed" : decision.reason();
                        server.rejected(target.key(), address(), reason);
                        refuse(streamId, "NetStream.Publish.Denied", reason);
                    } else {
                        start(streamId, target.key());
                    }
                }));
    }

    private void onLoop(Runnable task) {
        ChannelHandlerContext context = ctx();
        if (context.executor().inEventLoop()) {
            guarded(task);
        } else {
            context.executor().execute(() -> {
                guarded(task);
                context.flush();
            });
        }
    }

    private void guarded(Runnable task) {
        if (ctx().channel().isActive()) {
            task.run();
        }
    }

    private @Nullable StreamTarget target(int streamId, String name, String code) {
        try {
            return StreamTarget.of(app, tcUrl, name);
        } catch (MediaException e) {
            refuse(streamId, code, e.getMessage() == null ? "" : e.getMessage());
            return null;
        }
    }

    private void refuse(int streamId, String code, String reason) {
        ChannelHandlerContext context = ctx();
        context.writeAndFlush(Commands.status(context.alloc(), streamId, "error", code, reason))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void start(int streamId, StreamKey key) {
        LiveStream stream = server.streams().hold(key);
        Publication publication = new Publication(stream);
        if (!stream.publish(publication, server.takeOver())) {
            server.streams().release(stream);
            refuse(streamId, "NetStream.Publish.BadName", "the stream is published already");
            return;
        }
        established();
        publications.put(streamId, publication);
        publication.watch();
        server.published(stream, address());
        send(Commands.userControl(ctx().alloc(), Commands.STREAM_BEGIN, streamId));
        status(streamId, "status", "NetStream.Publish.Start", key + " is now published.");
    }

    private void play(int streamId, Commands.Command command) {
        StreamTarget target = target(streamId, command.text(1), "NetStream.Play.StreamNotFound");
        if (target == null) {
            return;
        }
        requireFree(streamId);
        PublishRequest request = request(target);
        if (request == null) {
            ctx().close();
            return;
        }
        deciding = true;
        server.playAuth()
                .decide(request)
                .whenComplete((decision, failure) -> onLoop(() -> {
                    deciding = false;
                    if (failure != null || !decision.accepted()) {
                        refuse(
                                streamId,
                                "NetStream.Play.Failed",
                                failure != null ? "the check failed" : decision.reason());
                    } else {
                        watch(streamId, target.key());
                    }
                }));
    }

    private void watch(int streamId, StreamKey key) {
        established();
        ChannelHandlerContext context = ctx();
        LiveStream stream = server.streams().hold(key);
        RtmpViewer viewer = new RtmpViewer(context.channel(), streamId, stream, server.patience());
        viewers.put(streamId, viewer);
        send(Commands.userControl(context.alloc(), Commands.STREAM_BEGIN, streamId));
        status(streamId, "status", "NetStream.Play.Reset", "Playing and resetting " + key);
        status(streamId, "status", "NetStream.Play.Start", "Started playing " + key);
        context.flush();
        stream.join(viewer);
        if (stream.publisher() == null) {
            context.executor()
                    .schedule(
                            () -> {
                                if (stream.publisher() == null && viewers.get(streamId) == viewer) {
                                    refuse(streamId, "NetStream.Play.StreamNotFound", "nobody publishes " + key);
                                }
                            },
                            server.playWaitNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void pause(int streamId, Commands.Command command) {
        RtmpViewer viewer = viewers.get(streamId);
        if (viewer != null && command.arguments().size() > 1) {
            boolean paused = command.arguments().get(1) instanceof AmfValue.Bool flag && flag.value();
            viewer.pause(paused);
            status(streamId, "status", paused ? "NetStream.Pause.Notify" : "NetStream.Unpause.Notify", "");
        }
    }

    private void receive(int streamId, Commands.Command command) {
        RtmpViewer viewer = viewers.get(streamId);
        if (viewer != null) {
            boolean on = !(command.arguments().size() > 1
                    && command.arguments().get(1) instanceof AmfValue.Bool flag
                    && !flag.value());
            boolean audio = command.name().equals("receiveAudio");
            viewer.receive(audio ? on : viewer.wantsAudio(), audio ? viewer.wantsVideo() : on);
        }
    }

    private void leave(int streamId) {
        Publication publication = publications.remove(streamId);
        if (publication != null) {
            publication.end(true);
            status(streamId, "status", "NetStream.Unpublish.Success", "");
        }
        RtmpViewer viewer = viewers.remove(streamId);
        if (viewer != null) {
            viewer.stream().leave(viewer);
            server.streams().release(viewer.stream());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        established();
        publications.keySet().stream().toList().forEach(this::gone);
        viewers.keySet().stream().toList().forEach(this::gone);
    }

    private void gone(int streamId) {
        Publication publication = publications.remove(streamId);
        if (publication != null) {
            publication.end(false);
        }
        RtmpViewer viewer = viewers.remove(streamId);
        if (viewer != null) {
            viewer.stream().leave(viewer);
            server.streams().release(viewer.stream());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof MediaException || reason instanceof IOException) {
            server.log("{}: closed: {}", address(), String.valueOf(reason.getMessage()));
        } else {
            server.defect(address(), reason);
        }
        context.close();
    }

    /** What this connection publishes on one message stream. */
    private final class Publication implements LiveStream.Publisher {

        private final LiveStream stream;
        private boolean paused;
        private long heard;

        Publication(LiveStream stream) {
            this.stream = stream;
        }

        void watch() {
            heard = decoder.received();
            long nanos = server.limits().idleTimeout().toNanos();
            ctx().executor().schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
        }

        private void checkIdle() {
            if (!publications.containsValue(this)) {
                return;
            }
            if (!paused && decoder.received() == heard) {
                close("the publisher of " + stream.key() + " is silent");
                return;
            }
            watch();
        }

        void end(boolean goodBye) {
            if (stream.unpublish(this, goodBye)) {
                server.unpublished(stream);
            }
            server.streams().release(stream);
        }

        @Override
        public void dismissed(String reason) {
            ctx().executor().execute(() -> close(reason));
        }

        @Override
        public void pause(boolean now) {
            ctx().executor().execute(() -> {
                paused = now;
                ctx().channel().config().setAutoRead(!now);
            });
        }

        @Override
        public String address() {
            return ServerSession.this.address();
        }
    }
}
