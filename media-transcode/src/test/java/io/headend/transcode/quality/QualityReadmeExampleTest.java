package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The lines of the README. */
class QualityReadmeExampleTest {

    private static Picture reference(int t) {
        return SyntheticPairs.reference(64, 48, 8, t);
    }

    private static Picture distorted(int t) {
        return SyntheticPairs.distorted(64, 48, 8, t);
    }

    @Test
    void readme() {
        QualityReport report;
        try (QualityMeter meter =
                QualityMeter.builder(Metric.VMAF, Metric.SSIM).subsample(2).build()) {
            for (int t = 0; t < 5; t++) {
                meter.push(t, reference(t), distorted(t));
            }
            report = meter.finish();
        }
        Pooled vmaf = report.pooled(Metric.VMAF);
        assertThat(vmaf.frames()).isEqualTo(3);
        assertThat(vmaf.min()).isLessThanOrEqualTo(vmaf.harmonicMean()).isGreaterThan(50);
    }
}
