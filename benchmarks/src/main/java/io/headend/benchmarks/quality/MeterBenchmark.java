package io.headend.benchmarks.quality;

import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.QualityMeter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time to score one frame of 1920x1080 on one thread, copying included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 3)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class MeterBenchmark {

    private static final MeterPictures PICTURES = new MeterPictures(1920, 1080, 4);

    @Param({"VMAF", "VMAF_NEG", "SSIM_ALL", "PSNR", "FLOAT_SSIM"})
    private Metric metric = Metric.VMAF;

    @Param({"false", "true"})
    private boolean vector;

    private QualityMeter meter = QualityMeter.builder(metric).build();
    private int frame;

    @Setup
    public void open() {
        meter = QualityMeter.builder(metric).vectorKernels(vector).build();
    }

    @Benchmark
    public void frame() {
        meter.push(frame, PICTURES.reference(frame), PICTURES.distorted(frame));
        frame++;
    }

    @TearDown
    public void close() {
        meter.close();
    }
}
