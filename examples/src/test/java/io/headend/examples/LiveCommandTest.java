package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.testkit.LeakExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class LiveCommandTest {

    @TempDir
    Path folder;

    @Test
    void runsTheChannelOfAFileToItsEnd() throws IOException {
        Path file = Files.writeString(folder.resolve("news.json"), """
                {"name": "news", "input": "test:?duration=3&size=320x180", "segment": 1, "gop": 1,
                 "video": [{"name": "only", "width": 320, "height": 180, "preset": "ultrafast"}]}
                """);

        CommandLineRun run = CommandLineRun.of("live", file.toString(), "--port", "0", "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode summary = new ObjectMapper().readTree(run.out());
        assertThat(summary.get("channel").asText()).isEqualTo("news");
        assertThat(summary.get("segments").asInt()).isBetween(2, 3);
        assertThat(summary.get("renditions").get(0).get("name").asText()).isEqualTo("only");
        assertThat(summary.get("avDriftTicks").asInt()).isZero();
    }

    @Test
    void refusesAFileThatDescribesNone() throws IOException {
        Path file = Files.writeString(folder.resolve("news.json"), "{\"name\": \"news\"}");

        CommandLineRun run = CommandLineRun.of("live", file.toString(), "--port", "0");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("\"name\" and \"input\"");
    }
}
