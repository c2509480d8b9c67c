package io.headend.ingest.hls;

import io.headend.core.Track;
import io.headend.ingest.TestClip;
import io.headend.testkit.ScriptedOrigin;
import io.headend.testkit.ScriptedOrigin.Answer;
import io.headend.testkit.ScriptedOrigin.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A live stream of segments of 0.4 s that FFmpeg's HLS muxer has made, of which the last fifteen are listed. */
final class LiveOrigin implements AutoCloseable {

    static final long SEGMENT_NANOS = 400_000_000L;
    static final int SEGMENTS = 60;
    static final Instant EPOCH = Instant.parse("2026-11-22T12:00:00Z");

    final Path folder;
    final ScriptedOrigin server;
    final long start = System.nanoTime() - 15 * SEGMENT_NANOS;
    volatile BiFunction<Request, Long, @Nullable Answer> weather = (request, now) -> null;
    volatile boolean dated;
    volatile long base;

    LiveOrigin(Path folder) throws IOException {
        this.folder = folder;
        server = ScriptedOrigin.start(this::answer);
    }

    static void make(Path folder, String... options) {
        make(folder, track -> true, options);
    }

    static void make(Path folder, Predicate<Track> tracks, String... options) {
        try (TestClip clip = TestClip.of(Duration.ofNanos(SEGMENTS * SEGMENT_NANOS))) {
            var output = clip.output(folder.resolve("media.m3u8").toString(), tracks)
                    .format("hls")
                    .option("hls_time", "0.4")
                    .option("hls_list_size", "0")
                    .option("hls_playlist_type", "vod");
            for (int i = 0; i < options.length; i += 2) {
                output.option(options[i], options[i + 1]);
            }
            clip.write(output, tracks);
        }
    }

    /** Nanoseconds since the origin began. */
    long now() {
        return System.nanoTime() - start;
    }

    int newest() {
        return (int) Math.min(SEGMENTS, now() / SEGMENT_NANOS) - 1;
    }

    private Answer answer(Request request) {
        Answer answer = weather.apply(request, now());
        if (answer != null) {
            return answer;
        }
        try {
            return request.path().endsWith("/live.m3u8")
                    ? Answer.ok(playlist(newest()))
                    : Answer.ok(Files.readAllBytes(folder.resolve(request.path().substring(1))));
        } catch (IOException e) {
            return Answer.status(404);
        }
    }

    String playlist(int newest) {
        int first = Math.max(0, newest - 14);
        StringBuilder text = new StringBuilder(
                        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:")
                .append(first + base)
                .append('\n');
        for (int i = first; i <= newest; i++) {
            if (dated && i % 2 == 0) {
                text.append("#EXT-X-PROGRAM-DATE-TIME:")
                        .append(EPOCH.plusNanos(i * SEGMENT_NANOS))
                        .append('\n');
            }
            text.append(String.format(Locale.ROOT, "#EXTINF:0.4,%nmedia%d.ts%n", i));
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
