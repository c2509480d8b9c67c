package io.headend.benchmarks.rtmp;

import io.headend.ingest.PublishAuth;
import io.headend.ingest.rtmp.RtmpLimits;
import io.headend.ingest.rtmp.RtmpServer;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;

/**
 * What is left of publishers that are refused, and how soon do they know?
 *
 * <pre>benchmarks/run rtmp.BadPublishers [ATTEMPTS]</pre>
 *
 * <p>Each attempt is a connection of its own with a signature that does not fit. Exit code 1 if a stream object is left, if the heap
 * grew by a mebibyte or more, or if p99 of the refusals, from asking to the status message, is above 50 ms.
 */
public final class BadPublishers {

    private BadPublishers() {}

    public static void main(String[] args) throws Exception {
        int attempts = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        try (RtmpServer server = RtmpServer.builder()
                .port(0)
                .eventLoops(2)
                .limits(RtmpLimits.DEFAULT.withConnections(20_000, 20_000, 20_000))
                .publishAuth(PublishAuth.txSecret("key", "", Clock.systemUTC()))
                .build()
                .start()) {
            attempt(server.port(), 2_000);
            long before = heap();
            double[] millis = attempt(server.port(), attempts);
            double grown = (heap() - before) / 1048576.0;
            int streams = server.streams().size();
            double p99 = Watcher.quantile(millis, 0.99);
            Server.print(
                    "%d refused: p50 %.2f ms, p99 %.2f ms (bar 50), slowest %.2f ms; streams left %d; heap grown by %.2f MiB",
                    attempts, Watcher.quantile(millis, 0.5), p99, Watcher.quantile(millis, 1), streams, grown);
            System.exit(streams == 0 && grown < 1 && p99 <= 50 ? 0 : 1);
        }
    }

    private static double[] attempt(int port, int count) throws Exception {
        double[] millis = new double[count];
        byte[] denied = "NetStream.Publish.Denied".getBytes(StandardCharsets.US_ASCII);
        byte[] buffer = new byte[8192];
        for (int i = 0; i < count; i++) {
            byte[] words = Wire.publish("live", "s" + i + "?txSecret=0123456789abcdef0123456789abcdef&txTime=7fffffff");
            long asked = System.nanoTime();
            try (Socket socket = Wire.open(port, words)) {
                InputStream in = socket.getInputStream();
                int have = 0;
                while (!contains(buffer, have, denied)) {
                    int n = in.read(buffer, have, buffer.length - have);
                    if (n < 0) {
                        throw new IllegalStateException("closed without a reason");
                    }
                    have += n;
                }
            }
            millis[i] = (System.nanoTime() - asked) / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }

    private static boolean contains(byte[] in, int to, byte[] what) {
        for (int at = 0; at + what.length <= to; at++) {
            if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return true;
            }
        }
        return false;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
