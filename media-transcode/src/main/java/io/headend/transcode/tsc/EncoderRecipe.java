package io.headend.transcode.tsc;

import io.headend.core.Codec;
import io.headend.transcode.ComplexityFeatures;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.RateControl;
import io.headend.transcode.Scenario;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Encoder parameters on top of a preset, measured to be worth their time; RECIPES.md has the figures. Recipes that may follow
 * each other in a stream differ in no header.
 *
 * @param name as in RECIPES.md
 * @param parameters by the encoder's own names
 */
public record EncoderRecipe(String name, Map<String, String> parameters) {

    /** The preset as it is. */
    public static final EncoderRecipe PRESET = new EncoderRecipe("preset", Map.of());

    private static final Map<String, String> X264 =
            Map.of("aq-strength", "0.8", "qcomp", "0.5", "deblock", "-1,-1", "chroma-qp-offset", "1");
    private static final EncoderRecipe X264_FASTEST = of("x264-fastest", X264);
    private static final EncoderRecipe X264_LOW = of("x264-low", X264, "trellis", "1");
    private static final EncoderRecipe X264_FAST = of("x264-fast", X264_LOW.parameters, "rc-lookahead", "40");
    // Small partitions of B pictures cost time everywhere and pay where much moves.
    private static final EncoderRecipe X264_CALM =
            of("x264-calm", X264_FAST.parameters, "partitions", "i4x4,i8x8,p8x8");
    private static final EncoderRecipe X264_RESTLESS = of("x264-restless", X264_CALM.parameters, "subme", "3");
    private static final EncoderRecipe X264_FILM = of(
            "x264-film",
            Map.of("aq-strength", "0.6", "qcomp", "0.55", "deblock", "-1,-1", "bframes", "5", "trellis", "2"));
    private static final Map<String, String> SCORED = Map.of("psy", "0", "aq-strength", "0.6", "qcomp", "0.5");
    // Presets from slow on search as finely of themselves, the slowest two also have more B pictures.
    private static final EncoderRecipe X264_SLOWEST = of("x264-slowest", SCORED);
    private static final EncoderRecipe X264_SLOWER = of("x264-slower", SCORED, "bframes", "5");
    private static final EncoderRecipe X264_SLOW =
            of("x264-slow", X264_SLOWER.parameters, "subme", "9", "deblock", "-1,-1");
    private static final EncoderRecipe X264_OFFLINE =
            of("x264-offline", X264_SLOW.parameters, "subme", "10", "trellis", "2");

    // Bits per sample that a picture after the first costs the probe at a factor of 24, and how they fall with the
    // factor.
    private static final double RESTLESS = 0.42;
    private static final double CALM = 0.19;
    private static final double PER_STEP = 1.155;
    // Another encoder begins with a dearer key picture, so a scene that goes on must change clearly.
    private static final double KEEP = 0.1;
    // What a host knows of its programme moves the limits.
    private static final double LIVELY = 0.8;
    private static final double QUIET = 1.5;

    public EncoderRecipe {
        parameters = Map.copyOf(parameters);
    }

    private static EncoderRecipe of(String name, Map<String, String> base, String... pairs) {
        Map<String, String> parameters = new TreeMap<>(base);
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return new EncoderRecipe(name, parameters);
    }

    /** The settings with these parameters; their own options stand. */
    public EncoderSettings applied(EncoderSettings settings) {
        EncoderSettings result = settings;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            if (!settings.options().containsKey(parameter.getKey())) {
                result = result.withOption(parameter.getKey(), parameter.getValue());
            }
        }
        return result;
    }

    /**
     * The recipe for a group of pictures.
     *
     * @param before that of the group before
     * @param fresh whether the scene is new
     */
    static EncoderRecipe choose(
            EncoderSettings settings,
            RateControl.ContentAdaptive control,
            EncoderRecipe before,
            ComplexityFeatures features,
            boolean fresh) {
        EncoderRecipe standard = standard(settings, control);
        if (!standard.equals(X264_FAST) || features.motionBits() == 0) {
            return standard;
        }
        double motion = features.motionBits() * Math.pow(PER_STEP, control.base() - 24);
        double restless = RESTLESS * (!fresh && before.equals(X264_RESTLESS) ? 1 - KEEP : 1);
        double calm = CALM * (!fresh && before.equals(X264_CALM) ? 1 + KEEP : 1);
        switch (control.scenario()) {
            case SPORTS, GAMING -> restless *= LIVELY;
            case TALK_SHOW -> calm *= QUIET;
            case AUTO, ANIMATION, FILM, SCREEN -> {}
        }
        return motion > restless ? X264_RESTLESS : motion < calm ? X264_CALM : X264_FAST;
    }

    /** Every recipe that may be used in one stream. */
    public static List<EncoderRecipe> of(EncoderSettings settings, RateControl.ContentAdaptive control) {
        EncoderRecipe standard = standard(settings, control);
        return standard.equals(X264_FAST) ? List.of(X264_FAST, X264_CALM, X264_RESTLESS) : List.of(standard);
    }

    /** The recipe to use where nothing is known of the pictures. */
    public static EncoderRecipe standard(EncoderSettings settings, RateControl.ContentAdaptive control) {
        if (settings.codec() != Codec.AVC) {
            return OtherRecipes.of(settings.codec(), settings.preset(), control.scenario());
        }
        return switch (settings.preset()) {
            case "ultrafast", "superfast" -> X264_FASTEST;
            case "veryfast", "faster" -> control.latency() == LatencyClass.LOW ? X264_LOW : X264_FAST;
            default -> control.scenario() == Scenario.FILM ? X264_FILM : slow(settings.preset());
        };
    }

    /** The recipe for files, where probes and scores cost several times what the last encode does. */
    public static EncoderRecipe offline(EncoderSettings settings, RateControl.ContentAdaptive control) {
        EncoderRecipe standard = standard(settings, control);
        return standard.equals(X264_SLOW) ? X264_OFFLINE : standard;
    }

    private static EncoderRecipe slow(String preset) {
        return switch (preset) {
            case "veryslow", "placebo" -> X264_SLOWEST;
            case "slow", "slower", "fast" -> X264_SLOWER;
            default -> X264_SLOW;
        };
    }
}
