package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores of synthetic pairs against what libvmaf and FFmpeg gave for the same pairs. */
class SyntheticGoldenTest {

    @ParameterizedTest
    @CsvSource({
        "synth192x192, 192, 192, 8, true",
        "synth192x192, 192, 192, 8, false",
        "synth192x192, 192, 192, 10, true",
        "synth192x192, 192, 192, 16, true",
        "synth257x193, 257, 193, 8, true",
        "synth257x193, 257, 193, 12, false",
        "synth257x193_self, 257, 193, 8, true",
        "synth320x240, 320, 240, 8, true",
        "synth320x240, 320, 240, 8, false",
    })
    void agreesWithTheOracle(String name, int width, int height, int bitDepth, boolean vector) throws IOException {
        List<double[]> expected = expected(name);
        boolean self = name.endsWith("_self");
        QualityReport report;
        try (QualityMeter meter = QualityMeter.builder(
                        Metric.VMAF,
                        Metric.VMAF_NEG,
                        Metric.VMAF_4K,
                        Metric.VMAF_4K,
                        Metric.SSIM,
                        Metric.SSIM_ALL,
                        Metric.FLOAT_SSIM,
                        Metric.FLOAT_MS_SSIM,
                        Metric.PSNR)
                .vectorKernels(vector)
                .build()) {
            for (int t = 0; t < expected.size(); t++) {
                Picture reference = SyntheticPairs.reference(width, height, bitDepth, t);
                meter.push(t, reference, self ? reference : SyntheticPairs.distorted(width, height, bitDepth, t));
            }
            report = meter.finish();
        }
        assertThat(report.frames()).hasSameSizeAs(expected);
        for (int t = 0; t < expected.size(); t++) {
            check(report.frames().get(t), expected.get(t), width, bitDepth);
        }
        double mean = expected.stream().mapToDouble(e -> e[7]).average().orElseThrow();
        assertThat(report.pooled(Metric.VMAF).mean()).isCloseTo(mean, within(0.03));
    }

    private static void check(FrameQuality frame, double[] e, int width, int bitDepth) {
        VmafFeatures f = Objects.requireNonNull(frame.features());
        VmafFeatures neg = Objects.requireNonNull(frame.gainLimitedFeatures());
        double[] found = f.toArray();
        double[] foundNeg = neg.toArray();
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("feature %d of %s", i, frame).isCloseTo(e[1 + i], within(1e-4));
        }
        assertThat(foundNeg[0]).as("NEG adm2").isCloseTo(e[15], within(1e-4));
        for (int s = 0; s < 4; s++) {
            assertThat(foundNeg[2 + s]).as("NEG vif %d", s).isCloseTo(e[16 + s], within(1e-4));
        }
        assertThat(frame.score(Metric.VMAF)).isCloseTo(e[7], within(0.02));
        assertThat(frame.score(Metric.VMAF_NEG)).isCloseTo(e[8], within(0.02));
        assertThat(frame.score(Metric.VMAF_4K)).isCloseTo(e[9], within(0.05));
        assertThat(frame.score(Metric.FLOAT_SSIM)).isCloseTo(e[10], within(1e-5));
        assertThat(frame.score(Metric.FLOAT_MS_SSIM)).isCloseTo(e[11], within(1e-5));
        // The third pair was measured as 4:4:4: two grey planes as large as luma.
        double all = width == 257 ? (frame.score(Metric.SSIM) + 2) / 3 : frame.score(Metric.SSIM_ALL);
        if (bitDepth == 8) {
            assertThat(all).isCloseTo(e[14], within(1e-5));
            assertThat(frame.score(Metric.PSNR)).isCloseTo(e[12], within(1e-5));
            assertThat(frame.score(Metric.SSIM)).isCloseTo(e[13], within(1e-5));
        }
    }

    @Test
    void theFormulaIsTheOneTheOracleSaw() {
        int[] ref = new int[6];
        int[] dist = new int[6];
        for (int x = 0; x < 6; x++) {
            ref[x] = SyntheticPairs.reference(x, 0, 0);
            dist[x] = SyntheticPairs.distorted(x, 0, 0, 192, 192);
        }
        assertThat(ref).containsExactly(50, 37, 50, 59, 13, 9);
        assertThat(dist).containsExactly(42, 42, 54, 36, 12, 12);
    }

    private static List<double[]> expected(String name) throws IOException {
        List<double[]> out = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(SyntheticGoldenTest.class.getResourceAsStream(name + ".csv"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] words = line.split(",", -1);
                    double[] row = new double[words.length];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = Double.parseDouble(words[i]);
                    }
                    out.add(row);
                }
            }
        }
        return out;
    }
}
