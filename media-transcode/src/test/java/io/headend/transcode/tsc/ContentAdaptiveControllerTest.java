package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.ComputeLevel;
import io.headend.transcode.ContentClass;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.GopDecision;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.RateControl;
import io.headend.transcode.Scenario;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentAdaptiveControllerTest {

    private static final PictureSize SIZE = new PictureSize(192, 128);
    // So strict that everything which may be steered is.
    private static final QualityTarget STRICT = QualityTarget.vmaf(98, 100).withSsim(0.999, 1);
    private static final QualityTarget EASY = QualityTarget.vmaf(10, 20).withSsim(0.1, 0.2);

    private final Random random = new Random(11);

    private interface Luma {
        int at(int x, int y, int picture);
    }

    private static List<AvFrame> pictures(Luma luma) {
        List<AvFrame> frames = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            AvFrame frame = AvFrame.allocateVideo("yuv420p", SIZE.width(), SIZE.height());
            for (int p = 0; p < 3; p++) {
                ByteBuffer plane = frame.plane(p);
                for (int y = 0; y < frame.rows(p); y++) {
                    for (int x = 0; x < frame.rowBytes(p); x++) {
                        plane.put(y * frame.stride(p) + x, (byte) (p == 0 ? luma.at(x, y, n) : 128));
                    }
                }
            }
            frames.add(frame);
        }
        return frames;
    }

    private static GopDecision decide(Luma luma, double base, QualityTarget target, Scenario scenario) {
        RateControl.ContentAdaptive control = RateControl.ContentAdaptive.of(base, 8_000_000)
                .withTarget(target)
                .withScenario(scenario);
        List<AvFrame> pictures = pictures(luma);
        try (ContentAdaptiveController controller =
                new ContentAdaptiveController(EncoderSettings.x264("veryfast", control), control, SIZE)) {
            assertThat(controller.window(ComputeLevel.FULL)).isEqualTo(pictures.size());
            return controller.decide(pictures, 0, 50, ComputeLevel.FULL);
        } finally {
            pictures.forEach(AvFrame::close);
        }
    }

    private static int detail(int x, int y, int picture) {
        return 40 + ((x + 2 * picture) * (x + 2 * picture) / 7 + 3 * y * y / 5 + x * y / 11) % 150;
    }

    @Test
    void ordinaryPicturesAreSteeredAsFarAsABandAsks() {
        GopDecision finer = decide(ContentAdaptiveControllerTest::detail, 38, STRICT, Scenario.AUTO);
        assertThat(finer.predicted()).isNotNull();
        assertThat(finer.offset()).isEqualTo(-OffsetPolicy.MOST);
        assertThat(finer.reason()).isEqualTo("as far as allowed");
        assertThat(decide(ContentAdaptiveControllerTest::detail, 20, EASY, Scenario.AUTO)
                        .offset())
                .isEqualTo(OffsetPolicy.MOST);
    }

    @Test
    void noiseInTheDarkIsLeftAsItIs() {
        Luma noise = (x, y, n) -> 16 + random.nextInt(4);
        GopDecision finer = decide(noise, 30, STRICT, Scenario.AUTO);
        assertThat(finer.content()).isEqualTo(ContentClass.DARK);
        assertThat(finer.offset()).isZero();
        assertThat(finer.reason()).isEqualTo("dark: not steered");
        assertThat(decide(noise, 20, EASY, Scenario.AUTO).offset()).isZero();
    }

    @Test
    void grainTakesFewBitsHoweverPoorlyItScores() {
        Luma grain = (x, y, n) -> Math.max(16, Math.min(235, 110 + (int) (22 * random.nextGaussian())));
        for (double base : new double[] {20, 24, 28}) {
            GopDecision decision = decide(grain, base, STRICT, Scenario.AUTO);
            assertThat(decision.content()).as("at %.0f", base).isEqualTo(ContentClass.RESTLESS);
            assertThat(decision.offset()).as("at %.0f", base).isBetween(-3.0, 0.0);
        }
    }

    @Test
    void textStaysSharpWhereTheHostSaysThatThereIsText() {
        assertThat(decide(ContentAdaptiveControllerTest::detail, 20, EASY, Scenario.SCREEN)
                        .offset())
                .isZero();
        assertThat(decide(ContentAdaptiveControllerTest::detail, 20, EASY, Scenario.TALK_SHOW)
                        .offset())
                .isEqualTo(2);
    }

    @Test
    void theSamePicturesAreDecidedTheSameWay() {
        QualityTarget band = QualityTarget.vmaf(88, 92).withSsim(0.95, 0.96);
        assertThat(decide(ContentAdaptiveControllerTest::detail, 28, band, Scenario.AUTO))
                .isEqualTo(decide(ContentAdaptiveControllerTest::detail, 28, band, Scenario.AUTO));
    }
}
