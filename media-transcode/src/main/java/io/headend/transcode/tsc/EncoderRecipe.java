package io.headend.transcode.tsc;

import io.headend.core.Codec;
import io.headend.transcode.LatencyClass;
import java.util.Map;
import java.util.TreeMap;

/**
 * Encoder parameters on top of a preset, measured to be worth their time.
 *
 * @param name as in RECIPES.md
 * @param parameters by the encoder's own names
 */
public record EncoderRecipe(String name, Map<String, String> parameters) {

    /** The preset as it is. */
    public static final EncoderRecipe PRESET = new EncoderRecipe("preset", Map.of());

    private static final EncoderRecipe X264_FAST_LOW =
            of("x264-fast-low", "trellis", "1", "qcomp", "0.5", "deblock", "-1,-1");
    private static final EncoderRecipe X264_FAST =
            of("x264-fast", "trellis", "1", "qcomp", "0.5", "deblock", "-1,-1", "rc-lookahead", "40");
    private static final EncoderRecipe X264_SLOW = of("x264-slow", "aq-strength", "0.7", "qcomp", "0.5", "psy", "0");

    public EncoderRecipe {
        parameters = Map.copyOf(parameters);
    }

    private static EncoderRecipe of(String name, String... pairs) {
        Map<String, String> parameters = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return new EncoderRecipe(name, parameters);
    }

    /** The recipe to use where nothing is known of the content. */
    public static EncoderRecipe standard(Codec codec, String preset, LatencyClass latency) {
        if (codec != Codec.AVC) {
            return PRESET;
        }
        return switch (preset) {
            case "ultrafast", "superfast" -> PRESET;
            case "veryfast", "faster" -> latency == LatencyClass.LOW ? X264_FAST_LOW : X264_FAST;
            default -> X264_SLOW;
        };
    }
}
