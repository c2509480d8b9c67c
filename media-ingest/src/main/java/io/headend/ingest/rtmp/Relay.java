package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.headend.ingest.Reconnect;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a stream of a server to or from another server until it is closed: connects, and connects again after pauses that grow.
 *
 * <p><b>Threading:</b> everything on one event loop but {@link #close}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // tasks of a loop that is shut down need not run
abstract class Relay implements RtmpRelay {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);
    private static final long LASTED = 10_000_000_000L;

    final LiveStream stream;
    private final StreamTarget.Remote remote;
    private final boolean publishes;
    private final EventLoop loop;
    private final Reconnect reconnect;
    private RtmpClient.@Nullable Connection connection;
    private int attempt;
    private long readyAt;
    private volatile boolean closed;

    Relay(LiveStream stream, StreamTarget.Remote remote, boolean publishes, EventLoop loop, Reconnect reconnect) {
        this.stream = stream;
        this.remote = remote;
        this.publishes = publishes;
        this.loop = loop;
        this.reconnect = reconnect;
    }

    final void start() {
        loop.execute(this::connect);
    }

    /** Whether there is anything to connect for. */
    abstract boolean wanted();

    abstract void connected(Channel channel, int streamId);

    abstract void received(RtmpMessage message);

    abstract void readComplete();

    abstract void disconnected();

    /** Called once, when the relay is closed. */
    abstract void released();

    private void connect() {
        if (closed) {
            return;
        }
        if (!wanted()) {
            loop.schedule(this::connect, reconnect.first().toNanos(), TimeUnit.NANOSECONDS);
            return;
        }
        connection = RtmpClient.connect(loop, remote, publishes, null, OPEN_TIMEOUT, new Link());
    }

    private final class Link implements ClientSession.Listener {
        private boolean ready;

        @Override
        public void ready(Channel channel, int streamId) {
            ready = true;
            readyAt = System.nanoTime();
            connected(channel, streamId);
        }

        @Override
        public void media(RtmpMessage message) {
            received(message);
        }

        @Override
        public void readComplete() {
            Relay.this.readComplete();
        }

        @Override
        public void ended(MediaException reason) {
            if (ready) {
                disconnected();
            }
            if (closed) {
                return;
            }
            // A connection that is closed as soon as it stands is no success.
            if (ready && System.nanoTime() - readyAt > LASTED) {
                attempt = 0;
            }
            long pause = reconnect
                    .pause(attempt++, ThreadLocalRandom.current().nextDouble())
                    .toNanos();
            log.info("{}: {}; again in {} ms", stream.key(), reason.getMessage(), pause / 1_000_000);
            loop.schedule(Relay.this::connect, pause, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.execute(() -> {
            RtmpClient.Connection open = connection;
            if (open != null) {
                open.close();
            }
            loop.execute(this::released);
        });
    }

    /** Out of this server: the remote one is a viewer like any other. */
    static final class Push extends Relay {
        private final Viewer.Patience patience;
        private final StreamRegistry registry;
        private @Nullable RtmpViewer viewer;

        Push(
                LiveStream stream,
                StreamTarget.Remote remote,
                EventLoop loop,
                Reconnect reconnect,
                Viewer.Patience patience,
                StreamRegistry registry) {
            super(stream, remote, true, loop, reconnect);
            this.patience = patience;
            this.registry = registry;
        }

        @Override
        boolean wanted() {
            return stream.publisher() != null;
        }

        @Override
        void connected(Channel channel, int streamId) {
            RtmpViewer made = RtmpViewer.pushing(channel, streamId, stream, patience);
            viewer = made;
            stream.join(made);
        }

        @Override
        void received(RtmpMessage message) {
            message.release();
        }

        @Override
        void readComplete() {}

        @Override
        void disconnected() {
            RtmpViewer leaving = viewer;
            viewer = null;
            if (leaving != null) {
                stream.leave(leaving);
            }
        }

        @Override
        void released() {
            disconnected();
            registry.release(stream);
        }
    }

    /** Into this server: the remote one is a publisher like any other. */
    static final class Pull extends Relay implements LiveStream.Publisher {
        private final ServerContext server;
        private final String address;
        private @Nullable Channel channel;
        private boolean publishing;

        Pull(LiveStream stream, StreamTarget.Remote remote, EventLoop loop, Reconnect reconnect, ServerContext server) {
            super(stream, remote, false, loop, reconnect);
            this.server = server;
            this.address = remote.host() + ":" + remote.port();
        }

        @Override
        boolean wanted() {
            return !server.streams().isForbidden(stream.key());
        }

        @Override
        void connected(Channel open, int streamId) {
            channel = open;
            publishing = stream.publish(this, server.takeOver());
            if (publishing) {
                server.published(stream, address);
            } else {
                open.close();
            }
        }

        @Override
        void received(RtmpMessage message) {
            stream.message(this, message);
        }

        @Override
        void readComplete() {
            stream.flush();
        }

        @Override
        void disconnected() {
            channel = null;
            if (publishing && stream.unpublish(this, false)) {
                server.unpublished(stream);
            }
            publishing = false;
        }

        @Override
        void released() {
            disconnected();
            server.streams().release(stream);
        }

        @Override
        public void dismissed(String reason) {
            Channel open = channel;
            if (open != null) {
                open.eventLoop().execute(open::close);
            }
        }

        @Override
        public void pause(boolean paused) {
            Channel open = channel;
            if (open != null) {
                open.eventLoop().execute(() -> open.config().setAutoRead(!paused));
            }
        }

        @Override
        public String address() {
            return address;
        }
    }
}
