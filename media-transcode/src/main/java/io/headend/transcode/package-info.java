/**
 * Decode once, put every picture on the frame grid and every sound sample on the sample grid, encode a ladder.
 *
 * <p>Start at {@link io.headend.transcode.Transcoder}; {@link io.headend.transcode.Ladder} says what to encode to.
 */
@NullMarked
package io.headend.transcode;

import org.jspecify.annotations.NullMarked;
