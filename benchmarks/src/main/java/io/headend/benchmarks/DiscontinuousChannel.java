package io.headend.benchmarks;

import io.headend.core.AudioFormat;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.HeapSample;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.packaging.FileSegmentStore;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentationPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Writes a finished live channel that a player must get over: coded pictures and sound of eight seconds, shown twice, with a
 * discontinuity between and a hole of two segments. Usage: {@code DiscontinuousChannel VIDEO.mp4 AUDIO.mp4 DIR}.
 */
final class DiscontinuousChannel {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final long FIRST_SECOND = 1_700_000_000L;
    private static final long[] SHOWN_AT = {FIRST_SECOND, FIRST_SECOND + 12};

    private DiscontinuousChannel() {}

    public static void main(String[] arguments) {
        try (FileSegmentStore store = FileSegmentStore.open(Path.of(arguments[2]));
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(GRID))
                        .rendition("v360")
                        .rendition("audio")
                        .window(Duration.ofMinutes(5))
                        .build()) {
            feed(arguments[0], packager.sink("v360"));
            feed(arguments[1], packager.sink("audio"));
            packager.finish();
        }
    }

    private static void feed(String file, StreamSink sink) {
        for (long second : SHOWN_AT) {
            try (Demuxer demuxer = Demuxer.builder(file).open()) {
                Track track = demuxer.tracks().get(0);
                if (track.format() instanceof AudioFormat audio) {
                    track = track.withTimebase(Timebase.hz(audio.sampleRate()));
                }
                sink.accept(new TrackInfo(track));
                if (second != FIRST_SECOND) {
                    Timestamp at = Timestamp.of(second, Timebase.hz(1));
                    sink.accept(new Discontinuity(Discontinuity.Cause.RESTART, at, Timestamp.of(0, Timebase.hz(1))));
                }
                samples(demuxer, track, Timebase.hz(1).convert(second, track.timebase()), sink);
            }
        }
        sink.accept(new EndOfStream());
    }

    private static void samples(Demuxer demuxer, Track track, long shift, StreamSink sink) {
        for (AvSample packet = demuxer.read(); packet != null; packet = demuxer.read()) {
            try (AvSample sample = packet) {
                if (sample.trackId() == track.id()) {
                    ByteBuffer copy = ByteBuffer.allocate(sample.size());
                    copy.put(sample.data()).flip();
                    sink.accept(HeapSample.of(
                            sample.info()
                                    .withTimes(
                                            sample.info().pts() + shift,
                                            sample.info().dts() + shift,
                                            sample.info().duration()),
                            copy));
                }
            }
        }
    }
}
