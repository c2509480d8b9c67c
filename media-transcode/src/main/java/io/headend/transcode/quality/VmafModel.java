package io.headend.transcode.quality;

import io.headend.core.MediaException;
import java.nio.file.Path;

/**
 * A VMAF model: which features it wants and how they become a score of 0 to 100. Immutable, for any thread.
 *
 * <p>VMAF is a metric and a set of models by Netflix; this is an independent implementation, not endorsed by them. The
 * built-in models are tables fitted to measured pairs of features and scores, not the published support vectors; on real
 * frames that were held back from the fit they differ from those by less than 0.001. A published model file can be
 * {@link #load loaded} instead and is then evaluated as it stands.
 */
public final class VmafModel {

    private static final String TABLE = "vmaf-v0.6.1.table";
    private static final String TABLE_4K = "vmaf-4k-v0.6.1.table";

    private static final class Tables {
        static final Regression V061 = GaussianPolynomial.ofResource(TABLE);
    }

    private final String name;
    private final Regression regression;
    private final ScoreTransform transform;
    private final boolean gainLimited;

    VmafModel(String name, Regression regression, ScoreTransform transform, boolean gainLimited) {
        this.name = name;
        this.regression = regression;
        this.transform = transform;
        this.gainLimited = gainLimited;
    }

    /** VMAF v0.6.1: 1080 rows seen from three picture heights. */
    public static VmafModel v061() {
        return new VmafModel("vmaf_v0.6.1", Tables.V061, ScoreTransform.NONE, false);
    }

    /** VMAF NEG v0.6.1: sharpening and contrast gain do not count as quality. */
    public static VmafModel v061Neg() {
        return new VmafModel("vmaf_v0.6.1neg", Tables.V061, ScoreTransform.NONE, true);
    }

    /** VMAF v0.6.1 for a phone's screen: the same features, a milder judgement. */
    public static VmafModel v061Phone() {
        return new VmafModel("vmaf_v0.6.1 phone", Tables.V061, ScoreTransform.PHONE, false);
    }

    /** VMAF 4K v0.6.1: 2160 rows seen from one and a half picture heights. */
    public static VmafModel v061Uhd() {
        return new VmafModel("vmaf_4k_v0.6.1", GaussianPolynomial.ofResource(TABLE_4K), ScoreTransform.NONE, false);
    }

    /**
     * Loads a model file as Netflix publishes them: JSON with {@code model_dict}, a nu-SVR with a radial basis in
     * LIBSVM's text form, and the six features of v0.6.1.
     *
     * @throws MediaException {@code NOT_FOUND}, {@code IO}, {@code MALFORMED}, or {@code UNSUPPORTED} for another kind of
     *     model
     */
    public static VmafModel load(Path file) {
        return VmafModelFile.load(file);
    }

    public String name() {
        return name;
    }

    /** Whether the features must be measured with the enhancement gain limited to 1 (NEG). */
    public boolean isGainLimited() {
        return gainLimited;
    }

    /** The score, 0 to 100. */
    public double score(VmafFeatures features) {
        return transform.apply(regression.raw(features));
    }

    /** The regression's result before transform and clipping. */
    double raw(VmafFeatures features) {
        return regression.raw(features);
    }

    @Override
    public String toString() {
        return name;
    }
}
