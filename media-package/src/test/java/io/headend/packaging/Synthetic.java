package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.HeapSample;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.formats.aac.AudioSpecificConfig;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Samples with the times of a grid and a few bytes that nobody decodes. */
final class Synthetic {

    static final CodecConfig AVC = new CodecConfig(
            Codec.AVC,
            "h264",
            ByteBuffer.wrap(HexFormat.of()
                    .parseHex("0164001fffe1001a6764001facd9405005bb011000000300100000030320f1831960010006"
                            + "68ebe3cb22c0")));

    private final Track track;
    private final EpochGrid grid;
    private final int frameSize;

    private Synthetic(Track track, EpochGrid grid, int frameSize) {
        this.track = track;
        this.grid = grid;
        this.frameSize = frameSize;
    }

    static Synthetic video(EpochGrid grid) {
        VideoFormat format = VideoFormat.of(AVC, 1280, 720).withFrameRate(grid.frameRate());
        return new Synthetic(new Track(0, "video", format, grid.mediaTimebase(), null), grid, 0);
    }

    static Synthetic audio() {
        return audio(48_000);
    }

    static Synthetic audio(int rate) {
        CodecConfig config = new CodecConfig(
                Codec.AAC, "aac", AudioSpecificConfig.lowComplexity(rate, 2).toBytes());
        Track track = new Track(0, "audio", AudioFormat.of(config, rate, 2), Timebase.hz(rate), "en");
        return new Synthetic(track, new EpochGrid(Rational.of(rate, 1), 1, 1), 1024);
    }

    /** The track of {@link #audio()} with one channel. */
    static Track otherAudio() {
        CodecConfig config = new CodecConfig(
                Codec.AAC, "aac", AudioSpecificConfig.lowComplexity(48_000, 1).toBytes());
        return new Track(0, "audio", AudioFormat.of(config, 48_000, 1), Timebase.hz(48_000), "en");
    }

    Track track() {
        return track;
    }

    /** The whole stream: its track, {@code count} samples from number {@code first} on, its end. */
    void feed(StreamSink sink, long first, int count) {
        sink.accept(new TrackInfo(track));
        samples(sink, first, count);
        sink.accept(new EndOfStream());
    }

    void samples(StreamSink sink, long first, int count) {
        for (long n = first; n < first + count; n++) {
            sink.accept(sample(n));
        }
    }

    HeapSample sample(long n) {
        return sample(n, frameSize > 0 || grid.isIdr(n));
    }

    HeapSample sample(long n, boolean sync) {
        long start = start(n);
        ByteBuffer data = ByteBuffer.allocate(16)
                .putInt(12)
                .putLong(n)
                .putInt((int) start)
                .flip();
        SampleInfo info = new SampleInfo(0, start, start, start(n + 1) - start, sync, SampleInfo.NO_ARRIVAL);
        return HeapSample.of(info, data);
    }

    long start(long n) {
        return frameSize > 0 ? n * frameSize : grid.startOfFrame(n).ticksIn(track.timebase(), RoundingMode.UNNECESSARY);
    }
}
