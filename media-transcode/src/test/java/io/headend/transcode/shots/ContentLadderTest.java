package io.headend.transcode.shots;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import io.headend.transcode.compare.Clips;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class ContentLadderTest {

    @TempDir
    Path folder;

    private static PieceCurve curve(double bits, double best, double loss) {
        return new PieceCurve(
                50,
                Map.of(20.0, 2.5 * bits, 28.0, bits, 36.0, bits / 2.4),
                Map.of(20.0, best, 28.0, best - loss, 36.0, best - 3 * loss));
    }

    private static final List<PictureSize> SIZES =
            List.of(new PictureSize(1280, 720), new PictureSize(640, 360), new PictureSize(320, 180));

    @Test
    void lowerRungsTakeTheSizeThatLooksBestAtTheirRate() {
        List<PieceCurve> curves = List.of(curve(4e6, 99, 7), curve(1.4e6, 90, 6), curve(5e5, 70, 8));
        List<ContentLadder.Rung> rungs = ContentLadder.rungs(SIZES, curves, 2, 94, 12, 44);
        assertThat(rungs.get(0).size()).isEqualTo(SIZES.get(0));
        assertThat(rungs.get(0).vmaf()).isEqualTo(94);
        assertThat(rungs).extracting(rung -> rung.size().height()).contains(360);
        for (int i = 1; i < rungs.size(); i++) {
            assertThat(rungs.get(i).bitrate()).isLessThan(0.6 * rungs.get(i - 1).bitrate());
            assertThat(rungs.get(i).vmaf()).isLessThan(rungs.get(i - 1).vmaf() - 2.9);
            assertThat(rungs.get(i).size().height())
                    .isLessThanOrEqualTo(rungs.get(i - 1).size().height());
        }
    }

    // Titles or a still: half the bits look the same, so no rung is needed there.
    @Test
    void rungsThatAddNothingAreLeftOut() {
        List<PieceCurve> flat = List.of(curve(4e6, 97, 0.4), curve(1.4e6, 80, 0.4), curve(5e5, 60, 0.4));
        List<ContentLadder.Rung> rungs = ContentLadder.rungs(SIZES, flat, 2, 96.5, 12, 44);
        List<PieceCurve> steep = List.of(curve(4e6, 99, 9), curve(1.4e6, 90, 9), curve(5e5, 70, 9));
        assertThat(rungs.size())
                .isLessThan(ContentLadder.rungs(SIZES, steep, 2, 96.5, 12, 44).size());
    }

    @Test
    void probesARealFile() {
        Path clip = Clips.write(folder.resolve("shots.mp4"), 110, 25, 30);
        EncoderSettings settings = EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(23, 5_000_000));
        List<ContentLadder.Rung> rungs = ContentLadder.of(clip.toString(), settings, 90, Runnable::run);
        assertThat(rungs).isNotEmpty();
        assertThat(rungs.get(0).vmaf()).isBetween(80.0, 90.0);
        assertThat(rungs).allMatch(rung -> rung.size().width() % 2 == 0 && rung.bitrate() > 0);
    }

    @Test
    void sizesSideBySideFindTheSameLadder() throws Exception {
        Path clip = Clips.write(folder.resolve("shots.mp4"), 110, 25, 30);
        EncoderSettings settings = EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(23, 5_000_000));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            assertThat(ContentLadder.of(clip.toString(), settings, 90, threads))
                    .isEqualTo(ContentLadder.of(clip.toString(), settings, 90, Runnable::run));
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aFileThatShowsLittleHasFewerRungsThanOneThatShowsMuch() {
        Path plain = Clips.plain(folder.resolve("plain.mp4"), 60);
        Path rich = Clips.write(folder.resolve("rich.mp4"), 110, 25, 30, 25);
        EncoderSettings settings = EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(23, 5_000_000));
        List<ContentLadder.Rung> few = ContentLadder.of(plain.toString(), settings, 95, Runnable::run);
        List<ContentLadder.Rung> many = ContentLadder.of(rich.toString(), settings, 95, Runnable::run);
        assertThat(few).isNotEmpty().hasSizeLessThan(many.size());
    }
}
