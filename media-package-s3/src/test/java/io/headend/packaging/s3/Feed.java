package io.headend.packaging.s3;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
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
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentStore;
import io.headend.packaging.SegmentationPolicy;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;

/** Pictures and sound that nobody decodes, on the grid, second by second. */
final class Feed {

    static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 1);
    /** Some second of the year 2026. */
    static final long BEGIN = 1_790_000_000;

    private static final int AUDIO_FRAME = 1024;
    private static final int AUDIO_RATE = 48_000;

    private final StreamSink video;
    private final StreamSink audio;
    private long frame;
    private long sound;

    Feed(Packager packager, long second) {
        this.video = packager.sink("v");
        this.audio = packager.sink("a");
        this.frame = second * 25;
        this.sound = GRID.firstAudioFrame(second, AUDIO_RATE, AUDIO_FRAME);
        CodecConfig avc = new CodecConfig(
                Codec.AVC,
                "h264",
                ByteBuffer.wrap(HexFormat.of()
                        .parseHex("0164001fffe1001a6764001facd9405005bb011000000300100000030320f1831960010006"
                                + "68ebe3cb22c0")));
        VideoFormat picture = VideoFormat.of(avc, 1280, 720).withFrameRate(GRID.frameRate());
        video.accept(new TrackInfo(new Track(0, "v", picture, GRID.mediaTimebase(), null)));
        CodecConfig aac = new CodecConfig(
                Codec.AAC,
                "aac",
                AudioSpecificConfig.lowComplexity(AUDIO_RATE, 2).toBytes());
        audio.accept(
                new TrackInfo(new Track(0, "a", AudioFormat.of(aac, AUDIO_RATE, 2), Timebase.hz(AUDIO_RATE), "en")));
    }

    static Packager.Builder packager(SegmentStore store) {
        return Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v")
                .rendition("a")
                .window(Duration.ofSeconds(8));
    }

    /** Seconds of content; the segment of the last one is complete when the next begins. */
    void seconds(int count) {
        for (long end = frame + 25L * count; frame < end; frame++) {
            long pts = GRID.startOfFrame(frame).ticksIn(GRID.mediaTimebase(), RoundingMode.UNNECESSARY);
            long next = GRID.startOfFrame(frame + 1).ticksIn(GRID.mediaTimebase(), RoundingMode.UNNECESSARY);
            video.accept(sample(pts, next - pts, GRID.isIdr(frame), 40));
            while (sound * AUDIO_FRAME * 25 < (frame + 1) * AUDIO_RATE) {
                audio.accept(sample(sound * AUDIO_FRAME, AUDIO_FRAME, true, 12));
                sound++;
            }
        }
    }

    private static HeapSample sample(long pts, long duration, boolean sync, int size) {
        ByteBuffer data = ByteBuffer.allocate(size).putInt(size - 4).putLong(pts);
        return HeapSample.of(
                new SampleInfo(0, pts, pts, duration, sync, SampleInfo.NO_ARRIVAL),
                data.position(0).limit(size));
    }
}
