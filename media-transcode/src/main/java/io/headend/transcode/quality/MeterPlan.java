package io.headend.transcode.quality;

import io.headend.core.MediaException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Which metrics, by which models, and so which measurements. */
record MeterPlan(Set<Metric> metrics, Map<Metric, VmafModel> models) {

    static MeterPlan of(Set<Metric> metrics, Map<Metric, VmafModel> given) {
        Map<Metric, VmafModel> models = new EnumMap<>(Metric.class);
        for (Metric metric : metrics) {
            VmafModel model = given.get(metric);
            if (metric.isVmaf()) {
                models.put(metric, model != null ? model : builtIn(metric));
            }
        }
        return new MeterPlan(EnumSet.copyOf(metrics), models);
    }

    private static VmafModel builtIn(Metric metric) {
        return switch (metric) {
            case VMAF -> VmafModel.v061();
            case VMAF_NEG -> VmafModel.v061Neg();
            case VMAF_PHONE -> VmafModel.v061Phone();
            case VMAF_4K -> VmafModel.v061Uhd();
            default ->
                throw MediaException.invalidArgument(metric.key() + " needs a model: load one and pass it along");
        };
    }

    boolean vmaf() {
        return !models.isEmpty();
    }

    boolean gain() {
        return models.values().stream().anyMatch(model -> !model.isGainLimited());
    }

    boolean gainLimited() {
        return models.values().stream().anyMatch(VmafModel::isGainLimited);
    }

    boolean has(Metric metric) {
        return metrics.contains(metric);
    }

    int planes() {
        return metrics.stream().anyMatch(Metric::needsChroma) ? 3 : 1;
    }

    /** One clear error where the pictures are too small for a metric. */
    void check(Picture picture) {
        int least = Math.min(picture.width(), picture.height());
        String size = picture.width() + "x" + picture.height();
        if (vmaf() && least < Vif.MIN_SIZE) {
            throw MediaException.unsupported("VMAF needs pictures of at least 16x16 samples; these have " + size);
        }
        if (metrics.stream().anyMatch(Metric::isSsim)) {
            for (int i = 0; i < Math.min(planes(), picture.planes().size()); i++) {
                Picture.Plane plane = picture.planes().get(i);
                if (Math.min(plane.width(), plane.height()) < Ssim.MIN_SIZE) {
                    throw MediaException.unsupported("SSIM needs planes of at least 8x8 samples; plane " + i + " has "
                            + plane.width() + "x" + plane.height());
                }
            }
        }
        if (has(Metric.FLOAT_SSIM) && !GaussianSsim.fits(picture.width(), picture.height())) {
            throw MediaException.unsupported("float SSIM needs pictures of at least 11x11 samples; these have " + size);
        }
        if (has(Metric.FLOAT_MS_SSIM) && least < GaussianSsim.MS_MIN_SIZE) {
            throw MediaException.unsupported(
                    "multi-scale SSIM needs pictures of at least 176x176 samples; these have " + size);
        }
    }
}
