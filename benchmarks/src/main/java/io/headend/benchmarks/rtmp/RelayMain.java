package io.headend.benchmarks.rtmp;

import io.headend.ingest.rtmp.RtmpLimits;
import io.headend.ingest.rtmp.RtmpServer;
import java.io.IOException;
import java.time.Duration;

/** The server that is measured, in a process of its own: port, batch window in ms, event loops, patience with viewers in s. */
public final class RelayMain {

    private RelayMain() {}

    public static void main(String[] args) throws IOException {
        Duration patience = Duration.ofSeconds(args.length > 3 ? Long.parseLong(args[3]) : 10);
        RtmpServer server = RtmpServer.builder()
                .port(Integer.parseInt(args[0]))
                .batchWindow(Duration.ofMillis(Long.parseLong(args[1])))
                .eventLoops(Integer.parseInt(args[2]))
                .slowViewers(Duration.ofSeconds(2), patience, 4 << 20)
                .limits(RtmpLimits.DEFAULT.withConnections(20_000, 20_000, 20_000))
                .build()
                .start();
        System.out.write('!');
        System.out.flush();
        // Lives as long as whoever started it.
        while (System.in.read() >= 0) {}
        server.close();
    }
}
