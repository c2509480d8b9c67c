package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headend.transcode.ContentClass;
import io.headend.transcode.PictureScores;
import io.headend.transcode.QualityTarget;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class OffsetPolicyTest {

    private static final QualityTarget BAND = QualityTarget.vmaf(88, 95).withSsim(0.95, 0.985);
    private final OffsetPolicy policy = new OffsetPolicy(BAND);

    private double offset(double vmaf, double ssim, ContentClass content, double before) {
        return policy.offset(new PictureScores(vmaf, ssim), 2, 0.5, content, before);
    }

    @Test
    void aFloorThatWouldBeMissedAsksForFinerQuantisersByTheNeedierMetric() {
        assertThat(offset(86, 0.97, ContentClass.ORDINARY, Double.NaN)).isEqualTo(-1.25, within(1e-9));
        // 0.94 is 12.22 dB, the floor 13.01 dB.
        assertThat(offset(87.9, 0.94, ContentClass.ORDINARY, Double.NaN)).isEqualTo(-1.784, within(1e-3));
        assertThat(offset(90, 0.94, ContentClass.RESTLESS, Double.NaN)).isZero();
    }

    @Test
    void onlyBothCeilingsTogetherAskForCoarserOnes() {
        assertThat(offset(98, 0.97, ContentClass.ORDINARY, Double.NaN)).isZero();
        assertThat(offset(98, 0.99, ContentClass.ORDINARY, Double.NaN)).isBetween(1.0, 2.0);
        assertThat(offset(98, 0.99, ContentClass.DARK, Double.NaN)).isZero();
    }

    @Test
    void withinASceneTheStepIsLimited() {
        assertThat(offset(60, 0.8, ContentClass.ORDINARY, 1)).isEqualTo(-3);
        assertThat(offset(60, 0.8, ContentClass.ORDINARY, Double.NaN)).isEqualTo(-OffsetPolicy.MOST);
        assertThat(offset(100, 0.999, ContentClass.ORDINARY, -3)).isEqualTo(-1);
    }

    @Test
    void withoutAnExpectationOrABandThereIsNoOffset() {
        assertThat(policy.offset(null, 2, 0.5, ContentClass.ORDINARY, 3)).isZero();
        assertThat(new OffsetPolicy(QualityTarget.NONE)
                        .offset(new PictureScores(20, 0.5), 2, 0.5, ContentClass.ORDINARY, Double.NaN))
                .isZero();
    }

    @Property
    void isWithinItsRangeAndFallsAsQualityFalls(
            @ForAll @DoubleRange(min = 0, max = 100) double vmaf,
            @ForAll @DoubleRange(min = 0.5, max = 0.99) double ssim,
            @ForAll @DoubleRange(min = 0, max = 5) double less) {
        double here = offset(vmaf, ssim, ContentClass.ORDINARY, Double.NaN);
        double below = offset(Math.max(0, vmaf - less), ssim, ContentClass.ORDINARY, Double.NaN);
        assertThat(here).isBetween(-OffsetPolicy.MOST, OffsetPolicy.MOST);
        assertThat(below).isLessThanOrEqualTo(here + 1e-9);
    }
}
