package io.headend.ingest.rtmp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Opens connections to servers. Any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed connect is told to the listener
final class RtmpClient {

    private RtmpClient() {}

    /** A connection that can be ended from any thread. */
    static final class Connection {
        private volatile @Nullable Channel channel;
        private volatile boolean closed;

        void close() {
            closed = true;
            Channel open = channel;
            if (open != null) {
                open.eventLoop().execute(() -> {
                    ChannelHandlerContext ctx = open.pipeline().context(ClientSession.class);
                    if (ctx != null && ctx.handler() instanceof ClientSession session) {
                        session.leave(ctx);
                    } else {
                        open.close();
                    }
                });
            }
        }

        @Nullable
        Channel channel() {
            return channel;
        }
    }

    /**
     * @param tls {@code null} for that of the JDK
     * @param timeout until the stream is played or taken
     */
    static Connection connect(
            EventLoopGroup group,
            StreamTarget.Remote remote,
            boolean publishes,
            @Nullable SSLContext tls,
            Duration timeout,
            ClientSession.Listener listener) {
        Connection connection = new Connection();
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(60_000, timeout.toMillis()))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) throws NoSuchAlgorithmException {
                        prepare(channel, remote, publishes, tls, timeout, listener);
                    }
                });
        ChannelFuture opening = bootstrap.connect(remote.host(), remote.port());
        opening.addListener(done -> {
            if (done.isSuccess()) {
                connection.channel = opening.channel();
                if (connection.closed) {
                    opening.channel().close();
                }
            } else {
                listener.ended(new MediaException(
                        MediaErrorCode.IO,
                        "cannot connect to " + remote.host() + ":" + remote.port() + ": "
                                + done.cause().getMessage(),
                        done.cause(),
                        true));
            }
        });
        return connection;
    }

    private static void prepare(
            SocketChannel channel,
            StreamTarget.Remote remote,
            boolean publishes,
            @Nullable SSLContext tls,
            Duration timeout,
            ClientSession.Listener listener)
            throws NoSuchAlgorithmException {
        if (remote.tls()) {
            SSLContext context = tls == null ? SSLContext.getDefault() : tls;
            SSLEngine engine = context.createSSLEngine(remote.host(), remote.port());
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            channel.pipeline().addLast(new SslHandler(engine));
        }
        ClientHandshake handshake = new ClientHandshake();
        ChunkDecoder decoder = new ChunkDecoder(RtmpLimits.DEFAULT);
        Watched watched = new Watched(listener);
        ClientSession session = new ClientSession(remote, publishes, watched, decoder);
        channel.pipeline().addLast(new Opening(handshake), handshake, decoder, session);
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (!watched.settled) {
                                channel.pipeline()
                                        .fireExceptionCaught(new MediaException(
                                                MediaErrorCode.TIMEOUT,
                                                remote.tcUrl() + " has not answered within " + timeout.toMillis()
                                                        + " ms"));
                            }
                        },
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Begins the handshake when the connection stands; bytes to a TLS handler wait for its handshake there. */
    private static final class Opening extends ChannelInboundHandlerAdapter {
        private final ClientHandshake handshake;

        Opening(ClientHandshake handshake) {
            this.handshake = handshake;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            handshake.begin(ctx);
            ctx.fireChannelActive();
            ctx.pipeline().remove(this);
        }
    }

    /** Remembers whether the connection has come to something. */
    private static final class Watched implements ClientSession.Listener {
        private final ClientSession.Listener listener;
        private boolean settled;

        Watched(ClientSession.Listener listener) {
            this.listener = listener;
        }

        @Override
        public void ready(Channel channel, int streamId) {
            settled = true;
            listener.ready(channel, streamId);
        }

        @Override
        public void media(RtmpMessage message) {
            listener.media(message);
        }

        @Override
        public void readComplete() {
            listener.readComplete();
        }

        @Override
        public void ended(MediaException reason) {
            settled = true;
            listener.ended(reason);
        }
    }
}
