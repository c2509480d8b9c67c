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
    private static final double MOST_VMAF = 8;
    private static final double MOST_DB = 2.5;

    private record Error(double vmaf, double db) {
        static final Error NONE = new Error(0, 0);

        Error towards(Error other, double gain) {
            return new Error(
                    limit(vmaf + gain * (other.vmaf - vmaf), MOST_VMAF), limit(db + gain * (other.db - db), MOST_DB));
        }

        private static double limit(double value, double most) {
            return Math.max(-most, Math.min(most, value));
        }
    }

    private final Map<ContentClass, Error> classes = new EnumMap<>(ContentClass.class);
    private Error scene = Error.NONE;
    private boolean sceneKnown;

    void newScene() {
        sceneKnown = false;
        scene = Error.NONE;
    }

    /** @param raw the model's own expectation */
    PictureScores correct(PictureScores raw, ContentClass content) {
        Error error = sceneKnown ? scene : classes.getOrDefault(content, Error.NONE);
        return new PictureScores(
                Math.max(0, Math.min(100, raw.vmaf() + error.vmaf())),
                OffsetPolicy.ratio(OffsetPolicy.decibels(raw.ssim()) + error.db()));
    }

    /**
     * @param raw the model's expectation at the offset that was used
     * @param sameScene whether the measured group belongs to the present scene
     */
    void learn(PictureScores raw, PictureScores measured, ContentClass content, boolean sameScene) {
        Error seen = new Error(
                measured.vmaf() - raw.vmaf(),
                OffsetPolicy.decibels(measured.ssim()) - OffsetPolicy.decibels(raw.ssim()));
        classes.put(content, classes.getOrDefault(content, Error.NONE).towards(seen, CLASS_GAIN));
        if (sameScene) {
            scene = sceneKnown ? scene.towards(seen, SCENE_GAIN) : Error.NONE.towards(seen, 1);
            sceneKnown = true;
        }
    }
}
