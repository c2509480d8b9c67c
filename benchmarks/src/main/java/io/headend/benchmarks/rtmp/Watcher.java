package io.headend.benchmarks.rtmp;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One viewer that looks for the mark in every picture and notes how long it was on its way. */
@SuppressWarnings("NonAtomicVolatileUpdate") // its thread alone counts
final class Watcher implements AutoCloseable {

    private final Socket socket;
    private final Thread thread;
    private final long[] nanos = new long[200_000];
    private volatile int count;

    Watcher(int port, String app, String name) throws IOException {
        socket = Wire.open(port, Wire.play(app, name));
        thread = new Thread(this::run, "watcher");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        byte[] buffer = new byte[1 << 18];
        int have = 0;
        try {
            InputStream in = socket.getInputStream();
            while (true) {
                int n = in.read(buffer, have, buffer.length - have);
                if (n < 0) {
                    return;
                }
                long now = System.nanoTime();
                have += n;
                int from = 0;
                for (int at = find(buffer, from, have); at >= 0; at = find(buffer, from, have)) {
                    if (count < nanos.length) {
                        nanos[count] = now - sentAt(buffer, at);
                        count++;
                    }
                    from = at + 16;
                }
                int keep = Math.min(15, have - from);
                System.arraycopy(buffer, have - keep, buffer, 0, keep);
                have = keep;
            }
        } catch (IOException e) {
            return;
        }
    }

    static int find(byte[] in, int from, int to) {
        byte[] mark = Publisher.MARK;
        for (int at = from; at + 16 <= to; at++) {
            if (in[at] == mark[0] && Arrays.equals(in, at, at + mark.length, mark, 0, mark.length)) {
                return at;
            }
        }
        return -1;
    }

    static long sentAt(byte[] in, int mark) {
        return ByteBuffer.wrap(in, mark + 8, 8).getLong();
    }

    int count() {
        return count;
    }

    /** Milliseconds of the pictures from {@code first} on, in order of size. */
    double[] since(int first) {
        return Arrays.stream(nanos, first, count)
                .mapToDouble(n -> n / 1e6)
                .sorted()
                .toArray();
    }

    static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? -1 : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }

    @Override
    public void close() throws IOException {
        socket.close();
        Server.await(thread);
    }
}
