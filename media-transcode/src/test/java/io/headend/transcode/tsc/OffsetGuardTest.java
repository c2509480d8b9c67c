package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.transcode.ComplexityFeatures;
import io.headend.transcode.ContentClass;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.Scenario;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class OffsetGuardTest {

    private static final QualityCurve POOR = new QualityCurve(QualityCurve.loss(80), 0.1, 11, 0.5);
    private static final QualityCurve BLURRED = new QualityCurve(QualityCurve.loss(92), 0.1, 11, 0.5);
    private static final QualityCurve SUPERB = new QualityCurve(QualityCurve.loss(99), 0.1, 22, 0.5);

    private static double offset(QualityCurve expected, Scenario scenario, ContentClass content, double flat) {
        ComplexityFeatures features = new ComplexityFeatures(1, 0.2, 90, flat, 0);
        OffsetGuard guard = OffsetGuard.of(scenario, content, features);
        return new OffsetPolicy(QualityTarget.vmaf(88, 95).withSsim(0.95, 0.985)).offset(expected, guard, Double.NaN);
    }

    @Test
    void nearBlackWithNothingButNoiseIsNotSteered() {
        assertThat(offset(POOR, Scenario.AUTO, ContentClass.DARK, 0.95)).isZero();
        assertThat(offset(SUPERB, Scenario.AUTO, ContentClass.DARK, 0.95)).isZero();
    }

    @Test
    void aDarkScenePartlySeenGetsItsFloorButIsNeverCoarser() {
        assertThat(offset(POOR, Scenario.AUTO, ContentClass.DARK, 0.3)).isLessThan(-4);
        assertThat(offset(SUPERB, Scenario.AUTO, ContentClass.DARK, 0.3)).isZero();
    }

    @Test
    void grainGetsNoBitsForSsimAndFewForVmaf() {
        assertThat(offset(BLURRED, Scenario.AUTO, ContentClass.ORDINARY, 0)).isLessThan(-4);
        assertThat(offset(BLURRED, Scenario.AUTO, ContentClass.RESTLESS, 0)).isZero();
        assertThat(offset(POOR, Scenario.AUTO, ContentClass.RESTLESS, 0)).isEqualTo(-3);
        assertThat(offset(BLURRED, Scenario.FILM, ContentClass.ORDINARY, 0)).isZero();
    }

    @Test
    void facesAndTextAreNotMadeCoarseWhereOtherPicturesAre() {
        assertThat(offset(SUPERB, Scenario.AUTO, ContentClass.STILL, 0)).isGreaterThan(4);
        assertThat(offset(SUPERB, Scenario.TALK_SHOW, ContentClass.STILL, 0)).isEqualTo(2);
        assertThat(offset(SUPERB, Scenario.SCREEN, ContentClass.SCREEN, 0)).isZero();
        assertThat(offset(POOR, Scenario.SCREEN, ContentClass.SCREEN, 0)).isLessThan(-4);
    }

    @Property
    void everyGuardLeavesTheBaseAllowed(
            @ForAll Scenario scenario, @ForAll ContentClass content, @ForAll @DoubleRange(max = 1) double flat) {
        OffsetGuard guard = OffsetGuard.of(scenario, content, new ComplexityFeatures(1, 0.2, 20, flat, 0));
        assertThat(guard.finest()).isBetween(-OffsetPolicy.MOST, 0.0);
        assertThat(guard.coarsest()).isBetween(0.0, OffsetPolicy.MOST);
        assertThat(guard.limit(0)).isZero();
    }
}
