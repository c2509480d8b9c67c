package io.headend.transcode.quality;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All measurements of one pair of frames; the working memory for one picture shape. One thread at a time. */
final class FrameMeter {

    private static final double MAX_SSIM_DB = 100;

    private final MeterPlan plan;
    private final Kernels kernels;
    private final @Nullable Vif vif;
    private final @Nullable Adm adm;
    private final @Nullable Motion motion;
    private final Ssim ssim;
    private final GaussianSsim gaussian;

    FrameMeter(MeterPlan plan, SamplePlane like, Kernels kernels) {
        this.plan = plan;
        this.kernels = kernels;
        boolean vmaf = plan.vmaf();
        vif = vmaf ? new Vif(like.width, like.height, kernels) : null;
        adm = vmaf ? new Adm(like.width, like.height, kernels) : null;
        motion = vmaf ? new Motion(like.width, like.height, kernels) : null;
        ssim = new Ssim(like.width, like.bitDepth > 8, kernels);
        gaussian = new GaussianSsim(like.width, kernels);
    }

    /**
     * What one frame's measurement gave: its motion from the frame before, the features but for motion2, and the scores
     * that need no features.
     */
    @SuppressWarnings("ArrayRecordComponent") // internal, never compared
    record Result(
            double motion,
            double @Nullable [] spatial,
            double @Nullable [] spatialGainLimited,
            Map<Metric, Double> scores) {}

    double motion(@Nullable SamplePlane previous, SamplePlane current) {
        return motion == null || previous == null ? 0 : motion.measure(previous, current);
    }

    Result measure(@Nullable SamplePlane previous, SamplePlane[] ref, SamplePlane[] dist) {
        Map<Metric, Double> scores = new EnumMap<>(Metric.class);
        similarity(ref, dist, scores);
        error(ref, dist, scores);
        if (plan.has(Metric.FLOAT_SSIM)) {
            scores.put(Metric.FLOAT_SSIM, gaussian.ssim(ref[0], dist[0]));
        }
        if (plan.has(Metric.FLOAT_MS_SSIM)) {
            scores.put(Metric.FLOAT_MS_SSIM, gaussian.msSsim(ref[0], dist[0]));
        }
        if (vif == null || adm == null) {
            return new Result(0, null, null, scores);
        }
        vif.measure(ref[0], dist[0]);
        adm.measure(ref[0], dist[0], plan.gain(), plan.gainLimited());
        return new Result(
                motion(previous, ref[0]),
                plan.gain() ? new double[] {adm.score(), vif.score(0), vif.score(1), vif.score(2), vif.score(3)} : null,
                plan.gainLimited()
                        ? new double[] {
                            adm.scoreNoGain(),
                            vif.scoreNoGain(0),
                            vif.scoreNoGain(1),
                            vif.scoreNoGain(2),
                            vif.scoreNoGain(3)
                        }
                        : null,
                scores);
    }

    private void similarity(SamplePlane[] ref, SamplePlane[] dist, Map<Metric, Double> scores) {
        boolean all = plan.has(Metric.SSIM_ALL) || plan.has(Metric.SSIM_DB);
        if (!all && !plan.has(Metric.SSIM)) {
            return;
        }
        double weighted = 0;
        double samples = 0;
        for (int i = 0; i < (all ? ref.length : 1); i++) {
            double score = ssim.measure(ref[i], dist[i]);
            double count = (double) ref[i].width * ref[i].height;
            weighted += count * score;
            samples += count;
            if (i == 0) {
                put(scores, Metric.SSIM, score);
            }
        }
        double score = weighted / samples;
        put(scores, Metric.SSIM_ALL, score);
        put(scores, Metric.SSIM_DB, Math.min(MAX_SSIM_DB, -10 * Math.log10(Math.max(1 - score, 1e-10))));
    }

    private void error(SamplePlane[] ref, SamplePlane[] dist, Map<Metric, Double> scores) {
        if (!plan.has(Metric.PSNR) && !plan.has(Metric.PSNR_ALL)) {
            return;
        }
        double error = 0;
        double samples = 0;
        for (int i = 0; i < (plan.has(Metric.PSNR_ALL) ? ref.length : 1); i++) {
            for (int y = 0; y < ref[i].height; y++) {
                error += kernels.squaredError(ref[i], dist[i], y);
            }
            samples += (double) ref[i].width * ref[i].height;
            if (i == 0) {
                put(scores, Metric.PSNR, psnr(error / samples, ref[0]));
            }
        }
        put(scores, Metric.PSNR_ALL, psnr(error / samples, ref[0]));
    }

    private static double psnr(double meanSquaredError, SamplePlane like) {
        double peak = like.peak();
        double cap = 6.0 * like.bitDepth + 12;
        return Math.min(cap, 10 * Math.log10(peak * peak / Math.max(meanSquaredError, 1e-16)));
    }

    private void put(Map<Metric, Double> scores, Metric metric, double score) {
        if (plan.has(metric)) {
            scores.put(metric, score);
        }
    }

    /** Completes a result once the motion to the next frame is known. */
    static FrameQuality complete(
            MeterPlan plan, Result result, double motion2, long index, long pts, boolean gopStart) {
        Map<Metric, Double> scores = new EnumMap<>(Metric.class);
        scores.putAll(result.scores);
        VmafFeatures features = features(result.spatial, motion2);
        VmafFeatures limited = features(result.spatialGainLimited, motion2);
        plan.models().forEach((metric, model) -> {
            VmafFeatures used = model.isGainLimited() ? limited : features;
            if (used != null) {
                scores.put(metric, model.score(used));
            }
        });
        return new FrameQuality(index, pts, gopStart, features, limited, scores);
    }

    private static @Nullable VmafFeatures features(double @Nullable [] spatial, double motion2) {
        return spatial == null
                ? null
                : new VmafFeatures(spatial[0], motion2, spatial[1], spatial[2], spatial[3], spatial[4]);
    }
}
