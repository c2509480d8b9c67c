package io.headend.transcode.shots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.ffmpeg.AvFrame;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.transcode.compare.Clips;
import io.headend.transcode.pictures.ClipFrames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakExtension.class)
class ShotDetectorTest {

    private static List<Integer> cuts(int pictures, IntFunction<AvFrame> source) {
        ShotDetector detector = new ShotDetector(4);
        List<Integer> cuts = new ArrayList<>();
        for (int n = 0; n < pictures; n++) {
            try (AvFrame frame = source.apply(n)) {
                if (detector.add(frame)) {
                    cuts.add(n - 1);
                }
            }
        }
        if (detector.finish()) {
            cuts.add(pictures - 1);
        }
        return cuts;
    }

    private static AvFrame grey(int level) {
        AvFrame frame = AvFrame.allocateVideo("yuv420p", 64, 48);
        ByteBuffer luma = frame.plane(0);
        for (int i = 0; i < luma.capacity(); i++) {
            luma.put(i, (byte) level);
        }
        return frame;
    }

    @Test
    void findsHardCutsToThePicture() {
        int[] starts = {0, 20, 33, 60};
        assertThat(cuts(80, n -> {
                    int shot = n >= 60 ? 3 : n >= 33 ? 2 : n >= 20 ? 1 : 0;
                    return Clips.picture(shot, n - starts[shot], 110);
                }))
                .containsExactly(20, 33, 60);
    }

    @Test
    void aFlashAndAFadeAreNoCuts() {
        assertThat(cuts(30, n -> grey(n == 15 ? 235 : 60))).isEmpty();
        assertThat(cuts(60, n -> grey(16 + 3 * n))).isEmpty();
        assertThat(cuts(30, n -> grey(n < 15 ? 60 : 160))).containsExactly(15);
    }

    @Test
    void shotsHaveALeastLength() {
        assertThat(cuts(20, n -> grey(n < 2 ? 60 : 160))).isEmpty();
        assertThatThrownBy(() -> new ShotDetector(0)).hasMessageContaining("at least 1 picture");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "football_juggle_720p24_src1.4M.mp4",
                "street_redtree_1080p_src13M.mp4",
                "highway_cars_720p25_src4.2M.mp4",
                "highway_dashcam_540p25_src2.4M.mp4",
                "marathon_crowd_720x400_30_src0.9M.mp4"
            })
    void clipsOfOneShotStayWhole(String clip) {
        SourcePlan plan = SourcePlan.of(SharedMedia.require("media/" + clip).toString(), Duration.ofSeconds(30), false);
        assertThat(plan.shots()).isEqualTo(1);
    }

    @Test
    void findsTheShotsOfAFilm() {
        SourcePlan plan = SourcePlan.of(
                SharedMedia.require("media/bbb_multishot_540p25_64s_src1.6M.mp4")
                        .toString(),
                Duration.ofSeconds(4),
                false);
        assertThat(plan.frames()).isEqualTo(1633);
        assertThat(plan.shots()).isBetween(10, 40);
        assertThat(plan.pieces()).allMatch(piece -> piece.frames() <= 100);
        long next = 0;
        for (Piece piece : plan.pieces()) {
            assertThat(piece.first()).isEqualTo(next);
            next += piece.frames();
        }
        assertThat(next).isEqualTo(1633);
    }

    @Test
    void aPieceStartsAtItsOwnPicture() {
        String clip =
                SharedMedia.require("media/highway_dashcam_540p25_src2.4M.mp4").toString();
        SourcePlan plan = SourcePlan.of(clip, Duration.ofSeconds(2), true);
        Piece piece = plan.pieces().get(3);
        try (ClipFrames all = ClipFrames.open(clip, null);
                ClipFrames part = PiecePictures.open(clip, piece, plan.size())) {
            for (long n = 0; n < piece.first(); n++) {
                Objects.requireNonNull(all.next()).close();
            }
            try (AvFrame whole = all.next();
                    AvFrame alone = part.next()) {
                assertThat(alone).isNotNull();
                assertThat(whole).isNotNull();
                assertThat(alone.plane(0)).isEqualTo(whole.plane(0));
            }
        }
    }
}
