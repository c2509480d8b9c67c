package io.headend.examples;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.RateControl;
import io.headend.transcode.Scenario;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how pictures are encoded, whatever their size; shared by {@code vod}, {@code demo} and {@code live}. */
final class EncodingOptions {

    private enum Kind {
        CAPPED,
        ADAPTIVE,
        VBR,
        CBR
    }

    @Option(
            names = "--preset",
            description = "the encoder's own name, such as medium; 0 to 12 for av1 (default: veryfast, 10 for av1)")
    @Nullable
    String preset;

    @Option(names = "--crf", description = "quality, lower is better (default: 23; 25 for hevc, 35 for av1)")
    @Nullable
    Double crf;

    @Option(names = "--codec", description = "avc (x264), hevc (x265) or av1 (SVT-AV1) (default: avc)")
    @Nullable
    Codec codec;

    @Option(names = "--bit-depth", description = "8 or 10; high dynamic range wants 10 (default: 8)")
    @Nullable
    Integer bitDepth;

    @Option(
            names = "--rate-control",
            paramLabel = "KIND",
            description =
                    "capped (constant rate factor under the rung's maximum rate), adaptive (the same, with encoder"
                            + " settings that follow the content and a band of quality if one is given), vbr, cbr (default:"
                            + " capped; adaptive with a band)")
    @Nullable
    Kind rateControl;

    @Option(names = "--ceiling", paramLabel = "N", description = "adaptive: VMAF above which bits are saved")
    @Nullable
    Double ceiling;

    @Option(names = "--ssim-floor", paramLabel = "N", description = "adaptive: SSIM below which bits are added, 0 to 1")
    @Nullable
    Double ssimFloor;

    @Option(names = "--ssim-ceiling", paramLabel = "N", description = "adaptive: SSIM above which bits are saved")
    @Nullable
    Double ssimCeiling;

    @Option(
            names = "--pooling",
            paramLabel = "mean|p10|min",
            description = "adaptive: what of a group of pictures is held against the band (default: mean)")
    QualityTarget.@Nullable Pooling pooling;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "adaptive: auto, sports, gaming, talk_show, animation (works as auto), film or screen"
                    + " (default: auto)")
    @Nullable
    Scenario scenario;

    @Option(
            names = "--latency",
            paramLabel = "normal|low",
            description = "adaptive: low looks at most 10 pictures ahead (default: normal)")
    @Nullable
    LatencyClass latency;

    private boolean hasBand(double floor) {
        return floor > 0 || ceiling != null || ssimFloor != null || ssimCeiling != null;
    }

    /** Whether anything but the encoder's own settings was asked for. */
    boolean steersRate(double floor) {
        return rateControl != null || hasBand(floor) || pooling != null || scenario != null || latency != null;
    }

    /**
     * A rung's settings as asked for; what was not asked for stays.
     *
     * @param floor of VMAF, 0 for none
     */
    EncoderSettings applied(EncoderSettings own, double floor) {
        try {
            Codec wanted = codec != null ? codec : own.codec();
            boolean same = wanted == own.codec();
            String chosen = preset != null ? preset : same ? own.preset() : wanted == Codec.AV1 ? "10" : "veryfast";
            String pixels = bitDepth == null ? own.pixelFormat() : EncoderSettings.pixelFormat(bitDepth);
            return new EncoderSettings(
                    wanted,
                    chosen,
                    rateControl(own, wanted, floor),
                    pixels,
                    own.threads(),
                    same ? own.options() : Map.of());
        } catch (IllegalArgumentException e) {
            throw MediaException.invalidArgument(String.valueOf(e.getMessage()));
        }
    }

    private RateControl rateControl(EncoderSettings own, Codec wanted, double floor) {
        RateControl before = own.rateControl();
        boolean adapts = hasBand(floor) || pooling != null || scenario != null || latency != null;
        if (rateControl == null && !adapts && crf == null && wanted == own.codec()) {
            return before;
        }
        boolean adaptiveBefore = before instanceof RateControl.ContentAdaptive;
        Kind kind = rateControl != null ? rateControl : adapts || adaptiveBefore ? Kind.ADAPTIVE : Kind.CAPPED;
        if (kind != Kind.ADAPTIVE && adapts) {
            throw new IllegalArgumentException("a band of quality, --pooling, --scenario and --latency go with"
                    + " --rate-control adaptive, not " + kind.name().toLowerCase(Locale.ROOT));
        }
        long most = before.maxrate();
        double factor = factor(before, wanted == own.codec(), wanted);
        return switch (kind) {
            case CAPPED -> new RateControl.CappedQuality(factor, most, before.bufferBits());
            case ADAPTIVE ->
                new RateControl.ContentAdaptive(
                        factor,
                        target(floor),
                        most,
                        before.bufferBits(),
                        latency == null ? LatencyClass.NORMAL : latency,
                        scenario == null ? Scenario.AUTO : scenario);
            // What the rung may peak at is what the player's choice goes by.
            case VBR -> new RateControl.Vbr(Math.max(1, most * 2 / 3), most, before.bufferBits());
            case CBR -> RateControl.Cbr.of(most);
        };
    }

    private QualityTarget target(double floor) {
        return new QualityTarget(
                floor,
                ceiling == null ? 100 : ceiling,
                ssimFloor == null ? 0 : ssimFloor,
                ssimCeiling == null ? 1 : ssimCeiling,
                pooling == null ? QualityTarget.Pooling.MEAN : pooling);
    }

    private double factor(RateControl before, boolean sameCodec, Codec wanted) {
        if (crf != null) {
            return crf;
        }
        if (sameCodec && before instanceof RateControl.CappedQuality capped) {
            return capped.crf();
        }
        if (sameCodec && before instanceof RateControl.ContentAdaptive adaptive) {
            return adaptive.base();
        }
        return wanted == Codec.AV1 ? 35 : wanted == Codec.HEVC ? 25 : 23;
    }
}
