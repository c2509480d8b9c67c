package io.headend.transcode.tsc;

import io.headend.transcode.QualityTarget;
import org.jspecify.annotations.Nullable;

/**
 * From the expected quality of a group of pictures to its quantiser offset. Finer where a floor would be missed, by the metric
 * that needs it more; coarser only where both ceilings are passed. No expectation, no offset. Pure.
 */
final class OffsetPolicy {

    static final double MOST = 6;
    static final double SLEW_FINER = -4;
    static final double SLEW_COARSER = 2;

    // A group aims a little inside the band, because an expectation errs.
    private static final double VMAF_MARGIN = 0.5;
    private static final double SSIM_DB_MARGIN = 0.1;

    private final QualityTarget target;

    OffsetPolicy(QualityTarget target) {
        this.target = target;
    }

    /**
     * @param expected quality by offset
     * @param before offset of the group before; {@code NaN} where the scene is new, which frees the step
     */
    double offset(@Nullable QualityCurve expected, OffsetGuard guard, double before) {
        if (expected == null || !target.isBounded()) {
            return 0;
        }
        double wanted = wanted(expected, guard);
        if (!Double.isNaN(before)) {
            wanted = Math.max(before + SLEW_FINER, Math.min(before + SLEW_COARSER, wanted));
        }
        return guard.limit(wanted);
    }

    private double wanted(QualityCurve expected, OffsetGuard guard) {
        double floor = Math.min(vmafFloor(expected), guard.ssimFloor() ? ssimFloor(expected) : MOST);
        if (floor < 0) {
            return floor;
        }
        double ceiling = Double.POSITIVE_INFINITY;
        if (target.vmafCeiling() < 100) {
            ceiling = Math.min(ceiling, expected.offsetForVmaf(target.vmafCeiling() - VMAF_MARGIN));
        }
        if (target.ssimCeiling() < 1) {
            double db = QualityCurve.decibels(target.ssimCeiling()) - SSIM_DB_MARGIN;
            ceiling = Math.min(ceiling, expected.offsetForDecibels(db));
        }
        // A narrow band must not send a group below its floor.
        return Double.isInfinite(ceiling) ? 0 : Math.max(0, Math.min(floor, ceiling));
    }

    private double vmafFloor(QualityCurve expected) {
        return target.vmafFloor() > 0 ? expected.offsetForVmaf(Math.min(100, target.vmafFloor() + VMAF_MARGIN)) : MOST;
    }

    private double ssimFloor(QualityCurve expected) {
        return target.ssimFloor() > 0
                ? expected.offsetForDecibels(QualityCurve.decibels(target.ssimFloor()) + SSIM_DB_MARGIN)
                : MOST;
    }
}
