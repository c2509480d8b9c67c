package io.headend.benchmarks;

import io.headend.core.SampleInfo;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.FfmpegRuntime;
import io.headend.ffmpeg.interop.FfmpegInterop;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a handle of the house cost beside the bare native packet: reading a scalar, lending the payload, a second handle
 * opened and closed? Rival: JavaCPP's own getters, {@code av_packet_clone} and {@code av_packet_free}. One thread, 1,500-byte
 * payload, leak detector at its default.
 *
 * <p>Command, after {@code mvn -pl benchmarks -am -Dquick package}:
 * {@code java -cp <class path of benchmarks> org.openjdk.jmh.Main SampleHandleBenchmark -prof gc}
 */
@SuppressWarnings("NullAway.Init")
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SampleHandleBenchmark {

    private AvSample sample;
    private AVPacket packet;

    /** One packet and one handle on it. */
    @Setup
    public void open() {
        FfmpegRuntime.get();
        packet = avcodec.av_packet_alloc();
        avcodec.av_new_packet(packet, 1_500);
        packet.pts(90_000).dts(86_400).duration(3_600);
        sample = FfmpegInterop.wrap(
                avcodec.av_packet_clone(packet), new SampleInfo(0, 90_000, 86_400, 3_600, true, SampleInfo.NO_ARRIVAL));
    }

    @TearDown
    public void close() {
        sample.close();
        avcodec.av_packet_free(packet);
    }

    @Benchmark
    public long fourScalarsOfTheHandle() {
        return sample.pts() + sample.dts() + sample.duration() + sample.trackId();
    }

    @Benchmark
    public long fourScalarsOfThePacket() {
        return packet.pts() + packet.dts() + packet.duration() + packet.stream_index();
    }

    @Benchmark
    public int payloadOfTheHandle() {
        return sample.data().get(7);
    }

    @Benchmark
    public int payloadOfThePacket() {
        return packet.data().get(7);
    }

    @Benchmark
    public int secondHandle() {
        try (AvSample second = sample.retain()) {
            return second.size();
        }
    }

    @Benchmark
    public int secondPacket() {
        AVPacket second = avcodec.av_packet_clone(packet);
        int size = second.size();
        avcodec.av_packet_free(second);
        return size;
    }
}
