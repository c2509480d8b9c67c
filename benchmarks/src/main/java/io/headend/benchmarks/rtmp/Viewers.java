package io.headend.benchmarks.rtmp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Many viewers on one thread, who throw away what they get and count it. */
@SuppressWarnings("NonAtomicVolatileUpdate") // that thread alone counts
final class Viewers implements AutoCloseable {

    private static final class Viewer {
        int greeted;
        volatile long bytes;
    }

    private final Selector selector = Selector.open();
    private final List<Viewer> viewers = new ArrayList<>();
    private final ByteBuffer sink = ByteBuffer.allocateDirect(1 << 18);
    private final byte[] words;
    private final Thread thread;
    private volatile boolean stop;
    private volatile int closed;

    Viewers(int port, String app, String name, int count) throws IOException {
        words = Wire.play(app, name);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.write(ByteBuffer.wrap(Wire.hello()));
            channel.configureBlocking(false);
            Viewer viewer = new Viewer();
            viewers.add(viewer);
            channel.register(selector, SelectionKey.OP_READ, viewer);
            // A little at a time, or the backlog of a server of one thread runs over.
            if (i % 25 == 24) {
                step(5);
            }
        }
        thread = new Thread(this::run, "viewers");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!stop) {
                step(200);
            }
        } catch (IOException e) {
            stop = true;
        }
    }

    private void step(long millis) throws IOException {
        selector.select(millis);
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            keys.remove();
            Viewer viewer = (Viewer) key.attachment();
            SocketChannel channel = (SocketChannel) key.channel();
            if (!read(viewer, channel)) {
                closed++;
                key.cancel();
                channel.close();
            }
        }
    }

    private boolean read(Viewer viewer, SocketChannel channel) {
        try {
            sink.clear();
            if (viewer.greeted < Wire.ANSWER) {
                sink.limit(Wire.ANSWER - viewer.greeted);
                int n = channel.read(sink);
                if (n < 0) {
                    return false;
                }
                viewer.greeted += n;
                if (viewer.greeted == Wire.ANSWER) {
                    ByteBuffer out = ByteBuffer.wrap(words);
                    while (out.hasRemaining()) {
                        channel.write(out);
                    }
                }
                return true;
            }
            int n = channel.read(sink);
            if (n > 0) {
                viewer.bytes += n;
            }
            return n >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    int closed() {
        return closed;
    }

    /** Bytes of each viewer so far. */
    long[] bytes() {
        return viewers.stream().mapToLong(viewer -> viewer.bytes).toArray();
    }

    @Override
    public void close() throws IOException {
        stop = true;
        selector.wakeup();
        Server.await(thread);
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
