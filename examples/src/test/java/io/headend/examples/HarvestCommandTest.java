package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.cdn.EdgeCache;
import io.headend.cdn.EdgeServer;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.live.ChannelSpec;
import io.headend.live.LiveChannel;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A channel behind an edge: recordings of a stretch of it, and manifests as clients take them. */
@ExtendWith(LeakExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HarvestCommandTest {

    @TempDir
    Path folder;

    private LiveChannel channel;
    private EdgeCache cache;
    private EdgeServer server;

    @BeforeAll
    void run() throws Exception {
        EncoderSettings settings = EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(30, 400_000));
        channel = LiveChannel.builder(
                        ChannelSpec.of("news")
                                .withSegments(Duration.ofSeconds(1), Duration.ofSeconds(1))
                                .withLadder(new Ladder(
                                        List.of(new Rendition("v72", new PictureSize(128, 72), settings)),
                                        List.of(AudioRendition.standard())))
                                .withWindow(Duration.ofSeconds(60)),
                        SyntheticSource.builder().size(128, 72).frameRate(25).build())
                .build();
        channel.start();
        cache = EdgeCache.builder(channel.origin()).build();
        server = EdgeServer.builder(cache).build().start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (channel.stats().timeline().listed() < 4 && System.nanoTime() < end) {
            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        }
    }

    @AfterAll
    void close() {
        server.close();
        channel.close();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.port() + "/news/" + path;
    }

    @Test
    void writesAFolderOfExactlyTheStretch() throws Exception {
        Instant begin =
                Instant.ofEpochSecond(channel.stats().timeline().first()).plusMillis(360);
        Path output = folder.resolve("goal");
        CommandLineRun run = CommandLineRun.of(
                "harvest",
                url("master.m3u8"),
                "--begin",
                begin.toString(),
                "--end",
                begin.plusMillis(1920).toString(),
                "-o",
                output.toString(),
                "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(run.out());
        assertThat(result.get("pictures").asInt()).isEqualTo(48);
        assertThat(Instant.parse(result.get("first").asText())).isEqualTo(begin);
        assertThat(result.get("seconds").asDouble()).isBetween(1.92, 1.95);
        assertThat(output.resolve("master.m3u8")).exists();
        assertThat(Files.readString(output.resolve("manifest.mpd"))).contains("type=\"static\"");
        assertThat(output.resolve(".harvested")).doesNotExist();
    }

    @Test
    void saysWhatIsWrongInOneSentence() {
        String out = folder.resolve("none").toString();
        CommandLineRun past = CommandLineRun.of("harvest", url(""), "--begin", "1000", "--end", "1010", "-o", out);
        assertThat(past.exitCode()).isEqualTo(1);
        assertThat(past.err().lines()).singleElement().asString().contains("window");
        CommandLineRun noTime = CommandLineRun.of("harvest", url(""), "--begin", "noon", "--end", "1010", "-o", out);
        assertThat(noTime.err()).contains("--begin").contains("noon");
        CommandLineRun noUrl = CommandLineRun.of("harvest", "news", "--begin", "1000", "--end", "1010", "-o", out);
        assertThat(noUrl.exitCode()).isEqualTo(1);
        assertThat(noUrl.err()).contains("master.m3u8");
        assertThat(Path.of(out)).doesNotExist();
    }

    @Test
    void whatIsTooLongIsRefusedAndNotCutOff() {
        assertThat(new ChannelFetch(url("")).get("master.m3u8").remaining()).isPositive();
        assertThatThrownBy(() -> new ChannelFetch(url(""), 10).get("master.m3u8"))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.EXHAUSTED))
                .hasMessageContaining("master.m3u8 has more than 10 bytes");
        assertThatThrownBy(() -> new ChannelFetch(url("")).get("none.m3u8"))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND));
    }

    @Test
    void manifestsComeCompressedThroughTheEdgeForThoseWhoTakeThat() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url("manifest.mpd")));
        HttpResponse<byte[]> plain = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        HttpResponse<byte[]> zipped =
                client.send(request.header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(new String(plain.body(), StandardCharsets.UTF_8)).contains("<MPD");
        assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(zipped.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(zipped.body()).hasSizeLessThan(plain.body().length);
        byte[] back = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
        assertThat(new String(back, StandardCharsets.UTF_8)).contains("<MPD").endsWith("</MPD>\n");
    }
}
