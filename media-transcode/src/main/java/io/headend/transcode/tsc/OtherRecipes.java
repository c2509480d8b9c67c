package io.headend.transcode.tsc;

import io.headend.core.Codec;
import io.headend.transcode.Scenario;
import java.util.Map;

/** Recipes of x265 and SVT-AV1, one for each preset that was measured; RECIPES.md has the figures. */
final class OtherRecipes {

    // SAO costs time and detail; without it on B pictures flat content keeps what it is good for.
    private static final EncoderRecipe X265_FILM =
            new EncoderRecipe("x265-film", Map.of("selective-sao", "2", "aq-strength", "0.8", "max-merge", "3"));
    private static final EncoderRecipe X265_FAST = new EncoderRecipe(
            "x265-fast", Map.of("psy-rd", "1", "selective-sao", "2", "aq-strength", "0.8", "max-merge", "3"));
    // Has no SAO of its own.
    private static final EncoderRecipe X265_FASTEST =
            new EncoderRecipe("x265-fastest", Map.of("psy-rd", "1", "aq-strength", "0.8", "max-merge", "3"));
    // One level of quantiser matrices for all pictures; finer ones lose SSIM.
    private static final EncoderRecipe SVT_FAST =
            new EncoderRecipe("svt-fast", Map.of("enable-qm", "1", "qm-min", "10", "qm-max", "10"));
    private static final EncoderRecipe SVT_MEDIUM =
            new EncoderRecipe("svt-medium", Map.of("enable-qm", "1", "qm-min", "10"));

    private OtherRecipes() {}

    /** The preset as it is where nothing was measured. */
    static EncoderRecipe of(Codec codec, String preset, Scenario scenario) {
        if (codec == Codec.HEVC) {
            return switch (preset) {
                case "superfast" -> scenario == Scenario.FILM ? EncoderRecipe.PRESET : X265_FASTEST;
                case "veryfast" -> scenario == Scenario.FILM ? X265_FILM : X265_FAST;
                default -> EncoderRecipe.PRESET;
            };
        }
        return switch (preset) {
            case "8", "9" -> SVT_MEDIUM;
            case "10", "11" -> SVT_FAST;
            default -> EncoderRecipe.PRESET;
        };
    }
}
