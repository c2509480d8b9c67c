package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Sample;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of README.md. */
@ExtendWith(LeakExtension.class)
class ReadmeExampleTest {

    @Test
    void picturesSayTheirNumber() {
        SyntheticSource source = SyntheticSource.builder()
                .size(640, 360)
                .startFrame(1000)
                .duration(Duration.ofSeconds(1))
                .build();
        try (source;
                RecordingSink sink = new RecordingSink()) {
            source.run(sink);
            Sample last = sink.samples(SyntheticSource.VIDEO_TRACK).get(24);
            OptionalLong number = FrameNumberReader.read(last.data(), 640, 640, 360);
            assertThat(number).hasValue(1024);
        }
    }
}
