package io.headend.benchmarks.rtmp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What does it cost to relay one 4 Mb/s stream to many viewers, beside nginx-rtmp in the same run?
 *
 * <pre>benchmarks/rtmp/fan-out [VIEWERS] [SECONDS] [LOOPS]</pre>
 *
 * <p>CPU time is that of the server's process alone, as the kernel counts it; publisher and viewers are in this process. On a
 * loopback device part of the receivers' TCP work is done in the name of the sender, for all servers alike. Exit code 1 if we take
 * more than 1.15 times nginx's CPU time per byte delivered, unbatched, or more than 0.6 times with a window of 100 ms, if a viewer was disconnected, or if
 * viewers differ by more than 1 % in what they got, or if nginx had to drop pictures, so that nothing can be said.
 */
public final class FanOut {

    private static final int WARM_UP_SECONDS = 15;

    private FanOut() {}

    private record Result(double secondsPerGb, double each, boolean even, int closed) {}

    public static void main(String[] args) throws Exception {
        int viewers = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        int loops = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        Path nginx = Path.of(System.getProperty("nginx", "benchmarks/target/nginx"));
        boolean peer = Files.isExecutable(nginx.resolve("usr/sbin/nginx"));
        Server.print(
                "%-24s %8s %8s %10s %9s %9s %7s %7s",
                "server", "viewers", "CPU %", "Mb/s each", "core-s/GB", "spread %", "closed", "RSS");
        @Nullable Result first = null;
        if (peer) {
            try (Server server = Server.nginx(nginx.toAbsolutePath(), 19_351)) {
                first = run(server, viewers, seconds);
            }
        }
        Result unbatched;
        Result batched;
        try (Server server = Server.headend(19_352, 0, loops)) {
            unbatched = run(server, viewers, seconds);
        }
        try (Server server = Server.headend(19_353, 100, loops)) {
            batched = run(server, viewers, seconds);
        }
        boolean good = unbatched.even && batched.even && unbatched.closed + batched.closed == 0;
        if (first != null) {
            Result second;
            try (Server server = Server.nginx(nginx.toAbsolutePath(), 19_354)) {
                second = run(server, viewers, seconds);
            }
            double reference = (first.secondsPerGb + second.secondsPerGb) / 2;
            double a = unbatched.secondsPerGb / reference;
            double b = batched.secondsPerGb / reference;
            Server.print("CPU per byte, nginx = 1: unbatched %.2f (bar 1.15), with 100 ms %.2f (bar 0.60)", a, b);
            good &= a <= 1.15 && b <= 0.6;
            if (Math.min(first.each, second.each) < 0.97 * unbatched.each) {
                Server.print("nginx dropped pictures: the machine is too busy for a fair comparison");
                good = false;
            }
        } else {
            Server.print("nginx is missing: run benchmarks/rtmp/fetch-nginx first");
        }
        System.exit(good ? 0 : 1);
    }

    private static Result run(Server server, int count, int seconds) throws Exception {
        try (Publisher publisher = new Publisher(server.port, "live", "load");
                Viewers viewers = new Viewers(server.port, "live", "load", count)) {
            Thread.sleep(WARM_UP_SECONDS * 1000L);
            long[] before = viewers.bytes();
            double cpu = server.cpuSeconds();
            long start = System.nanoTime();
            Thread.sleep(seconds * 1000L);
            double took = (System.nanoTime() - start) / 1e9;
            double percent = (server.cpuSeconds() - cpu) / took * 100;
            long[] got = viewers.bytes();
            Arrays.setAll(got, i -> got[i] - before[i]);
            double mean = Arrays.stream(got).average().orElse(0);
            double cost = percent / 100 * took / (mean * count / 1e9);
            double spread = (Arrays.stream(got).max().orElse(0)
                            - Arrays.stream(got).min().orElse(0))
                    / mean
                    * 100;
            Server.print(
                    "%-24s %8d %8.1f %10.3f %9.3f %9.2f %7d %7.0f",
                    server.name,
                    count,
                    percent,
                    mean * 8 / took / 1e6,
                    cost,
                    spread,
                    viewers.closed(),
                    server.residentMib());
            if (publisher.failed()) {
                throw new IllegalStateException("the publisher was disconnected");
            }
            return new Result(cost, mean / took, spread <= 1, viewers.closed());
        }
    }
}
