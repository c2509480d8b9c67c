package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        double[] good = QualityModel.inputs(new ProbeResult(0.8, 0.1, 93, 0.97), 24);
        double[] poor = QualityModel.inputs(new ProbeResult(0.8, 0.1, 78, 0.90), 24);
        assertThat(model.vmaf(good)).isBetween(model.vmaf(poor) + 5, 100.0);
        assertThat(model.ssimDb(good)).isGreaterThan(model.ssimDb(poor));
        assertThat(model.vmafSlope(poor)).isBetween(0.5, 4.0);
        assertThat(model.ssimSlope(poor)).isBetween(0.2, 1.0);
    }

    @Test
    void aTableOfTheWrongShapeIsRefused() throws IOException {
        assertThatThrownBy(() -> QualityModel.read(new BufferedReader(new StringReader("vmaf,1,2"))))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("3 cells");
        QualityModel model = QualityModel.read(new BufferedReader(new StringReader("# note\n\nvmaf,50,0,0,0,0,0\n")));
        assertThat(model.vmaf(new double[] {1, 0, 0, 0, 0, 0})).isEqualTo(50);
    }

    @Test
    void theBiasMovesSlowlyByClassAndQuicklyWithinAScene() {
        QualityBias bias = new QualityBias();
        PictureScores raw = new PictureScores(90, 0.96);
        bias.learn(raw, new PictureScores(86, 0.95), ContentClass.ORDINARY, true);
        assertThat(bias.correct(raw, ContentClass.ORDINARY).vmaf()).isEqualTo(86);
        assertThat(bias.correct(raw, ContentClass.STILL).vmaf()).isEqualTo(86);
        bias.newScene();
        assertThat(bias.correct(raw, ContentClass.ORDINARY).vmaf()).isBetween(89.0, 90.0);
        assertThat(bias.correct(raw, ContentClass.STILL)).isEqualTo(raw);
        for (int i = 0; i < 50; i++) {
            bias.learn(raw, new PictureScores(20, 0.1), ContentClass.STILL, false);
        }
        assertThat(bias.correct(raw, ContentClass.STILL).vmaf()).isGreaterThanOrEqualTo(82);
    }
}
