package io.headend.benchmarks.quality;

import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.QualityMeter;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What does scoring a 1920x1080 frame cost, beside an independent peer in the same run?
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp … io.headend.benchmarks.quality.MeterSpeed [PEER_FFMPEG]}, where the
 * peer is an {@code ffmpeg} program with libvmaf. Prints processor milliseconds per frame on one thread, the peer's reading
 * taken off, and the gain of a second thread by the clock.
 */
public final class MeterSpeed {

    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    private static final int FRAMES = 8;
    private static final int ROUNDS = 8;
    private static final int PEER_FRAMES = 48;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private MeterSpeed() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = System.out;
        MeterPictures pictures = new MeterPictures(WIDTH, HEIGHT, FRAMES);
        out.printf(
                Locale.ROOT,
                "JDK %s, load %.1f%n%-42s %s%n",
                Runtime.version(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                "1920x1080, one thread",
                "CPU ms/frame");
        row(out, "VMAF, plain kernels", cpu(pictures, false, Metric.VMAF));
        row(out, "VMAF, vector kernels where present", cpu(pictures, true, Metric.VMAF));
        row(out, "VMAF + NEG, plain kernels", cpu(pictures, false, Metric.VMAF, Metric.VMAF_NEG));
        row(out, "VMAF + NEG, vector kernels", cpu(pictures, true, Metric.VMAF, Metric.VMAF_NEG));
        row(out, "SSIM Y+U+V, plain kernels", cpu(pictures, false, Metric.SSIM_ALL));
        row(out, "SSIM Y+U+V, vector kernels", cpu(pictures, true, Metric.SSIM_ALL));
        row(out, "PSNR Y, vector kernels", cpu(pictures, true, Metric.PSNR));
        row(out, "float SSIM, vector kernels", cpu(pictures, true, Metric.FLOAT_SSIM));
        if (args.length > 0) {
            Path folder = Files.createTempDirectory("speed");
            try {
                peer(out, pictures, args[0], folder);
            } finally {
                Files.deleteIfExists(folder.resolve("ref.y4m"));
                Files.deleteIfExists(folder.resolve("dist.y4m"));
                Files.deleteIfExists(folder);
            }
        }
        double one = clock(pictures, 1);
        double two = clock(pictures, 2);
        out.printf(
                Locale.ROOT,
                "%-42s %.1f and %.1f ms/frame by the clock: %.2f times%n",
                "VMAF, 1 and 2 threads",
                one,
                two,
                one / two);
    }

    private static void row(PrintStream out, String name, double millis) {
        out.printf(Locale.ROOT, "%-42s %8.1f%n", name, millis);
    }

    /** Least of some rounds, copying of the pictures included. */
    private static double cpu(MeterPictures pictures, boolean vector, Metric... metrics) {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            try (QualityMeter meter =
                    QualityMeter.builder(metrics).vectorKernels(vector).build()) {
                // The first frame makes the working memory and has no motion.
                meter.push(0, pictures.reference(0), pictures.distorted(0));
                meter.push(1, pictures.reference(1), pictures.distorted(1));
                long start = THREADS.getCurrentThreadCpuTime();
                for (int t = 2; t < FRAMES; t++) {
                    meter.push(t, pictures.reference(t), pictures.distorted(t));
                }
                least = Math.min(least, (THREADS.getCurrentThreadCpuTime() - start) / 1e6 / (FRAMES - 2));
                meter.finish();
            }
        }
        return least;
    }

    private static double clock(MeterPictures pictures, int threads) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            double least = Double.MAX_VALUE;
            for (int round = 0; round < 4; round++) {
                try (QualityMeter meter = QualityMeter.builder(Metric.VMAF)
                        .executor(executor, threads + 1)
                        .build()) {
                    meter.push(0, pictures.reference(0), pictures.distorted(0));
                    long start = System.nanoTime();
                    int frames = 32;
                    for (int t = 1; t <= frames; t++) {
                        meter.push(t, pictures.reference(t), pictures.distorted(t));
                    }
                    meter.finish();
                    least = Math.min(least, (System.nanoTime() - start) / 1e6 / frames);
                }
            }
            return least;
        } finally {
            executor.shutdownNow();
        }
    }

    private static void peer(PrintStream out, MeterPictures pictures, String ffmpeg, Path folder)
            throws IOException, InterruptedException {
        Path ref = folder.resolve("ref.y4m");
        Path dist = folder.resolve("dist.y4m");
        pictures.write(ref, true, PEER_FRAMES);
        pictures.write(dist, false, PEER_FRAMES);
        String both = "[0:v]setpts=N[d];[1:v]setpts=N[r];[d][r]";
        double reading = peerCpu(ffmpeg, dist, ref, both + "vstack");
        row(
                out,
                "peer: libvmaf in FFmpeg, one thread",
                peerCpu(ffmpeg, dist, ref, both + "libvmaf=n_threads=1") - reading);
        row(out, "peer: ssim filter", peerCpu(ffmpeg, dist, ref, both + "ssim") - reading);
    }

    private static double peerCpu(String ffmpeg, Path dist, Path ref, String filter)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ffmpeg, "-hide_banner", "-benchmark", "-nostdin", "-threads", "1", "-filter_complex_threads", "1"));
        command.addAll(List.of("-i", dist.toString(), "-i", ref.toString(), "-lavfi", filter, "-f", "null", "-"));
        double least = Double.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("the peer failed: " + text);
            }
            Matcher matcher =
                    Pattern.compile("utime=([\\d.]+)s stime=([\\d.]+)s").matcher(text);
            if (!matcher.find()) {
                throw new IOException("the peer printed no times: " + text);
            }
            double seconds = Double.parseDouble(matcher.group(1)) + Double.parseDouble(matcher.group(2));
            least = Math.min(least, seconds * 1000 / PEER_FRAMES);
        }
        return least;
    }
}
