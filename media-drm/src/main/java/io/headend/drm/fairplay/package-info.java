/**
 * FairPlay Streaming's key security module: takes a player's server playback context (SPC) and gives a content key context (CKC).
 * Apple's secret, the ASk, and the function that derives from it come from the host by {@link
 * io.headend.drm.fairplay.ApplicationSecret}; nothing of either is here.
 *
 * <p>The layout of the messages is that of the "FairPlay Streaming Programming Guide" as open implementations show it.
 */
@NullMarked
package io.headend.drm.fairplay;

import org.jspecify.annotations.NullMarked;
