package io.headend.benchmarks.rtmp;

import io.headend.core.Codec;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Track;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.FfmpegRuntime;
import io.headend.ffmpeg.Muxer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.List;
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
 * What does it cost to cut a picture into RTMP chunks, which happens once for all viewers? Beside it the bare copy into a buffer of the same
 * pool, and what FFmpeg's FLV muxer, the part of its RTMP output that frames pictures, takes to write the same picture to nowhere.
 *
 * <p>Command: {@code benchmarks/run jmh ChunkBenchmark}
 */
@SuppressWarnings("NullAway.Init")
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChunkBenchmark {

    /** The relay shows none of its parts; a constant handle costs nothing. */
    private static final MethodHandle WRITE = handle();

    private static final int VIDEO = 9;

    @Param("../shared/media/bbb_multishot_540p25_64s_src1.6M.mp4")
    public String film;

    /** Bytes of a picture: 4 Mb/s at 30 pictures per second, and a large key picture. */
    @Param({"15700", "200000"})
    public int size;

    /** 128 is the protocol's default, 4,096 that of nginx-rtmp, 65,536 ours. */
    @Param({"65536", "4096"})
    public int chunk;

    private ByteBuf picture;
    private ByteBuffer coded;
    private Muxer muxer;
    private int track;
    private long time;

    private static MethodHandle handle() {
        try {
            Class<?> chunks = Class.forName("io.headend.ingest.rtmp.Chunks");
            MethodType type = MethodType.methodType(
                    ByteBuf.class, ByteBufAllocator.class, int.class, int.class, int.class, ByteBuf.class, int.class);
            return MethodHandles.privateLookupIn(chunks, MethodHandles.lookup()).findStatic(chunks, "write", type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Makes a picture, as the network brings it and as a muxer takes it. */
    @Setup
    public void make() {
        FfmpegRuntime.get();
        picture = PooledByteBufAllocator.DEFAULT.directBuffer(size).writeZero(size);
        coded = ByteBuffer.allocateDirect(size).putInt(0, size - 4).put(4, (byte) 0x41);
        try (Demuxer demuxer = Demuxer.builder(film).open()) {
            List<Track> tracks = demuxer.tracks();
            Track video = tracks.stream()
                    .filter(t -> t.kind() == Codec.Kind.VIDEO)
                    .findFirst()
                    .orElseThrow();
            track = video.id();
            muxer = Muxer.builder("/dev/null").format("flv").track(video).open();
        }
    }

    @TearDown
    public void end() {
        picture.release();
        muxer.finish();
        muxer.close();
    }

    /** Ours: headers and payload in one pooled buffer. */
    @Benchmark
    public int chunks() throws Throwable {
        ByteBuf out = (ByteBuf)
                WRITE.invokeExact((ByteBufAllocator) PooledByteBufAllocator.DEFAULT, VIDEO, 1, 40_000, picture, chunk);
        int bytes = out.readableBytes();
        out.release();
        return bytes;
    }

    /** The payload alone, in one piece. */
    @Benchmark
    public int bareCopy() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size + 12);
        out.writeBytes(picture, 0, size);
        int bytes = out.readableBytes();
        out.release();
        return bytes;
    }

    /** FFmpeg's FLV muxer, a sample of ours each time. */
    @Benchmark
    public long flvOfFfmpeg() {
        time += 512;
        try (Sample sample =
                HeapSample.of(new SampleInfo(track, time, time, 512, false, SampleInfo.NO_ARRIVAL), coded)) {
            muxer.write(sample);
        }
        return time;
    }
}
