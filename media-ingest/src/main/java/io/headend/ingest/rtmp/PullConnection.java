package io.headend.ingest.rtmp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.OverflowPolicy;
import io.headend.core.Timestamp;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One pulled stream with an event loop of its own: the client feeds a stream that nobody but one tap watches. */
@SuppressWarnings("FutureReturnValueIgnored") // tasks of a loop that is shut down need not run
final class PullConnection implements ClientSession.Listener, LiveStream.Publisher, AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long MAX_BYTES = 32L << 20;

    private final EventLoopGroup loops;
    private final LiveStream stream;
    private final TapSource source;
    private final long readNanos;
    private RtmpClient.@Nullable Connection connection;
    private volatile @Nullable Channel channel;
    private volatile @Nullable MediaException failure;
    private long heard;
    private boolean paused;

    private PullConnection(Duration read) {
        loops = new MultiThreadIoEventLoopGroup(1, PullConnection::thread, NioIoHandler.newFactory());
        stream = new LiveStream(
                new StreamKey("pull", "stream"),
                new LiveStream.Settings(PooledByteBufAllocator.DEFAULT, 0, 0, 0, System::nanoTime));
        readNanos = read.toNanos();
        long wall = Timestamp.of(Clock.systemUTC().instant()).ticks() - System.nanoTime();
        stream.publish(this, true);
        source = new TapSource(
                stream,
                new StreamTap(MAX_BYTES, OverflowPolicy.BLOCK),
                new TapSource.Patience(Duration.ZERO, Duration.ZERO, true),
                System::nanoTime,
                nanos -> wall + nanos,
                stream::discard);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "rtmp-pull-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    static PullConnection open(StreamTarget.Remote remote, Duration open, Duration read) {
        PullConnection pull = new PullConnection(read);
        pull.connection = RtmpClient.connect(pull.loops, remote, false, null, open, pull);
        return pull;
    }

    TapSource source() {
        return source;
    }

    /** @throws MediaException why the stream broke, unless it ended as it should */
    void rethrow() {
        MediaException why = failure;
        if (why != null && why.code() != MediaErrorCode.CLOSED) {
            throw why;
        }
    }

    @Override
    public void ready(Channel open, int streamId) {
        channel = open;
        watch();
    }

    private void watch() {
        heard = stream.counters().messages();
        Channel open = channel;
        if (open != null) {
            open.eventLoop().schedule(this::checkSilence, readNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void checkSilence() {
        Channel open = channel;
        if (open == null || !open.isActive()) {
            return;
        }
        if (!paused && stream.counters().messages() == heard) {
            open.pipeline()
                    .fireExceptionCaught(new MediaException(
                            MediaErrorCode.TIMEOUT,
                            "the server has sent nothing for " + readNanos / 1_000_000 + " ms"));
            return;
        }
        watch();
    }

    @Override
    public void media(RtmpMessage message) {
        stream.message(this, message);
    }

    @Override
    public void ended(MediaException reason) {
        failure = reason;
        stream.unpublish(this, reason.code() == MediaErrorCode.CLOSED);
    }

    @Override
    public void dismissed(String reason) {
        close();
    }

    @Override
    public void pause(boolean now) {
        Channel open = channel;
        if (open != null) {
            open.eventLoop().execute(() -> {
                paused = now;
                open.config().setAutoRead(!now);
            });
        }
    }

    @Override
    public String address() {
        return "pull";
    }

    @Override
    public void close() {
        RtmpClient.Connection open = connection;
        if (open != null) {
            open.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
