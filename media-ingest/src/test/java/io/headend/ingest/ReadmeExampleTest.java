package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.StreamSource;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.ingest.rtmp.DuplicatePolicy;
import io.headend.ingest.rtmp.RtmpServer;
import io.headend.ingest.rtmp.SourceOptions;
import io.headend.ingest.rtmp.StreamKey;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class ReadmeExampleTest {

    @Test
    void theExampleOfTheReadme(@TempDir Path directory) throws IOException {
        Path file = oneSecondOfSilence(directory.resolve("silence.wav"));
        // README begins
        InputSpec input = InputSpec.parse(file.toString());
        ProbeReport report = Probe.builder(input).decode(true).build().run();
        assertThat(report.problems()).isEmpty();
        try (Ingest ingest =
                        Ingest.builder(input).readTimeout(Duration.ofSeconds(5)).build();
                RecordingSink sink = new RecordingSink()) {
            ingest.run(sink);
            assertThat(sink.ended()).isTrue();
            assertThat(ingest.stats().samples())
                    .isEqualTo(report.tracks().get(0).counts().samples());
        }
        // README ends
    }

    @Test
    void theRtmpExampleOfTheReadme() {
        // README begins
        try (RtmpServer server = RtmpServer.builder()
                        .port(0)
                        .publishAuth(PublishAuth.txSecret("primary-key", "backup-key", Clock.systemUTC()))
                        .duplicates(DuplicatePolicy.TAKE_OVER)
                        .build()
                        .start();
                StreamSource source = server.source(StreamKey.parse("live/cam1"), SourceOptions.LIVE)) {
            MediaHandler flv = server.flv(); // GET /live/cam1.flv on any server of media handlers
            server.forbid(StreamKey.parse("live/cam2"));
            // README ends
            assertThat(flv.handle(MediaRequest.get("/live/cam1.flv"))
                            .toCompletableFuture()
                            .join()
                            .status())
                    .isEqualTo(404);
            assertThat(source).isNotNull();
        }
    }

    private static Path oneSecondOfSilence(Path file) throws IOException {
        int bytes = 2 * 48_000;
        ByteBuffer wav = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(36 + bytes).put(ascii("WAVEfmt ")).putInt(16);
        wav.putShort((short) 1)
                .putShort((short) 1)
                .putInt(48_000)
                .putInt(96_000)
                .putShort((short) 2)
                .putShort((short) 16);
        wav.put(ascii("data")).putInt(bytes);
        return Files.write(file, wav.array());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
