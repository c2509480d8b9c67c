package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.AudioFormat;
import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.transcode.Transcodes.Outputs;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real files. */
@ExtendWith(LeakExtension.class)
class TranscoderFilesTest {

    private final Outputs outputs = new Outputs();
    private TranscoderStats stats;

    @AfterEach
    void closeOutputs() {
        outputs.close();
    }

    private void transcode(Path file, EpochGrid grid) {
        try (Transcoder transcoder = Transcoder.builder(Transcodes.ladder(180), grid)
                .outputs(outputs::sink)
                .build()) {
            Transcodes.run(file, transcoder);
            stats = transcoder.stats();
        }
    }

    private static EpochGrid grid(int num, int den) {
        return new EpochGrid(Rational.of(num, den), 2 * num / den, 1);
    }

    private void assertSteady(EpochGrid grid) {
        List<Long> times = outputs.times("v180");
        for (int n = 0; n < times.size(); n++) {
            assertThat(times.get(n))
                    .isEqualTo(grid.startOfFrame(n).ticksIn(grid.mediaTimebase(), RoundingMode.UNNECESSARY));
        }
        assertThat(outputs.idrFrames("v180", grid)).allMatch(grid::isIdr);
        List<Long> sound = outputs.times("audio");
        for (int j = 0; j < sound.size(); j++) {
            assertThat(sound.get(j)).isEqualTo(1024L * j);
        }
    }

    private void assertDecodes() {
        for (String name : List.of("v180", "audio")) {
            if (outputs.sink(name).tracks().isEmpty()) {
                continue;
            }
            Track track = outputs.track(name);
            int frames = 0;
            try (Decoder decoder = Decoder.builder(track).open()) {
                for (Sample sample : outputs.samples(name)) {
                    decoder.send(sample);
                    frames += drain(decoder);
                }
                decoder.finish();
                frames += drain(decoder);
                assertThat(decoder.errors()).isZero();
            }
            assertThat(frames).isEqualTo(outputs.samples(name).size());
        }
    }

    private static int drain(Decoder decoder) {
        int frames = 0;
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            frame.close();
            frames++;
        }
        return frames;
    }

    @Test
    void everyFrameOfTheFilmComesOutOnce() {
        EpochGrid grid = grid(25, 1);
        transcode(SharedMedia.media("bbb_multishot_540p25_64s_src1.6M.mp4"), grid);
        assertThat(outputs.samples("v180")).hasSize(1633);
        assertThat(outputs.idrFrames("v180", grid)).hasSize(33);
        assertThat(stats.repeated() + stats.dropped()).isZero();
        assertSteady(grid);
        assertDecodes();
        long end = outputs.times("audio").get(outputs.times("audio").size() - 1) + 1024;
        assertThat(end / 48_000.0).isBetween(1633 / 25.0 - 0.2, 1633 / 25.0 + 0.2);
    }

    @Test
    void aVariableRateIsFilledUp() {
        EpochGrid grid = grid(25, 1);
        transcode(SharedMedia.media("functional/vfr_flir_1080x1440.mp4"), grid);
        assertSteady(grid);
        assertDecodes();
        assertThat(stats.repeated()).isGreaterThan(stats.decoded());
        assertThat(outputs.samples("v180")).hasSize((int) (stats.decoded() + stats.repeated() - stats.dropped()));
        // A portrait picture in a landscape rendition keeps its aspect by its samples' shape.
        VideoFormat format = (VideoFormat) outputs.track("v180").format();
        assertThat(320 * format.sampleAspectRatio().toDouble() / 180).isBetween(0.74, 0.76);
    }

    @Test
    void interlacedPicturesAreDeinterlacedOneForOne() {
        EpochGrid grid = grid(25, 1);
        transcode(SharedMedia.media("functional/h264_1080i25_ac3_sony_a7m3.mts"), grid);
        assertSteady(grid);
        assertDecodes();
        assertThat(stats.decoded()).isPositive();
        assertThat(outputs.samples("v180")).hasSize((int) stats.decoded());
        assertThat(((AudioFormat) outputs.track("audio").format()).channels()).isEqualTo(2);
    }

    @Test
    void aHigherRateIsThinnedOut() {
        EpochGrid grid = grid(25, 1);
        transcode(SharedMedia.media("functional/h264_1080p50_pcm.mov"), grid);
        assertSteady(grid);
        assertDecodes();
        assertThat((double) outputs.samples("v180").size())
                .isBetween(stats.decoded() / 2.0 - 2, stats.decoded() / 2.0 + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eac3_audio_only.ts", "multiple_aac_tracks.mp4"})
    void soundAlone(String file) {
        transcode(SharedMedia.media("functional/" + file), grid(25, 1));
        assertThat(outputs.sink("v180").tracks()).isEmpty();
        assertThat(outputs.samples("audio")).isNotEmpty();
        assertDecodes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hevc_bframes.mp4", "h264_iframes_only.ts", "derived_opengop_bframes.mp4", "portrait.mp4"})
    void otherFormsOfPictures(String file) {
        EpochGrid grid = grid(30, 1);
        transcode(SharedMedia.media("functional/" + file), grid);
        assertThat(outputs.samples("v180")).isNotEmpty();
        assertSteady(grid);
        assertDecodes();
        assertThat(stats.decodeErrors()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "corrupt_dropped_ts_packets.ts",
                "corrupt_invalid_nalu.mp4",
                "corrupt_mdat_too_long.mp4",
                "corrupt_missing_stsd_audio.mp4",
                "corrupt_truncated.mp4",
                "h264_aac.flv",
                "derived_h264_heaac.flv",
                "derived_h264_2xheaac.ts",
                "multi_stream_2v2a_subs_nasa.mp4",
                "h264_ac3_pgs.mkv"
            })
    void whateverComesTheOutputIsSound(String file) {
        EpochGrid grid = grid(25, 1);
        try {
            transcode(SharedMedia.media("functional/" + file), grid);
        } catch (MediaException e) {
            assertThat(e).hasMessageNotContaining("null");
            return;
        }
        assertSteady(grid);
        assertDecodes();
    }

    @Test
    void fullRangePicturesBecomeLimitedRange() {
        EpochGrid grid = grid(30, 1);
        transcode(SharedMedia.media("street_redtree_1080p_src13M.mp4"), grid);
        assertSteady(grid);
        assertDecodes();
        VideoFormat format = (VideoFormat) outputs.track("v180").format();
        assertThat(format.color().fullRange()).isFalse();
        assertThat(AvcDecoderConfigurationRecord.parse(format.codec().record())
                        .sps()
                        .color()
                        .fullRange())
                .isFalse();
    }

    @Test
    void theStandardLadderKeepsTheAspect() {
        Ladder ladder = Ladder.standard(new PictureSize(960, 540));
        assertThat(ladder.names()).containsExactly("v540", "v360", "v216", "audio");
        assertThat(ladder.video())
                .extracting(Rendition::size)
                .containsExactly(new PictureSize(960, 540), new PictureSize(640, 360), new PictureSize(384, 216));
    }
}
