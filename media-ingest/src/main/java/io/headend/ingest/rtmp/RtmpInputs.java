package io.headend.ingest.rtmp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.OverflowPolicy;
import io.headend.core.StreamSink;
import io.headend.ingest.PublishAuth;
import io.headend.ingest.PublishDecision;
import io.headend.ingest.RtmpPull;
import io.headend.ingest.RtmpPush;
import io.headend.ingest.SourceClock;
import io.headend.ingest.WireSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** RTMP as an input: {@link io.headend.ingest.Ingest} asks here for the sources of {@link RtmpPush} and {@link RtmpPull}. */
public final class RtmpInputs {

    private static final long MAX_WAITING_BYTES = 32L << 20;

    private RtmpInputs() {}

    /** @throws MediaException {@code INVALID_ARGUMENT} if the URL cannot be pulled from */
    public static void check(String url) {
        StreamTarget.Remote.parse(url);
    }

    /**
     * Listens while it runs. A publisher that says good-bye ends the stream; one whose connection breaks may come back.
     *
     * @param open longest wait for the first publisher
     * @param read longest wait for a publisher that has gone
     */
    public static WireSource listen(RtmpPush spec, Duration open, Duration read) {
        return new Starting(() -> {
            InetAddress address = address(spec.host());
            StreamKey key = spec.stream();
            PublishAuth only = PublishAuth.of(request ->
                    request.app().equals(key.app()) && request.stream().equals(key.name())
                            ? PublishDecision.ACCEPT
                            : PublishDecision.reject("only " + key + " is taken here"));
            PublishAuth auth = spec.signingKey().isEmpty()
                    ? only
                    : PublishAuth.all(only, PublishAuth.txSecret(spec.signingKey(), "", Clock.systemUTC()));
            RtmpServer server = RtmpServer.builder()
                    .address(address)
                    .port(spec.port())
                    .eventLoops(1)
                    .publishAuth(auth)
                    .build();
            // there before the port is open: a publisher may come and go at once
            TapSource source = server.wire(key, new SourceOptions(OverflowPolicy.BLOCK, MAX_WAITING_BYTES, open, read));
            try {
                server.start();
            } catch (RuntimeException e) {
                source.close();
                throw e;
            }
            return new Running(source, server);
        });
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new MediaException(
                    MediaErrorCode.NOT_FOUND, "there is no host '" + host + "'; give an address of this machine", e);
        }
    }

    /**
     * One connection to another server; breaks with the connection, and when the server says that nobody publishes.
     *
     * @param open longest time until the stream plays
     * @param read longest time without a message
     */
    public static WireSource pull(RtmpPull spec, Duration open, Duration read) {
        return new Starting(() -> {
            PullConnection connection = PullConnection.open(StreamTarget.Remote.parse(spec.url()), open, read);
            return new Running(connection.source(), connection);
        });
    }

    /** A source and what serves it. */
    record Running(TapSource source, AutoCloseable server) {
        void close() {
            source.close();
            try {
                server.close();
            } catch (Exception e) {
                throw new IllegalStateException("neither server nor connection throws when closed", e);
            }
        }
    }

    /** Opens nothing before it runs. */
    private static final class Starting implements WireSource {
        private final Supplier<Running> opener;
        private final AtomicReference<Running> running = new AtomicReference<>();
        private volatile boolean closed;

        Starting(Supplier<Running> opener) {
            this.opener = opener;
        }

        @Override
        public void run(StreamSink sink) {
            Running made = opener.get();
            running.set(made);
            try {
                if (!closed) {
                    made.source.run(sink);
                }
                if (!closed && made.server instanceof PullConnection connection) {
                    connection.rethrow();
                }
            } finally {
                made.close();
            }
        }

        @Override
        public void close() {
            closed = true;
            Running open = running.get();
            if (open != null) {
                open.source.close();
            }
        }

        @Override
        public SourceClock clock() {
            return SourceClock.MILLIS_32;
        }

        @Override
        public String format() {
            return "rtmp";
        }

        @Override
        public Map<String, Long> counters() {
            Running open = running.get();
            return open == null ? Map.of() : open.source.counters();
        }
    }
}
