package io.headend.ingest.rtmp;

import io.headend.core.EventSink;
import io.headend.core.MediaException;
import io.headend.ingest.PublishAuth;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** How to serve; not safe for use by several threads. */
public final class RtmpServerBuilder {
    private static final AtomicInteger COUNT = new AtomicInteger();

    InetAddress address = InetAddress.getLoopbackAddress();
    int port = 1935;
    int eventLoops = Runtime.getRuntime().availableProcessors();
    ThreadFactory threads = task -> {
        Thread thread = new Thread(task, "rtmp-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    };

    @Nullable
    SSLContext tls;

    PublishAuth publishAuth = PublishAuth.open();
    PublishAuth playAuth = PublishAuth.open();
    DuplicatePolicy duplicates = DuplicatePolicy.TAKE_OVER;
    RtmpLimits limits = RtmpLimits.DEFAULT;
    Duration batchWindow = Duration.ZERO;
    Duration publisherGrace = Duration.ofSeconds(30);
    Duration skipAfter = Duration.ofSeconds(2);
    Duration closeAfter = Duration.ofSeconds(10);
    long viewerBytes = 4 << 20;
    long gopBytes = 16 << 20;
    Duration gopDuration = Duration.ofSeconds(10);
    EventSink events = EventSink.NONE;
    Clock clock = Clock.systemUTC();
    LongSupplier nanoTime = System::nanoTime;

    RtmpServerBuilder() {}

    /** Address to listen on; the loopback address unless set. */
    public RtmpServerBuilder address(InetAddress newAddress) {
        address = newAddress;
        return this;
    }

    /** 0 for any free port; 1935 unless set. */
    public RtmpServerBuilder port(int newPort) {
        if (newPort < 0 || newPort > 65_535) {
            throw MediaException.invalidArgument("a port is 0 to 65535, not " + newPort);
        }
        port = newPort;
        return this;
    }

    /** Threads that serve connections; the number of processors unless set. */
    public RtmpServerBuilder eventLoops(int count) {
        if (count < 1) {
            throw MediaException.invalidArgument("a server needs at least one event loop, not " + count);
        }
        eventLoops = count;
        return this;
    }

    public RtmpServerBuilder threads(ThreadFactory factory) {
        threads = factory;
        return this;
    }

    /** Speaks RTMPS. */
    public RtmpServerBuilder tls(SSLContext newTls) {
        tls = newTls;
        return this;
    }

    /** Who may publish; everybody unless set. */
    public RtmpServerBuilder publishAuth(PublishAuth auth) {
        publishAuth = auth;
        return this;
    }

    /** Who may play, by the same means; everybody unless set. */
    public RtmpServerBuilder playAuth(PublishAuth auth) {
        playAuth = auth;
        return this;
    }

    /** {@code TAKE_OVER} unless set. */
    public RtmpServerBuilder duplicates(DuplicatePolicy policy) {
        duplicates = policy;
        return this;
    }

    public RtmpServerBuilder limits(RtmpLimits newLimits) {
        limits = newLimits;
        return this;
    }

    /** How long messages may wait to be sent together, 0 to 100 ms: less work, more delay. 0 unless set. */
    public RtmpServerBuilder batchWindow(Duration window) {
        if (window.isNegative() || window.toMillis() > 100) {
            throw MediaException.invalidArgument("a batch window is 0 to 100 ms, not " + window);
        }
        batchWindow = window;
        return this;
    }

    /** How long viewers wait for a publisher, at the beginning and when it has gone; 30 s unless set. */
    public RtmpServerBuilder publisherGrace(Duration grace) {
        publisherGrace = grace;
        return this;
    }

    /**
     * What becomes of slow viewers.
     *
     * @param newSkipAfter how far behind a viewer may be before it is left out until the next key frame; 2 s unless set
     * @param newCloseAfter how long one may take nothing at all before it is disconnected; 10 s unless set
     * @param maxBytes how much may wait for one viewer; 4 MiB unless set
     */
    public RtmpServerBuilder slowViewers(Duration newSkipAfter, Duration newCloseAfter, long maxBytes) {
        skipAfter = newSkipAfter;
        closeAfter = newCloseAfter;
        viewerBytes = maxBytes;
        return this;
    }

    /**
     * What is kept for viewers who join.
     *
     * @param maxBytes 16 MiB unless set; 0 for nothing
     * @param longest 10 s unless set
     */
    public RtmpServerBuilder gopCache(long maxBytes, Duration longest) {
        gopBytes = maxBytes;
        gopDuration = longest;
        return this;
    }

    public RtmpServerBuilder events(EventSink sink) {
        events = EventSink.guarded(sink);
        return this;
    }

    /** Read once, at the start, for arrival times, and for events. */
    public RtmpServerBuilder clock(Clock newClock) {
        clock = newClock;
        return this;
    }

    /** Measures arrival times, nanoseconds; {@link System#nanoTime} unless set. */
    public RtmpServerBuilder nanoTime(LongSupplier newNanoTime) {
        nanoTime = newNanoTime;
        return this;
    }

    private RtmpServerBuilder copy() {
        RtmpServerBuilder copy = new RtmpServerBuilder();
        copy.address = address;
        copy.port = port;
        copy.eventLoops = eventLoops;
        copy.threads = threads;
        copy.tls = tls;
        copy.publishAuth = publishAuth;
        copy.playAuth = playAuth;
        copy.duplicates = duplicates;
        copy.limits = limits;
        copy.batchWindow = batchWindow;
        copy.publisherGrace = publisherGrace;
        copy.skipAfter = skipAfter;
        copy.closeAfter = closeAfter;
        copy.viewerBytes = viewerBytes;
        copy.gopBytes = gopBytes;
        copy.gopDuration = gopDuration;
        copy.events = events;
        copy.clock = clock;
        copy.nanoTime = nanoTime;
        return copy;
    }

    public RtmpServer build() {
        return new RtmpServer(copy());
    }
}
