package io.headend.ingest.ts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.Demuxer;
import io.headend.formats.h26x.AnnexB;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every transport stream at hand, frame by frame as libavformat reads it: bytes, times, key frames, formats. */
@ExtendWith(LeakExtension.class)
class AgainstLibavformatTest {

    private static final long MASK = (1L << 33) - 1;

    /** What is compared of a sample. */
    private record Frame(int hash, int size, long pts, long dts, boolean sync) {}

    private static final class Reading implements StreamSink {
        final Map<Integer, List<Frame>> frames = new TreeMap<>();
        final Map<Integer, Track> tracks = new TreeMap<>();

        void add(int track, ByteBuffer data, SampleInfo info) {
            frames.computeIfAbsent(track, t -> new ArrayList<>())
                    .add(new Frame(data.hashCode(), data.remaining(), time(info.pts()), time(info.dts()), info.sync()));
        }

        private static long time(long time) {
            return time == Long.MIN_VALUE ? time : time & MASK;
        }

        @Override
        public void accept(StreamItem item) {
            if (item instanceof Sample sample) {
                add(sample.trackId(), sample.data(), sample.info());
            } else if (item instanceof TrackInfo info) {
                tracks.put(info.track().id(), info.track());
            }
            item.close();
        }
    }

    static List<String> files() throws IOException {
        Path directory = SharedMedia.find("media/functional").orElse(null);
        if (directory == null) {
            return List.of("");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(f -> directory.relativize(f).toString())
                    .filter(f -> f.endsWith("ts"))
                    .sorted()
                    .toList();
        }
    }

    private static Reading libavformat(Path file) {
        Reading reading = new Reading();
        try (Demuxer demuxer = Demuxer.builder("file:" + file)
                .option("correct_ts_overflow", "0")
                .open()) {
            for (Sample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                Track track = demuxer.tracks().get(sample.trackId());
                reading.tracks.put(track.id(), track);
                reading.add(track.id(), canonical(track.format().codec().codec(), sample.data()), sample.info());
                sample.close();
            }
        }
        return reading;
    }

    private static ByteBuffer canonical(Codec codec, ByteBuffer data) {
        return switch (codec) {
            case AVC, HEVC -> AnnexB.toLengthPrefixed(data);
            case AAC -> data.slice((data.get(1) & 1) == 1 ? 7 : 9, data.remaining() - ((data.get(1) & 1) == 1 ? 7 : 9));
            default -> data;
        };
    }

    private static Reading own(Path file, int chunk) throws IOException {
        Reading reading = new Reading();
        TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, reading);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i += chunk) {
            demuxer.accept(ByteBuffer.wrap(bytes, i, Math.min(chunk, bytes.length - i)), SampleInfo.NO_ARRIVAL);
        }
        demuxer.flush();
        return reading;
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFrameIsTheSame(String name) throws IOException {
        Path file = SharedMedia.find("media/functional/" + name).orElse(null);
        assumeTrue(file != null && !name.isEmpty(), "skipped: ../shared is missing");
        Reading expected = libavformat(file);
        Reading actual = own(file, 5000);
        assertThat(own(file, 7 * 188).frames).isEqualTo(actual.frames);
        assertThat(actual.frames).isNotEmpty();
        expected.frames.forEach((id, frames) -> {
            Track track = expected.tracks.get(id);
            // Splice messages are cues here; LATM is opened to raw access units.
            if (track.format().codec().codec() == Codec.SCTE35) {
                assertThat(actual.frames).doesNotContainKey(id);
                return;
            }
            boolean latm = track.format().codec().name().equals("aac_latm");
            List<Frame> own = actual.frames.get(id);
            assertThat(own).as("%s", track).hasSameSizeAs(frames);
            for (int i = 0; i < frames.size(); i++) {
                assertSame(frames.get(i), own.get(i), latm, track + ", sample " + i);
            }
            if (track.format() instanceof VideoFormat video) {
                VideoFormat format = (VideoFormat) actual.tracks.get(id).format();
                assertThat(format.size()).isEqualTo(video.size());
                assertThat(format.sampleAspectRatio()).isEqualTo(video.sampleAspectRatio());
                assertThat(format.pixelFormat()).isEqualTo(video.pixelFormat());
                assertThat(format.color()).isEqualTo(video.color());
            }
            assertThat(actual.tracks.get(id).name()).isEqualTo(track.name());
            assertThat(actual.tracks.get(id).language()).isEqualTo(track.language());
        });
    }

    private static void assertSame(Frame expected, Frame own, boolean latm, String what) {
        if (!latm) {
            assertThat(own.size).as(what).isEqualTo(expected.size);
            assertThat(own.hash).as(what).isEqualTo(expected.hash);
        }
        assertThat(own.sync).as(what).isEqualTo(expected.sync);
        if (expected.pts != Long.MIN_VALUE && own.pts != Long.MIN_VALUE) {
            assertThat(own.pts).as(what).isBetween(expected.pts - 1, expected.pts + 1);
        }
        if (expected.dts != Long.MIN_VALUE && own.dts != Long.MIN_VALUE) {
            assertThat(own.dts).as(what).isBetween(expected.dts - 1, expected.dts + 1);
        }
    }
}
