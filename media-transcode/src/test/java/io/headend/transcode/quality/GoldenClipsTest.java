package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of lossless pairs against libvmaf's and FFmpeg's for the same files. */
@ExtendWith(LeakExtension.class)
class GoldenClipsTest {

    private static final String[] FEATURES = {"adm2", "motion2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nflx_src01_10bit",
                "nflx_sparks_10bit",
                "nflx_akiyo_contrast",
                "nflx_archer_1080p",
                "parkjoy_crf23",
                "parkjoy_crf33",
                "parkjoy_crf43",
                "street_640x360_crf28",
                "street_640x360_half_crf24",
                "game_854x480_crf28",
                "game_854x480_half_crf24"
            })
    void agreesWithTheOracle(String name) throws IOException {
        Path folder = SharedMedia.require("vmaf/golden");
        List<String> exact = Files.readAllLines(folder.resolve(name + ".csv"));
        String oracle = Files.readString(folder.resolve(name + ".oracle.json"));
        List<Double> neg = all(oracle, "\"vmaf_neg\": ([-\\d.]+)");
        List<Double> uhd = all(oracle, "\"vmaf_4k\": ([-\\d.]+)");
        List<Double> floatSsim = all(oracle, "\"float_ssim\": ([-\\d.]+),\\s+\"float_ms");
        List<Double> psnr = all(oracle, "\"psnr_y\": ([-\\d.]+),\\s+\"psnr_cb");
        String filter = Files.readString(folder.resolve(name + ".ffssim.txt"));
        List<Double> ssim = all(filter, "Y:([\\d.]+)");
        List<Double> ssimAll = all(filter, "All:([\\d.]+)");

        QualityReport report;
        try (ClipComparison comparison = ClipComparison.builder(
                        folder.resolve(name + ".ref.mkv").toString(),
                        folder.resolve(name + ".dist.mkv").toString())
                .metrics(Set.of(
                        Metric.VMAF,
                        Metric.VMAF_NEG,
                        Metric.VMAF_4K,
                        Metric.SSIM,
                        Metric.SSIM_ALL,
                        Metric.FLOAT_SSIM,
                        Metric.PSNR))
                .open()) {
            report = comparison.run();
        }

        assertThat(report.frames()).hasSize(exact.size() - 1);
        double mean = 0;
        double worst = 0;
        for (int i = 0; i < report.frames().size(); i++) {
            FrameQuality frame = report.frames().get(i);
            String[] row = exact.get(i + 1).split(",", -1);
            double[] found = Objects.requireNonNull(frame.features()).toArray();
            for (int k = 0; k < FEATURES.length; k++) {
                assertThat(found[k])
                        .as("%s frame %d %s", name, i, FEATURES[k])
                        .isCloseTo(Double.parseDouble(row[2 + k]), within(1e-3));
            }
            double vmaf = Double.parseDouble(row[9]);
            mean += vmaf / report.frames().size();
            worst = Math.max(worst, Math.abs(frame.score(Metric.VMAF) - vmaf));
            assertThat(frame.score(Metric.VMAF)).as("frame %d", i).isCloseTo(vmaf, within(0.1));
            assertThat(frame.score(Metric.VMAF_NEG)).as("NEG %d", i).isCloseTo(neg.get(i), within(0.1));
            assertThat(frame.score(Metric.VMAF_4K)).as("4K %d", i).isCloseTo(uhd.get(i), within(0.1));
            assertThat(frame.score(Metric.SSIM)).as("SSIM %d", i).isCloseTo(ssim.get(i), within(1e-5));
            assertThat(frame.score(Metric.SSIM_ALL)).as("SSIM All %d", i).isCloseTo(ssimAll.get(i), within(1e-5));
            assertThat(frame.score(Metric.FLOAT_SSIM)).as("float %d", i).isCloseTo(floatSsim.get(i), within(2e-5));
            assertThat(frame.score(Metric.PSNR)).as("PSNR %d", i).isCloseTo(psnr.get(i), within(1e-5));
        }
        assertThat(report.pooled(Metric.VMAF).mean())
                .as("mean, worst frame %s", worst)
                .isCloseTo(mean, within(0.03));
    }

    private static List<Double> all(String text, String pattern) {
        List<Double> out = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            out.add(Double.parseDouble(matcher.group(1)));
        }
        return out;
    }
}
