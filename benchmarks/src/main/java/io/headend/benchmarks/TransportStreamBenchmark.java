package io.headend.benchmarks;

import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.FfmpegRuntime;
import io.headend.ffmpeg.Muxer;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.ingest.ts.TsFileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/**
 * What does it cost to take a transport stream apart, from the file to the last sample? Rival: libavformat behind the same kind of
 * handle, with the shortest analysis that it allows. One thread; the file lies in the page cache.
 *
 * <p>{@code benchmarks/run jmh TransportStream -p film=/path/to/film.mp4}
 */
@SuppressWarnings("NullAway.Init")
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TransportStreamBenchmark {

    /** What the stream is made of, without transcoding. */
    @Param("../shared/media/bbb_multishot_540p25_64s_src1.6M.mp4")
    public String film;

    private Path file;

    /** Makes the stream. */
    @Setup
    public void make() throws IOException {
        FfmpegRuntime.get();
        file = Files.createTempFile("transport-stream", ".ts");
        try (Demuxer demuxer = Demuxer.builder(film).open()) {
            MuxerBuilder output = Muxer.builder(file.toString()).format("mpegts");
            demuxer.tracks().stream()
                    .filter(t -> t.kind() == Codec.Kind.VIDEO || t.kind() == Codec.Kind.AUDIO)
                    .forEach(output::track);
            try (Muxer muxer = output.open()) {
                for (Sample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                    try (Sample owned = sample) {
                        muxer.write(owned);
                    }
                }
                muxer.finish();
            }
        }
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    @Benchmark
    public long ownDemultiplexer() {
        long[] bytes = {0};
        try (TsFileSource source = new TsFileSource(file)) {
            source.run(item -> {
                try (item) {
                    bytes[0] += item instanceof Sample sample ? sample.size() : 0;
                }
            });
        }
        return bytes[0];
    }

    @Benchmark
    public long libavformat() {
        long bytes = 0;
        try (Demuxer demuxer = Demuxer.builder("file:" + file)
                .format("mpegts")
                .analyze(Duration.ofMillis(1))
                .open()) {
            for (Sample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                try (Sample owned = sample) {
                    bytes += owned.size();
                }
            }
        }
        return bytes;
    }
}
