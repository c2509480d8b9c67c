package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headend.transcode.QualityTarget;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class OffsetPolicyTest {

    private static final QualityTarget BAND = QualityTarget.vmaf(88, 95).withSsim(0.95, 0.985);
    private final OffsetPolicy policy = new OffsetPolicy(BAND);

    private static QualityCurve curve(double vmaf, double ssim) {
        return new QualityCurve(QualityCurve.loss(vmaf), 0.1, QualityCurve.decibels(ssim), 0.5);
    }

    private double offset(double vmaf, double ssim, double before) {
        return policy.offset(curve(vmaf, ssim), OffsetGuard.NONE, before);
    }

    @Test
    void aFloorThatWouldBeMissedAsksForFinerQuantisersByTheNeedierMetric() {
        // Aims at 88.5: ln(16 / 13.5) is 0.170.
        assertThat(offset(86, 0.97, Double.NaN)).isEqualTo(-1.699, within(1e-3));
        // 0.94 is 12.22 dB, the floor 13.01 dB.
        assertThat(offset(87.9, 0.94, Double.NaN)).isEqualTo(-1.784, within(1e-3));
    }

    @Test
    void onlyBothCeilingsTogetherAskForCoarserOnes() {
        assertThat(offset(98, 0.97, Double.NaN)).isZero();
        assertThat(offset(98, 0.99, Double.NaN)).isBetween(1.0, 4.0);
    }

    @Test
    void aNarrowBandNeverSendsAGroupBelowItsFloor() {
        OffsetPolicy narrow = new OffsetPolicy(QualityTarget.vmaf(90, 90.2));
        double offset = narrow.offset(curve(95, 0.99), OffsetGuard.NONE, Double.NaN);
        assertThat(curve(95, 0.99).at(offset).vmaf()).isGreaterThan(90);
    }

    @Test
    void withinASceneTheStepIsLimited() {
        assertThat(offset(60, 0.8, 1)).isEqualTo(-3);
        assertThat(offset(60, 0.8, Double.NaN)).isEqualTo(-OffsetPolicy.MOST);
        assertThat(offset(100, 0.999, -3)).isEqualTo(-1);
    }

    @Test
    void withoutAnExpectationOrABandThereIsNoOffset() {
        assertThat(policy.offset(null, OffsetGuard.NONE, 3)).isZero();
        assertThat(new OffsetPolicy(QualityTarget.NONE).offset(curve(20, 0.5), OffsetGuard.NONE, Double.NaN))
                .isZero();
    }

    @Property
    void isWithinItsRangeAndFallsAsQualityFalls(
            @ForAll @DoubleRange(min = 0, max = 100) double vmaf,
            @ForAll @DoubleRange(min = 0.5, max = 0.99) double ssim,
            @ForAll @DoubleRange(min = 0, max = 5) double less) {
        double here = offset(vmaf, ssim, Double.NaN);
        double below = offset(Math.max(0, vmaf - less), ssim, Double.NaN);
        assertThat(here).isBetween(-OffsetPolicy.MOST, OffsetPolicy.MOST);
        assertThat(below).isLessThanOrEqualTo(here + 1e-9);
    }
}
