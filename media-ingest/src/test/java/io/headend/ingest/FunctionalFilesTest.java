package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real files of many kinds and faults, each read to its end or to one clear error. */
@ExtendWith(LeakExtension.class)
class FunctionalFilesTest {

    private final Recorder out = new Recorder();

    private static Path functional(String name) {
        Path path = SharedMedia.find("media/functional/" + name).orElse(null);
        assumeTrue(path != null, "skipped: ../shared is missing");
        return path;
    }

    static List<String> files() throws IOException {
        Path directory = SharedMedia.find("media/functional").orElse(null);
        if (directory == null) {
            return List.of("manifest.csv");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> directory.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileComesOutCanonicalAndInOrder(String name) {
        Ingest ingest = Ingest.builder(new FileInput(functional(name), Playback.ONCE))
                .readTimeout(Duration.ofSeconds(5))
                .build();
        try {
            ingest.run(out);
        } catch (MediaException e) {
            assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
            assertThat(name).isIn("manifest.csv", "dash_cea608/manifest.mpd");
            return;
        }
        assertThat(out.ended()).isTrue();
        assertThat(out.samples).isNotEmpty();
        for (TrackInfo info : out.tracks()) {
            Track track = info.track();
            ByteBuffer record = track.format().codec().record();
            Codec codec = track.format().codec().codec();
            if (codec == Codec.AVC || codec == Codec.HEVC) {
                assertThat(record.get(0))
                        .as("version of the record of %s", track)
                        .isEqualTo((byte) 1);
            } else if (codec == Codec.AAC) {
                assertThat(record.remaining())
                        .as("AudioSpecificConfig of %s", track)
                        .isGreaterThanOrEqualTo(2);
            }
            assertOrdered(out.samples(track.id()));
        }
    }

    private static void assertOrdered(List<SampleInfo> samples) {
        for (int i = 0; i < samples.size(); i++) {
            assertThat(samples.get(i).dts()).isLessThanOrEqualTo(samples.get(i).pts());
            if (i > 0) {
                assertThat(samples.get(i).dts())
                        .isGreaterThan(samples.get(i - 1).dts());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "h264_aac_basic.mp4, 30, 45",
        "h264_aac_5s_lowrate.mp4, 125, 217",
        "h264_1080p50_pcm.mov, 100, 96",
        "derived_h264_2xheaac.ts, 126, 118",
        "h264_iframes_only.ts, 30, -1",
        "hevc.ts, 30, -1",
        "corrupt_truncated.mp4, 8, 6",
    })
    void everySampleComes(String name, int pictures, int sounds) {
        Ingest.builder(new FileInput(functional(name), Playback.ONCE)).build().run(out);
        assertThat(out.samples(0)).hasSize(pictures);
        if (sounds >= 0) {
            assertThat(out.samples(1)).hasSize(sounds);
        }
    }

    @Test
    void wrapInsideAPlaylistIsPassedWithoutAStep() {
        Ingest ingest = Ingest.builder(new FileInput(functional("hls_rollover/playlist.m3u8"), Playback.ONCE))
                .build();
        ingest.run(out);
        List<SampleInfo> video = out.samples(0);
        assertThat(video).hasSize(480);
        for (int i = 1; i < video.size(); i++) {
            assertThat(video.get(i).dts() - video.get(i - 1).dts()).isEqualTo(3750);
        }
        assertThat(ingest.stats().timeline().wraps()).isEqualTo(1);
        assertThat(out.breaks()).isEmpty();
    }

    @Test
    void twoLapsOfTheClockAreContinuous() {
        Path file = SharedMedia.find("tools/longwrap.ts").orElse(null);
        assumeTrue(file != null, "skipped: ../shared is missing");
        Ingest ingest = Ingest.builder(new FileInput(file, Playback.ONCE)).build();
        ingest.run(out);
        for (TrackInfo info : out.tracks()) {
            assertOrdered(out.samples(info.track().id()));
        }
        assertThat(ingest.stats().timeline().wraps()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void annexBBecomesLengthPrefixed() {
        Ingest.builder(new FileInput(functional("hevc.ts"), Playback.ONCE))
                .build()
                .run(out);
        for (byte[] payload : out.payloads) {
            ByteBuffer units = ByteBuffer.wrap(payload);
            while (units.hasRemaining()) {
                int length = units.getInt();
                assertThat(length).isBetween(1, units.remaining());
                units.position(units.position() + length);
            }
        }
    }
}
