package io.headend.cdn;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Serves a {@link MediaHandler} over HTTP/1.1 (RFC 9110, RFC 9112).
 *
 * <p>The handler sees decoded, normalised paths and answers when it can; the server adds {@code Content-Length}, {@code
 * Date} and the cross-origin fields, cuts byte ranges out of bodies in memory and files, answers {@code If-None-Match},
 * sends files through the kernel and pulled bodies at the pace of the client. Requests that break HTTP get a 4xx and the
 * connection is closed; clients that send or read too slowly lose theirs.
 *
 * <p><b>Threading:</b> {@code start} and {@code close} are called once each, by any thread. The handler is called on the
 * server's event loops, whose threads come from the {@link ThreadFactory} of the builder; nothing runs before {@code
 * start} or after {@code close}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close or write ends in channelInactive
public final class EdgeServer implements AutoCloseable {

    private final EdgeSettings settings;
    private final InetSocketAddress bindAddress;
    private final int eventLoops;
    private final ThreadFactory threads;
    private final Set<ChannelHandlerContext> clients = ConcurrentHashMap.newKeySet();
    private volatile @Nullable EventLoopGroup group;
    private volatile @Nullable Channel listener;
    private volatile boolean closed;

    private EdgeServer(Builder builder, EdgeSettings settings) {
        this.settings = settings;
        this.bindAddress = new InetSocketAddress(builder.address, builder.port);
        this.eventLoops = builder.eventLoops;
        this.threads = builder.threads;
    }

    /** @param handler answers every request but CORS preflights; not closed by the server */
    public static Builder builder(MediaHandler handler) {
        return new Builder(handler);
    }

    /**
     * Opens the port; clients are served when this returns.
     *
     * @return this
     * @throws MediaException {@code CONFLICT} if the port is in use, {@code ACCESS_DENIED} if it may not be opened, {@code
     *     IO} if the address is not one of this machine, {@code INVALID_STATE} if already started or closed
     */
    public EdgeServer start() {
        if (group != null || closed) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "an EdgeServer starts once; build another one");
        }
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(eventLoops, threads, NioIoHandler.newFactory());
        ChannelFuture bound = bootstrap(loops).bind(bindAddress).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
            closed = true;
            throw bindFailure(bound.cause());
        }
        group = loops;
        listener = bound.channel();
        return this;
    }

    private ServerBootstrap bootstrap(EventLoopGroup loops) {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 2048, 16 * 1024).maxMessagesPerRead(1))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                });
    }

    private void accept(SocketChannel channel) {
        EdgeCounters counters = settings.counters();
        if (closed || counters.connections.incrementAndGet() > settings.limits().connections()) {
            counters.connections.decrementAndGet();
            counters.refused.increment();
            channel.close();
            return;
        }
        counters.accepted.increment();
        channel.closeFuture().addListener(done -> counters.connections.decrementAndGet());
        ClientConnection connection = new ClientConnection(settings);
        long stall = settings.limits().timeouts().idle().toMillis();
        channel.pipeline()
                .addLast(new IdleStateHandler(true, 0, stall, 0, TimeUnit.MILLISECONDS))
                .addLast(new StrictRequestDecoder(settings.limits()))
                .addLast(new HttpResponseEncoder())
                .addLast(connection);
        ChannelHandlerContext ctx = channel.pipeline().context(connection);
        channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext self, Object bytes) {
                connection.bytesArrived(ctx);
                self.fireChannelRead(bytes);
            }
        });
        clients.add(ctx);
        channel.closeFuture().addListener(done -> clients.remove(ctx));
    }

    private MediaException bindFailure(Throwable cause) {
        String where = bindAddress.getHostString() + ":" + bindAddress.getPort();
        String reason = String.valueOf(cause.getMessage());
        if (cause instanceof BindException && reason.contains("in use")) {
            return new MediaException(
                    MediaErrorCode.CONFLICT,
                    "Port " + bindAddress.getPort() + " of " + bindAddress.getHostString()
                            + " is already in use; choose another port, or 0 for any free one.",
                    cause);
        }
        if (reason.contains("ermission denied")) {
            return new MediaException(
                    MediaErrorCode.ACCESS_DENIED,
                    "No permission to open " + where + "; ports below 1024 usually need special rights.",
                    cause);
        }
        return new MediaException(MediaErrorCode.IO, "Cannot listen on " + where + ": " + reason + ".", cause);
    }

    /**
     * The port that is open, the chosen one if the builder said 0.
     *
     * @throws MediaException {@code INVALID_STATE} before {@code start}
     */
    public int port() {
        Channel channel = listener;
        if (channel == null || !(channel.localAddress() instanceof InetSocketAddress local)) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "an EdgeServer has a port once it is started");
        }
        return local.getPort();
    }

    public EdgeFigures figures() {
        return settings.counters().figures();
    }

    /**
     * Takes no more clients, lets answers being sent finish within the close deadline, cuts the rest and ends the threads.
     * Harmless when repeated; not to be called by a handler.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        EventLoopGroup loops = group;
        Channel channel = listener;
        if (loops == null || channel == null) {
            return;
        }
        long end = System.nanoTime() + settings.limits().timeouts().close().toNanos();
        channel.close().awaitUninterruptibly();
        for (ChannelHandlerContext client : clients) {
            client.executor().execute(() -> {
                if (client.handler() instanceof ClientConnection connection) {
                    connection.shutdown(client);
                }
            });
        }
        for (ChannelHandlerContext client : clients) {
            client.channel()
                    .closeFuture()
                    .awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        clients.forEach(ChannelHandlerContext::close);
        // Unbounded waits are not ours: a handler that blocks an event loop would hold us here.
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    /** Collects the settings of a server; not safe for use by several threads. */
    public static final class Builder {
        private final MediaHandler handler;
        private InetAddress address = InetAddress.getLoopbackAddress();
        private int port;
        private int eventLoops = Math.min(4, Runtime.getRuntime().availableProcessors());
        private ThreadFactory threads = new NamedThreads();
        private Clock clock = Clock.systemUTC();
        private String allowedOrigin = "*";
        private int uriBytes = 8 * 1024;
        private int headerBytes = 16 * 1024;
        private int bodyBytes = 1024 * 1024;
        private EdgeLimits.@Nullable Uploads uploads;
        private int connections = 10_000;
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private Duration responseTimeout = Duration.ofSeconds(60);
        private Duration closeTimeout = Duration.ofSeconds(3);

        private Builder(MediaHandler handler) {
            this.handler = handler;
        }

        /** The local address to listen on; the loopback address unless set. */
        public Builder address(InetAddress localAddress) {
            address = localAddress;
            return this;
        }

        /** The port, 0 to 65535; 0, the default, takes any free one. */
        public Builder port(int number) {
            port = inRange("port", number, 0, 65_535);
            return this;
        }

        /** Makes the event loop threads, daemons unless set, and how many of them there are, 1 to 1024. */
        public Builder threads(ThreadFactory factory, int count) {
            threads = factory;
            eventLoops = inRange("thread count", count, 1, 1024);
            return this;
        }

        /** Where {@code Date} comes from. */
        public Builder clock(Clock source) {
            clock = source;
            return this;
        }

        /**
         * The {@code Access-Control-Allow-Origin} of every answer, whatever the handler says; unless set, {@code *} where the handler says
         * nothing.
         */
        public Builder allowedOrigin(String origin) {
            allowedOrigin = origin;
            return this;
        }

        /** Bytes that a request line, all fields together, and a body may have: 8 KiB, 16 KiB and 1 MiB unless set. */
        public Builder requestLimits(int maxUriBytes, int maxHeaderBytes, int maxBodyBytes) {
            uriBytes = inRange("maximal URI bytes", maxUriBytes, 64, 1 << 20);
            headerBytes = inRange("maximal header bytes", maxHeaderBytes, 64, 1 << 20);
            bodyBytes = inRange("maximal body bytes", maxBodyBytes, 0, 1 << 30);
            return this;
        }

        /**
         * Gives bodies of requests to the handler while they come, as {@link io.headend.core.http.MediaBody.Pulled}, at the pace at which it asks
         * for them, instead of gathering them first: for channels that are pushed. A body that pauses for longer than the request timeout is
         * given up. An answer that comes before the end of the body ends the connection.
         *
         * @param maxBytes most of one body, at least 1; takes the place of the limit of bodies above
         * @param longest from the head of a request to the end of its body
         */
        public Builder uploads(long maxBytes, Duration longest) {
            if (maxBytes < 1) {
                throw MediaException.invalidArgument("uploads of " + maxBytes + " bytes are none");
            }
            uploads = new EdgeLimits.Uploads(maxBytes, positive("longest upload", longest));
            return this;
        }

        /** Connections open at a time; further ones are closed at once. */
        public Builder maxConnections(int count) {
            connections = inRange("maximal connections", count, 1, Integer.MAX_VALUE);
            return this;
        }

        /** How long a connection may wait between requests, or take no byte of an answer; 60 s unless set. */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = positive("idle timeout", timeout);
            return this;
        }

        /** From the first byte of a request to its last; 10 s unless set. */
        public Builder requestTimeout(Duration timeout) {
            requestTimeout = positive("request timeout", timeout);
            return this;
        }

        /** How long the handler, and each next chunk of a pulled body, may take; 60 s unless set. */
        public Builder responseTimeout(Duration timeout) {
            responseTimeout = positive("response timeout", timeout);
            return this;
        }

        /** How long {@code close} lets answers finish; 3 s unless set. */
        public Builder closeTimeout(Duration timeout) {
            closeTimeout = positive("close timeout", timeout);
            return this;
        }

        public EdgeServer build() {
            EdgeLimits limits = new EdgeLimits(
                    uriBytes,
                    headerBytes,
                    bodyBytes,
                    connections,
                    new EdgeLimits.Timeouts(requestTimeout, responseTimeout, idleTimeout, closeTimeout),
                    uploads);
            return new EdgeServer(
                    this, new EdgeSettings(handler, limits, new Cors(allowedOrigin), clock, new EdgeCounters()));
        }

        private static int inRange(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw MediaException.invalidArgument(name + " " + value + " is not within " + min + " to " + max);
            }
            return value;
        }

        private static Duration positive(String name, Duration value) {
            if (value.toMillis() <= 0) {
                throw MediaException.invalidArgument(name + " " + value + " is shorter than a millisecond");
            }
            return value;
        }
    }

    private static final class NamedThreads implements ThreadFactory {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "headend-edge-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }
    }
}
