package io.headend.transcode.tsc;

import io.headend.transcode.ContentClass;
import io.headend.transcode.PictureScores;
import java.util.EnumMap;
import java.util.Map;

/**
 * How far the model is off, by class of content and, within a scene, by what the scene's own groups showed. Corrects slowly:
 * it calibrates, it does not chase.
 */
final class QualityBias {

    private static final double CLASS_GAIN = 0.15;
    private static final double SCENE_GAIN = 0.6;
    private static final double MOST_LOSS = 0.7;
    private static final double MOST_DB = 2.5;

    private record Miss(double loss, double db) {
        static final Miss NONE = new Miss(0, 0);

        Miss towards(Miss other, double gain) {
            return new Miss(
                    limit(loss + gain * (other.loss - loss), MOST_LOSS), limit(db + gain * (other.db - db), MOST_DB));
        }

        private static double limit(double value, double most) {
            return Math.max(-most, Math.min(most, value));
        }
    }

    private final Map<ContentClass, Miss> classes = new EnumMap<>(ContentClass.class);
    private Miss scene = Miss.NONE;
    private boolean sceneKnown;

    void newScene() {
        sceneKnown = false;
        scene = Miss.NONE;
    }

    /** Whether a group of the present scene was measured. */
    boolean knowsScene() {
        return sceneKnown;
    }

    /** @param raw the model's own expectation */
    QualityCurve correct(QualityCurve raw, ContentClass content) {
        Miss error = sceneKnown ? scene : classes.getOrDefault(content, Miss.NONE);
        return raw.moved(error.loss(), error.db());
    }

    /**
     * @param raw the model's expectation
     * @param offset that was used
     * @param sameScene whether the measured group belongs to the present scene
     */
    void learn(QualityCurve raw, double offset, PictureScores measured, ContentClass content, boolean sameScene) {
        Miss seen = new Miss(
                QualityCurve.loss(measured.vmaf()) - raw.loss() - raw.lossSlope() * offset,
                QualityCurve.decibels(measured.ssim()) - raw.db() + raw.dbSlope() * offset);
        classes.put(content, classes.getOrDefault(content, Miss.NONE).towards(seen, CLASS_GAIN));
        if (sameScene) {
            scene = sceneKnown ? scene.towards(seen, SCENE_GAIN) : Miss.NONE.towards(seen, 1);
            sceneKnown = true;
        }
    }
}
