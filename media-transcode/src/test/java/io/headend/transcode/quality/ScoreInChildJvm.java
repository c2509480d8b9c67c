package io.headend.transcode.quality;

import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Main class of a JVM of its own: prints the kernels in use and the VMAF mean of a synthetic clip. */
final class ScoreInChildJvm {

    private ScoreInChildJvm() {}

    public static void main(String[] args) {
        int width = Integer.parseInt(args[0]);
        int height = Integer.parseInt(args[1]);
        int frames = Integer.parseInt(args[2]);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (QualityMeter meter = QualityMeter.builder(
                        Metric.VMAF, Metric.VMAF_NEG, Metric.SSIM, Metric.SSIM_ALL, Metric.PSNR)
                .executor(threads, 2)
                .build()) {
            for (int t = 0; t < frames; t++) {
                meter.push(
                        t,
                        SyntheticPairs.reference(width, height, 8, t),
                        SyntheticPairs.distorted(width, height, 8, t));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s %.9f%n",
                    Kernels.best(width).name().replace(' ', '-'),
                    meter.finish().pooled(Metric.VMAF).mean());
        } finally {
            threads.shutdownNow();
        }
    }
}
