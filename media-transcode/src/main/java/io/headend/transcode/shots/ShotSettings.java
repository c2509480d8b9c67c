package io.headend.transcode.shots;

import io.headend.core.Codec;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import io.headend.transcode.tsc.EncoderRecipe;
import java.util.List;
import java.util.Locale;

/** What probes and finished parts are encoded with. */
final class ShotSettings {

    private static final double SPREAD = 5;

    private final EncoderSettings base;
    private final EncoderSettings probe;

    ShotSettings(EncoderSettings settings) {
        EncoderSettings own = settings.withThreads(1);
        base = recipe(own.codec() == Codec.HEVC ? own.withOption("info", "0") : own);
        probe = recipe(new EncoderSettings(
                own.codec(), fastPreset(own.codec()), own.rateControl(), own.pixelFormat(), 1, own.options()));
    }

    private static EncoderSettings recipe(EncoderSettings settings) {
        RateControl.ContentAdaptive anything =
                RateControl.ContentAdaptive.of(23, settings.rateControl().maxrate());
        return EncoderRecipe.offline(settings, anything).applied(settings);
    }

    private static String fastPreset(Codec codec) {
        return switch (codec) {
            case AVC -> "veryfast";
            case HEVC -> "superfast";
            default -> "11";
        };
    }

    EncoderSettings part(double factor) {
        return base.withRateControl(capped(factor));
    }

    /** With a buffer that is only partly full when the first picture leaves it. */
    EncoderSettings part(double factor, double initialFullness) {
        EncoderSettings settings = part(factor);
        return base.codec() == Codec.AV1
                ? settings
                : settings.withOption("vbv-init", String.format(Locale.ROOT, "%.3f", Math.max(0.05, initialFullness)));
    }

    /** Without a cap that binds: a probe shows what a quantiser costs. */
    EncoderSettings probe(double factor) {
        return probe.withRateControl(new RateControl.CappedQuality(factor, 90_000_000, 180_000_000));
    }

    private RateControl capped(double factor) {
        RateControl control = base.rateControl();
        return new RateControl.CappedQuality(factor, control.maxrate(), control.bufferBits());
    }

    RateControl buffer() {
        return base.rateControl();
    }

    List<Double> probeFactors() {
        return switch (base.codec()) {
            case AVC -> List.of(20.0, 28.0, 36.0);
            case HEVC -> List.of(22.0, 30.0, 38.0);
            default -> List.of(26.0, 40.0, 54.0);
        };
    }

    double lowest() {
        return base.codec() == Codec.AV1 ? 15 : 12;
    }

    double highest() {
        return base.codec() == Codec.AV1 ? 62 : 44;
    }

    double spread() {
        return base.codec() == Codec.AV1 ? 1.7 * SPREAD : SPREAD;
    }

    /** Whether the encoder has threads of its own, which processor time of the calling thread does not show. */
    boolean hasNativeThreads() {
        return base.codec() != Codec.AVC;
    }
}
