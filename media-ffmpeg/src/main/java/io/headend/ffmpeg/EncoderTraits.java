package io.headend.ffmpeg;

import io.headend.core.Codec;

/**
 * What an open encoder was asked for.
 *
 * @param kind picture or sound
 * @param roi whether every picture carries a quantiser offset
 * @param reconstruction whether it hands back reconstructed pictures
 * @param liveRate whether maxrate and bufsize can change
 * @param frameDuration length of a picture of unknown length, in ticks of the encoder
 */
record EncoderTraits(Codec.Kind kind, boolean roi, boolean reconstruction, boolean liveRate, long frameDuration) {}
