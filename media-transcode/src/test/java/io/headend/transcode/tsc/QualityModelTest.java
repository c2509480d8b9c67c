package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.MediaException;
import io.headend.transcode.ContentClass;
import io.headend.transcode.PictureScores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class QualityModelTest {

    @Test
    void theBuiltInModelExpectsMoreWhereTheProbeLooksBetter() {
        QualityModel model = QualityModel.builtIn();
        QualityCurve good = model.curve(QualityModel.inputs(new ProbeResult(0.8, 0.1, 93, 0.97), 24));
        QualityCurve poor = model.curve(QualityModel.inputs(new ProbeResult(0.8, 0.1, 78, 0.90), 24));
        assertThat(good.at(0).vmaf()).isBetween(poor.at(0).vmaf() + 5, 100.0);
        assertThat(good.at(0).ssim()).isGreaterThan(poor.at(0).ssim());
        assertThat(good.at(3).vmaf()).isLessThan(good.at(0).vmaf());
        assertThat(good.at(3).ssim()).isLessThan(good.at(0).ssim());
    }

    @Test
    void theOffsetForAScoreIsWhereTheCurveHasIt() {
        QualityCurve curve = new QualityCurve(QualityCurve.loss(88), 0.1, 14, 0.5);
        assertThat(curve.at(0).vmaf()).isEqualTo(88, within(1e-9));
        assertThat(curve.at(curve.offsetForVmaf(93)).vmaf()).isEqualTo(93, within(1e-9));
        assertThat(curve.offsetForVmaf(93)).isNegative();
        assertThat(curve.offsetForDecibels(15)).isEqualTo(-2, within(1e-9));
        assertThat(QualityCurve.decibels(curve.at(-2).ssim())).isEqualTo(15, within(1e-9));
        assertThat(curve.at(-60).vmaf()).as("never above 100").isEqualTo(100);
        assertThat(curve.at(60).vmaf()).as("never below 0").isZero();
        assertThat(QualityCurve.loss(100)).isFinite();
    }

    @Test
    void aTableOfTheWrongShapeIsRefused() throws IOException {
        assertThatThrownBy(() -> QualityModel.read(new BufferedReader(new StringReader("vmaf,1,2"))))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("3 cells");
        QualityModel model = QualityModel.read(new BufferedReader(new StringReader("""
                # note

                vmaf-loss,2.5,0,0,0,0,0
                vmaf-loss-slope,9,0,0,0,0,0
                ssim-db,14,0,0,0,0,0
                ssim-db-slope,0,0,0,0,0,0
                """)));
        QualityCurve curve = model.curve(new double[] {1, 0, 0, 0, 0, 0});
        assertThat(curve.loss()).isEqualTo(2.5);
        assertThat(curve.db()).isEqualTo(14);
        assertThat(curve.lossSlope()).as("as steep as is believed").isEqualTo(0.2);
        assertThat(curve.dbSlope()).as("as flat as is believed").isEqualTo(0.3);
    }

    @Test
    void theBiasMovesSlowlyByClassAndQuicklyWithinAScene() {
        QualityBias bias = new QualityBias();
        QualityCurve raw = new QualityCurve(QualityCurve.loss(90), 0.1, 14, 0.5);
        bias.learn(raw, 0, new PictureScores(86, 0.95), ContentClass.ORDINARY, true);
        assertThat(vmaf(bias, raw, ContentClass.ORDINARY)).isEqualTo(86, within(1e-9));
        assertThat(vmaf(bias, raw, ContentClass.STILL)).isEqualTo(86, within(1e-9));
        bias.newScene();
        assertThat(vmaf(bias, raw, ContentClass.ORDINARY)).isBetween(89.0, 90.0);
        assertThat(bias.correct(raw, ContentClass.STILL)).isEqualTo(raw);
        for (int i = 0; i < 50; i++) {
            bias.learn(raw, 0, new PictureScores(20, 0.1), ContentClass.STILL, false);
        }
        assertThat(vmaf(bias, raw, ContentClass.STILL)).isBetween(75.0, 80.0);
    }

    @Test
    void whatTheOffsetDidIsNotTakenForAMissOfTheModel() {
        QualityBias bias = new QualityBias();
        QualityCurve raw = new QualityCurve(QualityCurve.loss(84), 0.1, 12, 0.5);
        bias.learn(raw, -4, raw.at(-4), ContentClass.ORDINARY, true);
        assertThat(vmaf(bias, raw, ContentClass.ORDINARY)).isEqualTo(84, within(1e-9));
        assertThat(bias.knowsScene()).isTrue();
        bias.newScene();
        assertThat(bias.knowsScene()).isFalse();
    }

    private static double vmaf(QualityBias bias, QualityCurve raw, ContentClass content) {
        return bias.correct(raw, content).at(0).vmaf();
    }
}
