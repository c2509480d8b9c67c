package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.cdn.EdgeServer;
import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.packaging.ChannelIngest;
import io.headend.packaging.HeapSegmentStore;
import io.headend.packaging.Origin;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentationPolicy;
import io.headend.testkit.LeakExtension;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Encoders in other processes push to an origin behind a server; clients fetch what they pushed. */
@ExtendWith(LeakExtension.class)
class PushedChannelTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final int SEGMENT_SECONDS = 2;
    private static final int SECONDS = 12;

    private final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private final Origin origin = Origin.builder().build();
    private final HttpClient client = HttpClient.newHttpClient();
    private ChannelIngest ingest;
    private EdgeServer server;

    @TempDir
    Path folder;

    private void serve(Clock clock, String... renditions) {
        Packager.Builder packaging =
                Packager.builder(store).policy(SegmentationPolicy.live(GRID)).clock(clock);
        for (String rendition : renditions) {
            packaging.rendition(rendition);
        }
        ingest = ChannelIngest.builder(packaging).build();
        origin.add("c", ingest);
        server = EdgeServer.builder(origin)
                .uploads(1L << 30, Duration.ofMinutes(5))
                .build()
                .start();
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
            ingest.close();
        }
        store.close();
    }

    private String slot() {
        return "http://127.0.0.1:" + server.port() + "/c/A";
    }

    private byte[] get(String path) throws Exception {
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/c/" + path))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    /** FFmpeg's own program makes pictures that begin at {@code offset} seconds and sends them as it is told. */
    private void ffmpeg(long offset, String... output) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Loader.load(org.bytedeco.ffmpeg.ffmpeg.class),
                "-hide_banner",
                "-loglevel",
                "warning",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=320x180:rate=25",
                "-t",
                Integer.toString(SECONDS),
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-bf",
                "0",
                "-g",
                "50",
                "-keyint_min",
                "50",
                "-sc_threshold",
                "0",
                "-output_ts_offset",
                Long.toString(offset)));
        command.addAll(List.of(output));
        Path log = folder.resolve("ffmpeg.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private List<Long> listed(String rendition) throws Exception {
        String playlist = new String(get(rendition + "/media.m3u8"), StandardCharsets.UTF_8);
        assertThat(playlist).doesNotContain("EXT-X-GAP").doesNotContain("EXT-X-DISCONTINUITY\n");
        List<Long> numbers = new ArrayList<>();
        Matcher segment = Pattern.compile("(?m)^(\\d+)\\.m4s$").matcher(playlist);
        while (segment.find()) {
            numbers.add(Long.parseLong(segment.group(1)));
        }
        return numbers;
    }

    /** What a player does: every listed segment behind the header; gives the number of pictures. */
    private int pictures(String rendition, List<Long> numbers) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String playlist = new String(get(rendition + "/media.m3u8"), StandardCharsets.UTF_8);
        Matcher map = Pattern.compile("EXT-X-MAP:URI=\"([^\"]+)\"").matcher(playlist);
        assertThat(map.find()).isTrue();
        all.writeBytes(get(rendition + "/" + map.group(1)));
        for (long number : numbers) {
            all.writeBytes(get(rendition + "/" + number + ".m4s"));
        }
        int count = 0;
        try (Demuxer demuxer = Demuxer.builder(Channels.newChannel(new ByteArrayInputStream(all.toByteArray())))
                .open()) {
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                sample.close();
                count++;
            }
        }
        return count;
    }

    @Test
    void ffmpegPushesHls() throws Exception {
        serve(Clock.systemUTC(), "v");
        long first = Instant.now().getEpochSecond() / SEGMENT_SECONDS - 10;
        ffmpeg(
                first * SEGMENT_SECONDS,
                "-f",
                "hls",
                "-hls_time",
                "2",
                "-hls_segment_type",
                "fmp4",
                "-hls_segment_options",
                "movflags=+frag_discont",
                "-hls_fmp4_init_filename",
                "init.mp4",
                "-start_number",
                Long.toString(first),
                "-hls_segment_filename",
                slot() + "/v/%d.m4s",
                "-method",
                "PUT",
                "-http_persistent",
                "1",
                slot() + "/v/media.m3u8");
        List<Long> numbers = listed("v");
        assertThat(numbers).startsWith(first, first + 1, first + 2).hasSizeGreaterThanOrEqualTo(5);
        assertThat(pictures("v", numbers)).isEqualTo(50 * numbers.size());
    }

    @Test
    void ffmpegPushesDash() throws Exception {
        // its numbers begin at 1, so this channel's time does, too
        serve(Clock.fixed(Instant.ofEpochSecond(SEGMENT_SECONDS), ZoneOffset.UTC), "v");
        ffmpeg(
                SEGMENT_SECONDS,
                "-f",
                "dash",
                "-seg_duration",
                "2",
                "-streaming",
                "1",
                "-format_options",
                "movflags=+frag_discont",
                "-init_seg_name",
                "v/init.mp4",
                "-media_seg_name",
                "v/$Number$.m4s",
                "-method",
                "PUT",
                slot() + "/manifest.mpd");
        List<Long> numbers = listed("v");
        assertThat(numbers).startsWith(1L, 2L, 3L).hasSizeGreaterThanOrEqualTo(5);
        assertThat(pictures("v", numbers)).isEqualTo(50 * numbers.size());
    }

    @Test
    void ffmpegPostsOneLongTrack() throws Exception {
        serve(Clock.systemUTC(), "v");
        long first = Instant.now().getEpochSecond() / SEGMENT_SECONDS - 10;
        ffmpeg(
                first * SEGMENT_SECONDS,
                "-f",
                "mp4",
                "-movflags",
                "+frag_keyframe+empty_moov+default_base_moof+cmaf+frag_discont",
                "-use_editlist",
                "0",
                "-method",
                "POST",
                "-chunked_post",
                "1",
                slot() + "/v");
        // FFmpeg does not wait for the answer to its long request
        for (int i = 0; i < 100 && listed("v").size() < SECONDS / SEGMENT_SECONDS - 1; i++) {
            assertThat(new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)).isFalse();
        }
        List<Long> numbers = listed("v");
        assertThat(numbers).startsWith(first, first + 1).hasSizeGreaterThanOrEqualTo(5);
        assertThat(pictures("v", numbers)).isEqualTo(50 * numbers.size());
    }

    @Test
    void aHeadendPushesItsChannel() throws Exception {
        serve(Clock.systemUTC(), "only", "audio");
        Path file = Files.writeString(folder.resolve("news.json"), """
                {"name": "news", "input": "test:?duration=9&size=320x180", "segment": 2, "gop": 2,
                 "video": [{"name": "only", "width": 320, "height": 180, "preset": "ultrafast"}]}
                """);
        CommandLineRun run = CommandLineRun.of("live", file.toString(), "--port", "0", "--push", slot() + "/");
        assertThat(run.exitCode()).as(run.err()).isZero();
        List<Long> numbers = listed("only");
        assertThat(numbers).hasSizeGreaterThanOrEqualTo(2).isEqualTo(listed("audio"));
        assertThat(pictures("only", numbers)).isEqualTo(50 * numbers.size());
        assertThat(new String(get("master.m3u8"), StandardCharsets.UTF_8)).contains("only/media.m3u8");
        assertThat(new String(get("manifest.mpd"), StandardCharsets.UTF_8)).contains("<MPD");
    }

    @Test
    void theOriginCommandTakesAChannel() {
        CommandLineRun run = CommandLineRun.of(
                "origin",
                "news",
                "--renditions",
                "v,a",
                "--port",
                "0",
                "--duration",
                "0.2",
                "--keep",
                folder.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("http://127.0.0.1:");
        assertThat(CommandLineRun.of("origin", "news", "--renditions", "v", "--segment", "0")
                        .err()
                        .lines())
                .singleElement()
                .asString()
                .contains("--segment is 0.1 to 86400 seconds");
    }
}
