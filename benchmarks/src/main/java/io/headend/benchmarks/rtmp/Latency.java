package io.headend.benchmarks.rtmp;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How late is a relayed picture with many viewers in the background, how soon has a new viewer its first key frame, and what does a
 * viewer that takes nothing for 30 s do to the others?
 *
 * <pre>benchmarks/rtmp/latency [VIEWERS] [SECONDS] [LOOPS]</pre>
 *
 * <p>Publisher and viewers are one process with one clock. The bars are for a viewer that came after all others; servers serve it first,
 * and the row below is who came before all others. Exit code 1 if, unbatched, p50 is above 2 ms, p99 above 20 ms, with a
 * window of 100 ms p95 above 120 ms, the slowest of 20 joins above 150 ms, or if the stalled viewer moves p99 by 5 ms or more, costs
 * the server 4 MiB or more, or does not go on at a key frame.
 */
public final class Latency {

    private static final int STALL_SECONDS = 30;
    private static final int JOINS = 20;

    private Latency() {}

    public static void main(String[] args) throws Exception {
        int viewers = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        int loops = args.length > 2 ? Integer.parseInt(args[2]) : 2;
        Path nginx =
                Path.of(System.getProperty("nginx", "benchmarks/target/nginx")).toAbsolutePath();
        boolean good = true;
        Server.print("%-24s %8s %8s %8s %8s %8s", "ms, server", "n", "p50", "p95", "p99", "max");
        if (Files.isExecutable(nginx.resolve("usr/sbin/nginx"))) {
            try (Server server = Server.nginx(nginx, 19_361)) {
                measure(server, viewers, seconds, false, false);
            }
        }
        try (Server server = Server.headend(19_362, 0, loops, "60")) {
            double[] sorted = measure(server, viewers, seconds, true, true);
            good &= Watcher.quantile(sorted, 0.5) <= 2 && Watcher.quantile(sorted, 0.99) <= 20 && ok;
        }
        try (Server server = Server.headend(19_363, 100, loops)) {
            good &= Watcher.quantile(measure(server, viewers, seconds, true, false), 0.95) <= 120 && ok;
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean ok = true;

    private static double[] measure(Server server, int count, int seconds, boolean join, boolean stall)
            throws Exception {
        try (Publisher publisher = new Publisher(server.port, "live", "load");
                Watcher eldest = new Watcher(server.port, "live", "load");
                Viewers viewers = new Viewers(server.port, "live", "load", count);
                Watcher watcher = new Watcher(server.port, "live", "load")) {
            Thread.sleep(10_000);
            int first = eldest.count();
            double[] sorted = window(server.name, watcher, seconds);
            quantiles("  who came first", eldest.since(first));
            if (join) {
                joins(server);
            }
            if (stall) {
                stall(server, watcher, Watcher.quantile(sorted, 0.99));
            }
            if (viewers.closed() > 0 || publisher.failed()) {
                Server.print("%d viewers were disconnected", viewers.closed());
                ok = false;
            }
            return sorted;
        }
    }

    private static double[] window(String name, Watcher watcher, int seconds) throws InterruptedException {
        int first = watcher.count();
        Thread.sleep(seconds * 1000L);
        double[] sorted = watcher.since(first);
        quantiles(name, sorted);
        return sorted;
    }

    private static void quantiles(String name, double[] sorted) {
        Server.print(
                "%-24s %8d %8.2f %8.2f %8.2f %8.2f",
                name,
                sorted.length,
                Watcher.quantile(sorted, 0.5),
                Watcher.quantile(sorted, 0.95),
                Watcher.quantile(sorted, 0.99),
                Watcher.quantile(sorted, 1));
    }

    private static void joins(Server server) throws Exception {
        double[] millis = new double[JOINS];
        for (int i = 0; i < JOINS; i++) {
            long asked = System.nanoTime();
            try (Socket socket = Wire.open(server.port, Wire.play("live", "load"))) {
                byte[] buffer = new byte[1 << 16];
                int have = 0;
                while (Watcher.find(buffer, 0, have) < 0) {
                    int n = socket.getInputStream().read(buffer, have, buffer.length - have);
                    if (n <= 0) {
                        throw new IOException("disconnected while joining, or no picture in " + have + " bytes");
                    }
                    have += n;
                }
                // The mark follows the NAL header; a key frame's is 0x65.
                ok &= buffer[Watcher.find(buffer, 0, have) - 1] == 0x65;
            }
            millis[i] = (System.nanoTime() - asked) / 1e6;
            Thread.sleep(100);
        }
        Arrays.sort(millis);
        double slowest = millis[JOINS - 1];
        Server.print(
                "%d joins, connection included: median %.1f ms, slowest %.1f ms (bar 150)",
                JOINS, millis[JOINS / 2], slowest);
        ok &= slowest <= 150;
    }

    private static void stall(Server server, Watcher watcher, double before) throws Exception {
        double resident = server.residentMib();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port));
            socket.getOutputStream().write(Wire.hello());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readFully(new byte[Wire.ANSWER]);
            socket.getOutputStream().write(Wire.play("live", "load"));
            double[] during = window("one viewer stalled", watcher, STALL_SECONDS);
            double more = server.residentMib() - resident;
            double moved = Watcher.quantile(during, 0.99) - before;
            Server.print("p99 moved by %.2f ms (bar 5), the server grew by %.1f MiB (bar 4)", moved, more);
            ok &= moved < 5 && more < 4;
            ok &= resumes(in);
        }
    }

    /** Whether the pictures go on with a key frame after the gap. */
    private static boolean resumes(DataInputStream in) throws IOException {
        byte[] buffer = new byte[1 << 18];
        int have = 0;
        long last = 0;
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end) {
            int n = in.read(buffer, have, buffer.length - have);
            if (n < 0) {
                Server.print("the stalled viewer was disconnected");
                return false;
            }
            have += n;
            int from = 0;
            for (int at = Watcher.find(buffer, from, have); at >= 0; at = Watcher.find(buffer, from, have)) {
                long sent = Watcher.sentAt(buffer, at);
                if (last != 0 && sent - last > 5_000_000_000L) {
                    boolean key = at > 0 && buffer[at - 1] == 0x65;
                    Server.print(
                            "after the stall the viewer missed %.1f s and went on at %s",
                            (sent - last) / 1e9, key ? "a key frame" : "a picture that is no key frame");
                    return key;
                }
                last = sent;
                from = at + 16;
            }
            int keep = Math.min(64, have - from);
            System.arraycopy(buffer, have - keep, buffer, 0, keep);
            have = keep;
        }
        Server.print("after the stall nothing new came for 10 s");
        return false;
    }
}
