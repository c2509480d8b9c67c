package io.headend.examples;

import io.headend.cdn.EdgeServer;
import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.headend.packaging.ChannelIngest;
import io.headend.packaging.FileSegmentStore;
import io.headend.packaging.HeapSegmentStore;
import io.headend.packaging.Origin;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentStore;
import io.headend.packaging.SegmentationPolicy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend origin}: takes a channel from pipelines in other processes, in two slots, and serves it. */
@Command(
        name = "origin",
        description = "Take a channel from pipelines in other processes, in two slots, and serve it as HLS and DASH.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend origin news --renditions v720,v480,audio --port 8090",
            "  ./headend live news.json --port 0 --push http://127.0.0.1:8090/news/A/",
            "  ./headend live news.json --port 0 --push http://127.0.0.1:8090/news/B/",
            "players ask for http://127.0.0.1:8090/news/master.m3u8 and go on when one of the two is gone."
        })
final class OriginCommand implements Callable<Integer> {

    private static final long MOST_OF_A_BODY = 1L << 40;
    private static final Duration LONGEST_BODY = Duration.ofDays(7);

    @Parameters(paramLabel = "NAME", description = "the channel, first part of its addresses")
    String name = "";

    @Option(names = "--renditions", split = ",", required = true, description = "folders that every segment must be in")
    List<String> renditions = List.of();

    @Option(names = "--fps", paramLabel = "RATE", defaultValue = "25", description = "frames per second of the channel")
    String fps = "25";

    @Option(names = "--segment", paramLabel = "SECONDS", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
    double segment = 2;

    @Option(names = "--gop", paramLabel = "SECONDS", description = "default: that of a segment")
    double gop;

    @Option(names = "--window", paramLabel = "SECONDS", defaultValue = "30", description = "default: ${DEFAULT-VALUE}")
    double window = 30;

    @Option(names = "--port", defaultValue = "8090", description = "0 for any free one (default: ${DEFAULT-VALUE})")
    int port = 8090;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "end after so long")
    double duration;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "keep the segments there, and go on from them next time")
    @Nullable
    Path folder;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Duration length = seconds("--segment", segment);
        EpochGrid grid = EpochGrid.nearest(LadderOptions.rate(fps), gop > 0 ? seconds("--gop", gop) : length, length);
        Duration listed = seconds("--window", window);
        int kept = (int) Math.min(100_000, 2 * (listed.toMillis() / Math.max(1, length.toMillis())) + 8);
        ExecutorService storing = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "origin-store");
            thread.setDaemon(true);
            return thread;
        });
        try (SegmentStore store = folder == null
                        ? HeapSegmentStore.builder().maxSegments(kept).build()
                        : FileSegmentStore.open(folder, kept);
                ChannelIngest ingest = ChannelIngest.builder(packaging(store, grid, listed))
                        .executor(storing)
                        .build();
                EdgeServer server = EdgeServer.builder(handler(ingest))
                        .uploads(MOST_OF_A_BODY, LONGEST_BODY)
                        .port(port)
                        .build()
                        .start()) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("http://127.0.0.1:" + server.port() + "/");
            out.flush();
            awaitEnd();
        } finally {
            storing.shutdownNow();
        }
        return 0;
    }

    private Packager.Builder packaging(SegmentStore store, EpochGrid grid, Duration listed) {
        Packager.Builder packaging = Packager.builder(store)
                .name(name)
                .policy(SegmentationPolicy.live(grid))
                .window(listed);
        renditions.forEach(packaging::rendition);
        return packaging;
    }

    // Without a cache before it: what comes in must not be kept from who asks next.
    private MediaHandler handler(ChannelIngest ingest) {
        Origin origin = Origin.builder().build();
        origin.add(name, ingest);
        return origin;
    }

    private void awaitEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long millis = duration > 0 ? (long) (duration * 1000) : Long.MAX_VALUE;
        if (never.await(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody ends this");
        }
    }

    private static Duration seconds(String option, double value) {
        if (!(value >= 0.1) || value > 86_400) {
            throw MediaException.invalidArgument(option + " is 0.1 to 86400 seconds, not " + value);
        }
        return Duration.ofMillis(Math.round(value * 1000));
    }
}
