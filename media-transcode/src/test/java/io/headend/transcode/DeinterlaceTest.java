package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard definition, 576 lines of two fields. A bar moves by 4 samples from field to field: where it is tells which field a picture was made of. */
@ExtendWith(LeakExtension.class)
class DeinterlaceTest {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 576;
    private static final int STEP = 4;
    private static final int FRAMES = 24;

    private final Ladder ladder = new Ladder(
            List.of(new Rendition(
                    "v",
                    new PictureSize(WIDTH, HEIGHT),
                    EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(10, 8_000_000)))),
            List.of());

    @ParameterizedTest
    @ValueSource(strings = {"tff", "bff"})
    void everyFieldBecomesAPictureInItsOrder(String order) {
        List<Integer> bars = bars(order, 50, Deinterlace.AUTO);
        // The first picture and the last have a neighbour on one side only.
        assertThat(bars).hasSizeBetween(2 * FRAMES - 1, 2 * FRAMES);
        for (int i = 2; i < bars.size() - 2; i++) {
            assertThat(bars.get(i) - bars.get(i - 1))
                    .as("step to picture %d of %s", i, bars)
                    .isBetween(2, 6);
        }
    }

    @ParameterizedTest
    @CsvSource({"25, AUTO", "25, FRAMES"})
    void bothFieldsBecomeOnePicture(int rate, Deinterlace how) {
        List<Integer> bars = bars("tff", rate, how);
        assertThat(bars).hasSize(FRAMES);
        for (int i = 2; i < bars.size() - 2; i++) {
            assertThat(bars.get(i) - bars.get(i - 1))
                    .as("step to picture %d of %s", i, bars)
                    .isBetween(6, 10);
        }
    }

    @Test
    void framesAtTwiceTheRateAreShownTwice() {
        List<Integer> bars = bars("tff", 50, Deinterlace.FRAMES);
        long standing = 0;
        for (int i = 1; i < bars.size(); i++) {
            standing += Math.abs(bars.get(i) - bars.get(i - 1)) <= 1 ? 1 : 0;
        }
        assertThat(standing).isBetween(FRAMES - 2L, FRAMES + 1L);
    }

    @ParameterizedTest
    @CsvSource({"25, AUTO, 1", "50, AUTO, 2", "50, FIELDS, 2"})
    void aCameraRecordingOf1080i25(int rate, Deinterlace how, int picturesPerFrame) {
        EpochGrid grid = new EpochGrid(Rational.of(rate, 1), 2 * rate, 1);
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = Transcoder.builder(Transcodes.ladder(180), grid)
                        .processing(Processing.STANDARD.withDeinterlace(how))
                        .outputs(outputs::sink)
                        .build()) {
            Transcodes.run(SharedMedia.media("functional/h264_1080i25_ac3_sony_a7m3.mts"), transcoder);
            TranscoderStats stats = transcoder.stats();
            assertThat(stats.decoded()).isPositive();
            assertThat(stats.repeated() + stats.dropped()).isLessThanOrEqualTo(1);
            assertThat((long) outputs.samples("v180").size())
                    .isBetween(picturesPerFrame * stats.decoded() - 1, picturesPerFrame * stats.decoded());
        }
    }

    @Test
    void progressivePicturesPassUntouched() {
        try (Outputs outputs = new Outputs();
                SyntheticSource source =
                        SyntheticSource.builder().size(320, 180).frames(30).build();
                Transcoder transcoder = Transcoder.builder(
                                new Ladder(Transcodes.ladder(180).video(), List.of()), Transcodes.GRID)
                        .processing(Processing.STANDARD.withDeinterlace(Deinterlace.FIELDS))
                        .outputs(outputs::sink)
                        .build()) {
            source.run(transcoder);
            assertThat(Transcodes.paintedNumbers(outputs.track("v180"), outputs.samples("v180")))
                    .hasSize(30)
                    .doesNotContain(-1L)
                    .isSorted();
        }
    }

    private List<Integer> bars(String order, int rate, Deinterlace how) {
        EpochGrid grid = new EpochGrid(Rational.of(rate, 1), 2 * rate, 1);
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = Transcoder.builder(ladder, grid)
                        .processing(Processing.STANDARD.withDeinterlace(how))
                        .outputs(outputs::sink)
                        .build()) {
            interlaced(order, transcoder);
            return positions(outputs.track("v"), outputs.samples("v"));
        }
    }

    private static void interlaced(String order, Transcoder transcoder) {
        try (Encoder encoder = Encoder.video("libx264")
                        .size(new PictureSize(WIDTH, HEIGHT))
                        .frameRate(Rational.of(25, 1))
                        .option("preset", "ultrafast")
                        .option("crf", "5")
                        .parameter(order, "1")
                        .open();
                FilterGraph flags = FilterGraph.video("setfield=" + order)) {
            VideoFormat format = (VideoFormat) encoder.format();
            transcoder.accept(new TrackInfo(new Track(0, "v", format, encoder.timebase(), null)));
            for (int n = 0; n < FRAMES; n++) {
                flags.send(woven(n, order.equals("tff")));
                AvFrame flagged = flags.receive(0);
                assertThat(flagged).isNotNull();
                encoder.send(flagged);
                pass(encoder, transcoder);
            }
            encoder.finish();
            pass(encoder, transcoder);
        }
        transcoder.accept(new EndOfStream());
    }

    private static void pass(Encoder encoder, Transcoder transcoder) {
        for (AvSample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            transcoder.accept(sample);
        }
    }

    private static AvFrame woven(int n, boolean topFirst) {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p", WIDTH, HEIGHT)) {
            for (int p = 0; p < 3; p++) {
                ByteBuffer plane = frame.plane(p);
                for (int y = 0; y < frame.rows(p); y++) {
                    int field = 2 * n + (y % 2 == 0 == topFirst ? 0 : 1);
                    for (int x = 0; x < frame.rowBytes(p); x++) {
                        boolean bar = p == 0 && x >= STEP * field && x < STEP * field + 32;
                        plane.put(y * frame.stride(p) + x, (byte) (p > 0 ? 128 : bar ? 200 : 40));
                    }
                }
            }
            return frame.withPts(n, Timebase.of(1, 25));
        }
    }

    /** The left edge of the bar in the middle of each picture: the mean over some rows of both fields. */
    private static List<Integer> positions(Track track, List<Sample> samples) {
        List<Integer> result = new ArrayList<>();
        try (Decoder decoder = Decoder.builder(track).open()) {
            for (Sample sample : samples) {
                decoder.send(sample);
                read(decoder, result);
            }
            decoder.finish();
            read(decoder, result);
        }
        return result;
    }

    private static void read(Decoder decoder, List<Integer> result) {
        for (AvFrame next = decoder.receive(); next != null; next = decoder.receive()) {
            try (AvFrame frame = next) {
                ByteBuffer luma = frame.plane(0);
                int sum = 0;
                for (int y = 80; y < 112; y++) {
                    int x = 0;
                    while (x < WIDTH - 1 && (luma.get(y * frame.stride(0) + x) & 0xff) < 120) {
                        x++;
                    }
                    sum += x;
                }
                result.add(Math.round(sum / 32f));
            }
        }
    }
}
