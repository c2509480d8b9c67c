package io.headend.transcode.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.StreamItem;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.shots.ShotEncoder;
import io.headend.transcode.shots.ShotReport;
import io.headend.transcode.shots.ShotTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the module's README. */
@ExtendWith(LeakExtension.class)
class CompareReadmeExampleTest {

    @TempDir
    Path folder;

    private static Map<String, EncoderSettings> points(String preset) {
        Map<String, EncoderSettings> points = new LinkedHashMap<>();
        for (int crf = 22; crf <= 38; crf += 4) {
            points.put("crf " + crf, EncoderSettings.x264(preset, RateControl.CappedQuality.of(crf, 4_000_000)));
        }
        return points;
    }

    @Test
    void compares() {
        Path clip = Clips.write(folder.resolve("waves.mp4"), 110, 30);
        ComparisonReport report = RateControlComparison.builder()
                .clip("waves", clip.toString())
                .contender(Contender.of("veryfast", points("veryfast")))
                .contender(Contender.of("medium", points("medium")))
                .build()
                .run();
        Bootstrap saving = report.bdRate("medium", Metric.VMAF);
        assertThat(saving.mean()).isLessThan(0);
    }

    @Test
    void encodesShotByShot() {
        Path clip = Clips.write(folder.resolve("waves.mp4"), 110, 30);
        RateControl cap = RateControl.CappedQuality.of(23, 4_000_000);
        List<StreamItem> items = new ArrayList<>();
        try (ShotEncoder encoder = ShotEncoder.builder(clip.toString(), EncoderSettings.x264("veryfast", cap))
                .build()) {
            ShotReport report = encoder.encode(ShotTarget.mean(88), items::add);
            assertThat(report.late()).isZero();
        }
        assertThat(items).hasSize(32);
        items.forEach(StreamItem::close);
    }
}
