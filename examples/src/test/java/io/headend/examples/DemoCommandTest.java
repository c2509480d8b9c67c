package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.testkit.LeakExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class DemoCommandTest {

    @Test
    void endsWithASummaryOfAnAlignedChannel() throws IOException {
        CommandLineRun run =
                CommandLineRun.of("demo", "test:?size=320x180", "--port", "0", "--duration", "6", "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();

        assertThat(run.err()).containsPattern("http://127\\.0\\.0\\.1:\\d+/");
        JsonNode summary = new ObjectMapper().readTree(run.out());
        assertThat(summary.get("state").asText()).isEqualTo("RUNNING");
        assertThat(summary.get("aligned").asBoolean()).isTrue();
        assertThat(summary.get("segments").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(summary.get("missingSegments").asInt()).isZero();
        assertThat(summary.get("avDriftTicks").asInt()).isZero();
        assertThat(summary.get("renditions")).hasSizeGreaterThanOrEqualTo(2);
        assertThat(summary.get("audio").get("codec").asText()).isEqualTo("mp4a.40.2");
    }
}
