package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakExtension.class)
class ProbeTest {

    private static Path functional(String name) {
        Path path = SharedMedia.find("media/functional/" + name).orElse(null);
        assumeTrue(path != null, "skipped: ../shared is missing");
        return path;
    }

    private static ProbeReport probe(String name) {
        return Probe.builder(new FileInput(functional(name), Playback.ONCE))
                .decode(true)
                .timeout(Duration.ofSeconds(20))
                .build()
                .run();
    }

    static List<String> files() throws IOException {
        Path directory = SharedMedia.find("media/functional").orElse(null);
        if (directory == null) {
            return List.of("manifest.csv");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> directory.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileEndsInAReportOrOneClearError(String name) {
        try {
            ProbeReport report = probe(name);
            assertThat(report.end()).isEqualTo(ProbeReport.End.COMPLETE);
            assertThat(report.tracks()).isNotEmpty();
            assertThat(report.tracks()).anyMatch(t -> t.counts().samples() > 0);
        } catch (MediaException e) {
            assertThat(name).isIn("manifest.csv", "dash_cea608/manifest.mpd");
            assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
            assertThat(e.getMessage()).contains(name).doesNotContain("\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "h264_aac_basic.mp4, 0, 30, 30, 0, 0, false",
        "h264_12.5fps.mp4, 1, 13, 13, 0, 0, false",
        "h264_iframes_only.ts, 0, 30, 30, 1, 0, false",
        "h264_aac_bbb_640x360.flv, 0, 250, 250, 75, 0, false",
        "derived_opengop_bframes.mp4, 0, 200, 200, 50, 0, false",
        "vfr_flir_1080x1440.mp4, 0, 84, 83, 31, 0, true",
        "vfr_screenrec_3026x1386.mp4, 0, 63, 63, 30, 0, true",
        "hevc_bframes.mp4, 0, 30, 30, 0, 0, false",
    })
    void picturesAreMeasured(
            String name, int track, long samples, long frames, long longestGop, long errors, boolean variable) {
        TrackReport report = probe(name).tracks().get(track);
        assertThat(report.counts().samples()).isEqualTo(samples);
        assertThat(report.counts().frames()).isEqualTo(frames);
        assertThat(report.counts().errors()).isEqualTo(errors);
        assertThat(report.variableFrameRate()).isEqualTo(variable);
        assertThat(report.keys().longest()).isEqualTo(longestGop);
        assertThat(report.bitrate()).isPositive();
    }

    @Test
    void damageIsReported() {
        for (String name : List.of("corrupt_invalid_nalu.mp4", "corrupt_truncated.mp4")) {
            ProbeReport report = probe(name);
            assertThat(report.end()).isEqualTo(ProbeReport.End.COMPLETE);
            assertThat(report.problems()).containsExactly("samples of video-0 that could not be decoded: 1");
        }
    }

    @Test
    void healthyFileHasNoProblems() {
        ProbeReport report = probe("h264_aac_5s_lowrate.mp4");
        assertThat(report.problems()).isEmpty();
        assertThat(report.format()).contains("mp4");
        assertThat(report.duration().toNanos()).isBetween(4_900_000_000L, 5_100_000_000L);
        TrackReport video = report.tracks().get(0);
        assertThat(video.rate()).isBetween(24.9, 25.1);
        assertThat(video.span().nanos()).isEqualTo(5_000_000_000L);
    }

    @Test
    void withoutDecodingNothingIsSaidAboutFrames() {
        ProbeReport report = Probe.builder(new FileInput(functional("h264_aac_basic.mp4"), Playback.ONCE))
                .build()
                .run();
        assertThat(report.tracks().get(0).counts().frames()).isEqualTo(-1);
        assertThat(report.problems()).isEmpty();
    }

    @Test
    void lookAtALiveStreamEndsInTime() throws Exception {
        byte[] ts = Files.readAllBytes(functional("h264_iframes_only.ts"));
        try (ServerSocket server = new ServerSocket(0)) {
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                // Sends once, then stays silent with the connection open until the other side closes.
                try (Socket socket = server.accept();
                        OutputStream out = socket.getOutputStream()) {
                    out.write(ts);
                    out.flush();
                    while (socket.getInputStream().read() >= 0) {
                        // nothing is sent back
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            ProbeReport report = Probe.builder(LiveInput.of("tcp://127.0.0.1:" + server.getLocalPort()))
                    .look(Duration.ofMillis(500))
                    .build()
                    .run();
            assertThat(report.end()).isEqualTo(ProbeReport.End.LIMIT);
            assertThat(report.tracks().get(0).counts().samples()).isGreaterThan(20);
            sender.exceptionally(e -> null).join();
        }
    }

    @Test
    void silentStreamIsOneClearError() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Probe probe = Probe.builder(LiveInput.of("tcp://127.0.0.1:" + silent.getLocalPort()))
                    .timeout(Duration.ofMillis(400))
                    .build();
            assertThatThrownBy(probe::run)
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.TIMEOUT));
        }
    }
}
