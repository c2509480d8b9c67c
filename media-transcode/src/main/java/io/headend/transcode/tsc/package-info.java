/** Content-adaptive rate control: recipes, features, the decisions per group of pictures. Begin at {@code EncoderRecipe}. */
@org.jspecify.annotations.NullMarked
package io.headend.transcode.tsc;
