package io.headend.transcode;

import org.jspecify.annotations.Nullable;

/**
 * What a content-adaptive rate control decided for a group of pictures before it was encoded.
 *
 * @param recipe name of the encoder parameters, as in RECIPES.md
 * @param content what the group looks like
 * @param features what was seen; {@code null} if it was not looked at
 * @param predicted quality expected at the base quality; {@code null} if it was not estimated
 * @param offset added to the base quality's quantiser
 * @param reason why, in a few words
 */
public record GopDecision(
        String recipe,
        ContentClass content,
        @Nullable ComplexityFeatures features,
        @Nullable PictureScores predicted,
        double offset,
        String reason) {}
