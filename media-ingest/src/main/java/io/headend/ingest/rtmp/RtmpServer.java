package io.headend.ingest.rtmp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import io.headend.core.http.MediaHandler;
import io.headend.ingest.PublishAuth;
import io.headend.ingest.Reconnect;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An RTMP server: any number of publishers and viewers on one port, Enhanced RTMP included.
 *
 * <p>What is published is relayed to viewers as it is ({@code rtmp://host/app/name}, and {@link #flv()} over HTTP), and can be read
 * as a {@link StreamSource} by {@link #source}. A viewer that joins gets metadata, sequence headers and the pictures since the last
 * key frame at once. When a publisher goes and comes back, or another takes over, viewers stay and their time goes on.
 *
 * <p><b>Threading:</b> {@code start} and {@code close} once each; everything else by any thread. The event loops take their
 * threads from the {@link ThreadFactory} of the builder; nothing runs before {@code start} or after {@code close}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close ends in channelInactive
public final class RtmpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RtmpServer.class);

    private final RtmpServerBuilder settings;
    private final StreamRegistry registry;
    private final AddressGate gate;
    private final Context context = new Context();
    private final Set<ServerSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile @Nullable EventLoopGroup loops;
    private volatile @Nullable Channel listener;
    private volatile boolean closed;
    private long wallAnchor;
    private long nanoAnchor;

    /** @param settings belongs to the server from now on */
    RtmpServer(RtmpServerBuilder settings) {
        this.settings = settings;
        this.registry = new StreamRegistry(new LiveStream.Settings(
                PooledByteBufAllocator.DEFAULT,
                settings.gopBytes,
                settings.gopDuration.toMillis(),
                settings.batchWindow.toNanos(),
                settings.nanoTime));
        this.gate = new AddressGate(settings.limits, settings.nanoTime);
    }

    public static RtmpServerBuilder builder() {
        return new RtmpServerBuilder();
    }

    /**
     * Opens the port; clients are served when this returns.
     *
     * @return this
     * @throws MediaException {@code CONFLICT} if the port is in use, {@code IO} if the address is not one of this machine,
     *     {@code INVALID_STATE} if already started or closed
     */
    public RtmpServer start() {
        if (loops != null || closed) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "an RtmpServer starts once; build another one");
        }
        wallAnchor = Timestamp.of(settings.clock.instant()).ticks();
        nanoAnchor = settings.nanoTime.getAsLong();
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(settings.eventLoops, settings.threads, NioIoHandler.newFactory());
        ChannelFuture bound = bootstrap(group)
                .bind(new InetSocketAddress(settings.address, settings.port))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
            closed = true;
            throw bindFailure(bound.cause());
        }
        loops = group;
        listener = bound.channel();
        return this;
    }

    private MediaException bindFailure(Throwable cause) {
        String where = settings.address.getHostAddress() + ":" + settings.port;
        if (cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")) {
            return new MediaException(
                    MediaErrorCode.CONFLICT,
                    "port " + where + " is already in use; choose another port, or 0 for any free one",
                    cause);
        }
        return new MediaException(MediaErrorCode.IO, "cannot listen on " + where + ": " + cause.getMessage(), cause);
    }

    private ServerBootstrap bootstrap(EventLoopGroup group) {
        return new ServerBootstrap()
                .group(group)
                .channelFactory(DirectSocket.Listener::new)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                });
    }

    private void accept(SocketChannel channel) {
        InetAddress address = channel.remoteAddress().getAddress();
        if (closed || !gate.enter(address)) {
            channel.close();
            return;
        }
        channel.closeFuture().addListener(done -> gate.leave(address));
        SSLContext tls = settings.tls;
        if (tls != null) {
            SSLEngine engine = tls.createSSLEngine();
            engine.setUseClientMode(false);
            channel.pipeline().addLast(new SslHandler(engine));
        }
        ChunkDecoder decoder = new ChunkDecoder(settings.limits);
        ServerSession session = new ServerSession(context, decoder);
        channel.pipeline().addLast(new ServerHandshake(), decoder, session);
        sessions.add(session);
        channel.closeFuture().addListener(done -> sessions.remove(session));
    }

    /** The port that is listened on. */
    public int port() {
        Channel channel = listener;
        if (channel == null || !(channel.localAddress() instanceof InetSocketAddress local)) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "the server has not been started; call start()");
        }
        return local.getPort();
    }

    /**
     * A stream as samples: tracks 0 (video) and 1 (sound), further video and sound tracks as even and odd numbers. It begins with the
     * last key frame. The source may be made before anybody publishes; close it when it is not needed.
     */
    public StreamSource source(StreamKey key, SourceOptions options) {
        if (closed) {
            throw MediaException.closed("the RTMP server");
        }
        LiveStream stream = registry.hold(key);
        return new NormalisedSource(tap(stream, options, () -> registry.release(stream)));
    }

    private TapSource tap(LiveStream stream, SourceOptions options, Runnable release) {
        Duration linger = options.linger();
        return new TapSource(
                stream,
                new StreamTap(options.maxBytes(), options.overflow()),
                new TapSource.Patience(options.firstPublisher(), linger, linger != null),
                settings.nanoTime,
                nanos -> wallAnchor + (nanos - nanoAnchor),
                release);
    }

    /** A stream with the times of the wire. */
    TapSource wire(StreamKey key, SourceOptions options) {
        LiveStream stream = registry.hold(key);
        return tap(stream, options, () -> registry.release(stream));
    }

    /**
     * Serves {@code GET /{app}/{name}.flv} as FLV over HTTP (chunked, endless), for any server of this contract.
     *
     * <p>The bytes of a message are made into a tag once for all viewers and live on the heap, because the contract has no place to
     * give a pooled buffer back.
     */
    public MediaHandler flv() {
        return new FlvHandler(context, () -> {
            EventLoopGroup group = loops;
            return group == null || closed ? null : group.next();
        });
    }

    /**
     * Publishes a stream of this server to another one, as long as somebody publishes it here.
     *
     * @param url {@code rtmp://host[:port]/app/name} or {@code rtmps://…}
     * @param reconnect the pauses between attempts; it never gives up
     * @return ends it when closed
     * @throws MediaException {@code INVALID_ARGUMENT} if that is no such URL, {@code INVALID_STATE} if the server does not run
     */
    public RtmpRelay push(StreamKey key, String url, Reconnect reconnect) {
        StreamTarget.Remote remote = StreamTarget.Remote.parse(url);
        EventLoop loop = loop();
        return started(new Relay.Push(registry.hold(key), remote, loop, reconnect, context.patience(), registry));
    }

    /**
     * Takes a stream from another server as if it were published here.
     *
     * @param url {@code rtmp://host[:port]/app/name} or {@code rtmps://…}
     * @param reconnect the pauses between attempts; it never gives up
     * @return ends it when closed
     * @throws MediaException {@code INVALID_ARGUMENT} if that is no such URL, {@code INVALID_STATE} if the server does not run
     */
    public RtmpRelay pull(String url, StreamKey key, Reconnect reconnect) {
        StreamTarget.Remote remote = StreamTarget.Remote.parse(url);
        EventLoop loop = loop();
        return started(new Relay.Pull(registry.hold(key), remote, loop, reconnect, context));
    }

    private static Relay started(Relay relay) {
        relay.start();
        return relay;
    }

    private EventLoop loop() {
        EventLoopGroup group = loops;
        if (group == null || closed) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "the server does not run; call start()");
        }
        return group.next();
    }

    /** The streams that somebody publishes, plays or reads. */
    public List<StreamStatus> streams() {
        return registry.all().stream().map(RtmpServer::status).toList();
    }

    private static StreamStatus status(LiveStream stream) {
        LiveStream.Publisher publisher = stream.publisher();
        StreamCounters counters = stream.counters();
        return new StreamStatus(
                stream.key(),
                publisher == null ? "" : publisher.address(),
                stream.viewers(),
                counters.bytes(),
                counters.damaged(),
                counters.skipped.sum());
    }

    /** Disconnects the publisher; it may come back. */
    public void drop(StreamKey key) {
        LiveStream stream = registry.find(key);
        if (stream != null) {
            stream.dismissPublisher(key + " was dropped");
        }
    }

    /** Disconnects the publisher and refuses every other one until {@link #resume}. */
    public void forbid(StreamKey key) {
        registry.forbid(key);
        drop(key);
    }

    /** Lets a forbidden stream be published again. */
    public void resume(StreamKey key) {
        registry.allow(key);
    }

    /**
     * Asks every client that understands it (Enhanced RTMP v2, capsEx) to reconnect; they stay until they do.
     *
     * @param tcUrl where to, or empty for the same place
     */
    public void requestReconnect(String tcUrl) {
        sessions.forEach(session -> session.requestReconnect(tcUrl));
    }

    /** Closes the port and every connection; sources end when they are closed. */
    @Override
    public void close() {
        closed = true;
        EventLoopGroup group = loops;
        if (group != null) {
            Channel channel = listener;
            if (channel != null) {
                channel.close().awaitUninterruptibly();
            }
            sessions.forEach(session -> session.shutdown("the server is shut down"));
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private void event(LiveStream stream, MediaEvent.Severity severity, String message, RtmpEvent.Kind kind) {
        event(stream.key(), severity, message, kind);
    }

    private void event(StreamKey key, MediaEvent.Severity severity, String message, RtmpEvent.Kind kind) {
        settings.events.accept(new RtmpEvent(settings.clock.instant(), "rtmp/" + key, severity, message, kind, key));
    }

    private final class Context implements ServerContext {
        @Override
        public RtmpLimits limits() {
            return settings.limits;
        }

        @Override
        public StreamRegistry streams() {
            return registry;
        }

        @Override
        public PublishAuth publishAuth() {
            return settings.publishAuth;
        }

        @Override
        public PublishAuth playAuth() {
            return settings.playAuth;
        }

        @Override
        public Viewer.Patience patience() {
            return new Viewer.Patience(
                    settings.skipAfter.toNanos(), settings.closeAfter.toNanos(), settings.viewerBytes);
        }

        @Override
        public boolean takeOver() {
            return settings.duplicates == DuplicatePolicy.TAKE_OVER;
        }

        @Override
        public long playWaitNanos() {
            return settings.publisherGrace.toNanos();
        }

        @Override
        public String protocol() {
            return settings.tls == null ? "rtmp" : "rtmps";
        }

        @Override
        public void published(LiveStream stream, String address) {
            event(stream, MediaEvent.Severity.INFO, address + " publishes " + stream.key(), RtmpEvent.Kind.PUBLISHED);
        }

        @Override
        public void unpublished(LiveStream stream) {
            event(stream, MediaEvent.Severity.INFO, stream.key() + " has no publisher", RtmpEvent.Kind.UNPUBLISHED);
            EventLoopGroup group = loops;
            if (group != null && !group.isShuttingDown() && stream.viewers() > 0) {
                group.next()
                        .schedule(
                                () -> {
                                    if (stream.publisher() == null) {
                                        stream.dropViewers("the publisher of " + stream.key() + " has not come back");
                                    }
                                },
                                settings.publisherGrace.toNanos(),
                                TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void rejected(StreamKey key, String address, String reason) {
            event(
                    key,
                    MediaEvent.Severity.WARNING,
                    address + " may not publish " + key + ": " + reason,
                    RtmpEvent.Kind.REJECTED);
        }

        @Override
        public void defect(String address, Throwable cause) {
            log.error("{}: closed for a defect of this server", address, cause);
        }

        @Override
        public void log(String format, Object first, Object second) {
            log.debug(format, first, second);
        }
    }
}
