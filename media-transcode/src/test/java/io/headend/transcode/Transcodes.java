package io.headend.transcode;

import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.testkit.FrameNumberReader;
import io.headend.testkit.RecordingSink;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the end-to-end tests share: a small ladder, recorded outputs, and reading them back. */
final class Transcodes {

    static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 2);

    private Transcodes() {}

    static Ladder ladder(int... heights) {
        List<Rendition> video = new ArrayList<>();
        for (int height : heights) {
            video.add(new Rendition(
                    "v" + height,
                    new PictureSize(height * 16 / 9 & ~1, height),
                    EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(20, 3_000_000))
                            .withThreads(1)));
        }
        return new Ladder(video, List.of(AudioRendition.standard()));
    }

    /** One recording sink per rendition; closing it closes the samples. */
    static final class Outputs implements AutoCloseable {
        private final Map<String, RecordingSink> sinks = new LinkedHashMap<>();

        RecordingSink sink(String name) {
            return sinks.computeIfAbsent(name, n -> new RecordingSink());
        }

        Track track(String name) {
            List<Track> tracks = sink(name).tracks();
            return tracks.get(tracks.size() - 1);
        }

        List<Sample> samples(String name) {
            return sink(name).items(Sample.class);
        }

        /** Times in presentation order. */
        List<Long> times(String name) {
            return samples(name).stream().map(Sample::pts).sorted().toList();
        }

        /** Frame numbers of the IDR pictures. */
        List<Long> idrFrames(String name, EpochGrid grid) {
            return samples(name).stream()
                    .filter(Sample::sync)
                    .map(sample -> grid.mediaTimebase().convert(sample.pts(), grid.frameTimebase()))
                    .toList();
        }

        @Override
        public void close() {
            sinks.values().forEach(RecordingSink::close);
        }
    }

    /** Decodes samples and reads the number that the synthetic source painted into each picture; -1 where unreadable. */
    static List<Long> paintedNumbers(Track track, List<Sample> samples) {
        List<Long> numbers = new ArrayList<>();
        try (Decoder decoder = Decoder.builder(track).open()) {
            for (Sample sample : samples) {
                decoder.send(sample);
                read(decoder, numbers);
            }
            decoder.finish();
            read(decoder, numbers);
            if (decoder.errors() != 0) {
                throw new AssertionError(decoder.errors() + " samples do not decode");
            }
        }
        return numbers;
    }

    private static void read(Decoder decoder, List<Long> numbers) {
        for (AvFrame next = decoder.receive(); next != null; next = decoder.receive()) {
            try (AvFrame frame = next) {
                numbers.add(FrameNumberReader.read(frame.plane(0), frame.stride(0), frame.width(), frame.height())
                        .orElse(-1));
            }
        }
    }

    /** Decodes sound to planar floats of the first channel. */
    static List<Float> sound(Track track, List<Sample> samples) {
        List<Float> result = new ArrayList<>();
        try (Decoder decoder = Decoder.builder(track).open()) {
            for (Sample sample : samples) {
                decoder.send(sample);
                for (AvFrame next = decoder.receive(); next != null; next = decoder.receive()) {
                    try (AvFrame frame = next) {
                        FloatBuffer plane = frame.plane(0).asFloatBuffer();
                        while (plane.hasRemaining()) {
                            result.add(plane.get());
                        }
                    }
                }
            }
        }
        return result;
    }

    /** Pushes a file through a transcoder as a source would, AVC and AAC in MP4 form. */
    static Map<Integer, Integer> run(Path file, Transcoder transcoder) {
        Map<Integer, Integer> counts = new HashMap<>();
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            demuxer.tracks().forEach(track -> transcoder.accept(new TrackInfo(track)));
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                counts.merge(sample.trackId(), 1, Integer::sum);
                transcoder.accept(sample);
            }
        }
        transcoder.accept(new EndOfStream());
        return counts;
    }
}
