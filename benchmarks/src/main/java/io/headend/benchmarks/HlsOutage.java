package io.headend.benchmarks;

import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Muxer;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.ingest.Hls;
import io.headend.ingest.Ingest;
import io.headend.ingest.Reconnect;
import io.headend.testkit.ScriptedOrigin;
import io.headend.testkit.ScriptedOrigin.Answer;
import io.headend.testkit.ScriptedOrigin.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Question: what does a live HLS input make of an origin that fails for six seconds?
 *
 * <p>A film is cut by FFmpeg's HLS muxer into segments of two seconds, which a scripted origin lists one by one as a live stream. For six
 * seconds every request is answered with 503, with 404, with a reset or not at all; and once the playlist stands still for twenty seconds. The
 * stream must not end, must go on within one target duration of the recovery, and must lose no picture and make no step.
 *
 * <pre>benchmarks/run HlsOutage FILM</pre>
 *
 * <p>{@code FILM} is any H.264 file of 70 s or more with a key picture every two seconds, such as
 *
 * <pre>./headend vod 'test:?duration=80&amp;size=320x180' -o film; ./headend ingest film/master.m3u8 -o film.mp4</pre>
 */
public final class HlsOutage {

    private static final long SEGMENT = 2_000_000_000L;
    private static final long FROM = 6_000_000_000L;
    private static final long LISTED = 14;

    private final Path folder;
    private final List<String> names = new ArrayList<>();

    private HlsOutage(Path folder) {
        this.folder = folder;
    }

    /** Exit code 0 if all bars are met. */
    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: benchmarks/run HlsOutage FILM");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("hls-outage");
        HlsOutage benchmark = new HlsOutage(folder);
        benchmark.cut(args[0]);
        boolean good = true;
        Map<String, Answer> faults = new TreeMap<>();
        faults.put("503", Answer.status(503));
        faults.put("404", Answer.status(404));
        faults.put("reset", Answer.reset());
        faults.put("timeout", Answer.silence());
        System.out.printf("%-10s %10s %8s %8s %8s %8s%n", "fault", "resumed", "pictures", "steps", "breaks", "ended");
        for (Map.Entry<String, Answer> fault : faults.entrySet()) {
            good &= benchmark.run(fault.getKey(), fault.getValue(), 6_000_000_000L);
        }
        good &= benchmark.run("frozen", null, 20_000_000_000L);
        System.out.println(good ? "PASS" : "FAIL");
        System.exit(good ? 0 : 1);
    }

    private void cut(String film) throws IOException {
        try (Demuxer demuxer = Demuxer.builder(film).open()) {
            int picture = demuxer.tracks().stream()
                    .filter(t -> t.format() instanceof VideoFormat)
                    .findFirst()
                    .orElseThrow()
                    .id();
            MuxerBuilder builder = Muxer.builder(folder.resolve("media.m3u8").toString())
                    .format("hls")
                    .option("hls_time", "2")
                    .option("hls_list_size", "0")
                    .track(demuxer.tracks().get(picture));
            try (Muxer muxer = builder.open()) {
                for (Sample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                    try (Sample owned = sample) {
                        if (owned.trackId() == picture) {
                            muxer.write(owned);
                        }
                    }
                }
                muxer.finish();
            }
        }
        for (String line : Files.readAllLines(folder.resolve("media.m3u8"))) {
            if (line.startsWith("#EXTINF") || line.endsWith(".ts")) {
                names.add(line);
            }
        }
        if (names.size() / 2 < 33) {
            System.err.println("the film is too short, or its key pictures are too far apart");
            System.exit(2);
        }
    }

    private boolean run(String name, @Nullable Answer fault, long length) throws Exception {
        long start = System.nanoTime() - LISTED * SEGMENT;
        long outage = System.nanoTime() + FROM;
        long recovery = outage + length;
        int[] frozen = {(int) ((outage - start) / SEGMENT)};
        long[] resumed = {0};
        int[] figures = new int[4];
        long[] last = {Long.MIN_VALUE, 0};
        Timebase[] timebase = new Timebase[1];
        try (ScriptedOrigin origin = ScriptedOrigin.start(request -> {
            long now = System.nanoTime();
            boolean bad = now >= outage && now < recovery;
            if (bad && fault != null) {
                return fault;
            }
            int newest = bad ? frozen[0] : (int) ((now - start) / SEGMENT);
            return answer(request, Math.min(newest, names.size() / 2));
        })) {
            Ingest ingest = Ingest.builder(Hls.of(origin.uri("/live.m3u8")))
                    .reconnect(Reconnect.NEVER)
                    .build();
            Thread thread =
                    new Thread(() -> ingest.run(item -> take(item, figures, last, timebase, recovery, resumed)));
            thread.start();
            while (System.nanoTime() < recovery + 3 * SEGMENT && thread.isAlive()) {
                LockSupport.parkNanos(10_000_000);
            }
            boolean ended = !thread.isAlive();
            ingest.close();
            thread.join(5_000);
            double seconds = resumed[0] == 0 ? Double.NaN : (resumed[0] - recovery) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%-10s %8.2f s %8d %8d %8d %8s%n",
                    name,
                    seconds,
                    figures[0],
                    figures[1],
                    figures[2],
                    ended ? "yes" : "no");
            return !ended && seconds <= SEGMENT / 1e9 && figures[1] == 0 && figures[2] == 0 && figures[3] == 0;
        }
    }

    private static void take(
            StreamItem item, int[] figures, long[] last, Timebase[] timebase, long recovery, long[] resumed) {
        long now = System.nanoTime();
        if (item instanceof TrackInfo info) {
            timebase[0] = info.track().timebase();
        } else if (item instanceof Sample sample) {
            figures[0]++;
            long step = last[0] == Long.MIN_VALUE ? 0 : sample.dts() - last[0];
            if (last[1] != 0 && step > 3 * last[1]) {
                figures[1]++;
            }
            last[1] = step > 0 && last[1] == 0 ? step : last[1];
            last[0] = sample.dts();
            if (now > recovery && resumed[0] == 0) {
                resumed[0] = now;
            }
        } else if (item instanceof Discontinuity) {
            figures[2]++;
        } else if (item instanceof EndOfStream) {
            figures[3]++;
        }
        item.close();
    }

    private Answer answer(Request request, int newest) {
        if (!request.path().endsWith("live.m3u8")) {
            try {
                return Answer.ok(
                        Files.readAllBytes(folder.resolve(request.path().substring(1))));
            } catch (IOException e) {
                return Answer.status(404);
            }
        }
        int first = (int) Math.max(0, newest - LISTED);
        StringBuilder text =
                new StringBuilder("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + first + "\n");
        names.subList(2 * first, 2 * newest).forEach(line -> text.append(line).append('\n'));
        return Answer.ok(text.toString());
    }
}
