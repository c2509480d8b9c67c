package io.headend.examples;

import io.headend.core.Codec;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.RateControl;
import io.headend.transcode.compare.Contender;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;

/** The rate controls that {@code compare} knows, by name, at the rates at which it runs them. */
final class RateControls {

    static final List<String> NAMES = List.of("capped", "content-adaptive", "vbr", "cbr", "vod");

    private final Codec codec;
    private final String preset;
    private final long cap;
    private final LatencyClass latency;
    private final List<Double> factors;
    private final Duration longest;

    /**
     * @param cap the most bit/s, with a buffer of two seconds
     * @param factors constant rate factors; empty for five that suit the codec
     * @param longest group of pictures of {@code vod}
     */
    RateControls(Codec codec, String preset, long cap, LatencyClass latency, List<Double> factors, Duration longest) {
        this.longest = longest;
        this.codec = codec;
        this.preset = preset;
        this.cap = cap;
        this.latency = latency;
        this.factors = factors.isEmpty() ? standard(codec) : factors;
    }

    static String preset(Codec codec) {
        return codec == Codec.AV1 ? "8" : "veryfast";
    }

    private static List<Double> standard(Codec codec) {
        return switch (codec) {
            case AVC -> List.of(23.0, 26.0, 29.0, 32.0, 35.0);
            case HEVC -> List.of(25.0, 28.0, 31.0, 34.0, 37.0);
            default -> List.of(30.0, 36.0, 42.0, 48.0, 54.0);
        };
    }

    Contender contender(String name) {
        if (codec == Codec.AV1 && (name.equals("vbr") || name.equals("cbr"))) {
            throw new IllegalArgumentException(
                    "SVT-AV1 cuts where the frame grid says only at a constant rate factor: leave out '" + name + "'");
        }
        return switch (name) {
            case "capped" -> byFactor(name, crf -> new RateControl.CappedQuality(crf, cap, buffer(cap)));
            case "content-adaptive" ->
                byFactor(name, crf -> RateControl.ContentAdaptive.of(crf, cap).withLatency(latency));
            case "vbr" ->
                Contender.atRates(
                        name, rate -> settings(new RateControl.Vbr(rate, rate + rate / 2, buffer(rate + rate / 2))));
            case "cbr" -> Contender.atRates(name, rate -> settings(RateControl.Cbr.of(rate)));
            case "vod" -> Contender.shots(name, settings(new RateControl.CappedQuality(23, cap, buffer(cap))), longest);
            default -> throw new IllegalArgumentException("no rate control is called '" + name + "', only " + NAMES);
        };
    }

    private Contender byFactor(String name, DoubleFunction<RateControl> control) {
        Map<String, EncoderSettings> points = new LinkedHashMap<>();
        for (double factor : factors) {
            points.put(label(factor), settings(control.apply(factor)));
        }
        return Contender.of(name, points);
    }

    private static String label(double factor) {
        return factor == Math.rint(factor)
                ? String.format(Locale.ROOT, "crf %.0f", factor)
                : String.format(Locale.ROOT, "crf %s", factor);
    }

    private EncoderSettings settings(RateControl control) {
        EncoderSettings settings = switch (codec) {
            case AVC -> EncoderSettings.x264(preset, control);
            case HEVC -> EncoderSettings.x265(preset, control).withOption("pools", "1");
            default -> EncoderSettings.svtAv1(Integer.parseInt(preset), control);
        };
        // Low latency means the same for all of them: as few pictures ahead as the adaptive control takes.
        boolean shorten = latency == LatencyClass.LOW && codec == Codec.AVC;
        return shorten ? settings.withOption("rc-lookahead", "10") : settings;
    }

    private static long buffer(long rate) {
        return Math.multiplyExact(2, rate);
    }
}
