package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.StreamSource;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SyntheticSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class ReadmeExampleTest {

    @Test
    void theExampleOfTheReadme() {
        Map<String, RecordingSink> packager = new ConcurrentHashMap<>();
        StreamSource source =
                SyntheticSource.builder().size(320, 180).frames(60).build();
        // README begins
        Ladder ladder = Ladder.standard(new PictureSize(320, 180));
        EpochGrid grid = EpochGrid.nearest(Rational.of(25, 1), Duration.ofSeconds(2), Duration.ofSeconds(4));
        try (source;
                Transcoder transcoder = Transcoder.builder(ladder, grid)
                        .outputs(name -> packager.computeIfAbsent(name, n -> new RecordingSink()))
                        .start(TimelineStart.zero())
                        .build()) {
            source.run(transcoder);
            assertThat(transcoder.stats().decoded()).isEqualTo(60);
        }
        assertThat(packager.keySet()).containsExactlyInAnyOrder("v180", "v120", "v80", "audio");
        // README ends
        packager.values().forEach(RecordingSink::close);
    }

    @Test
    void adaptiveExample() {
        RateControl.ContentAdaptive adaptive = RateControl.ContentAdaptive.of(26, 3_000_000)
                .withTarget(QualityTarget.vmaf(88, 95).withSsim(0.95, 0.985))
                .withScenario(Scenario.SPORTS);
        EncoderSettings settings = EncoderSettings.x264("veryfast", adaptive);
        assertThat(settings.rateControl().maxrate()).isEqualTo(3_000_000);
    }
}
