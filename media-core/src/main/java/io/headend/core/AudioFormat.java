package io.headend.core;

/**
 * Coded or raw sound.
 *
 * @param codec coding and decoder configuration
 * @param sampleRate samples per second and channel, at least 1
 * @param channels 1 to 64
 * @param priming samples that an encoder put before the first one of the source; a decoder drops them
 */
public record AudioFormat(CodecConfig codec, int sampleRate, int channels, int priming) implements TrackFormat {

    public AudioFormat {
        if (sampleRate < 1 || channels < 1 || channels > 64 || priming < 0) {
            throw new IllegalArgumentException(
                    "not sound: " + sampleRate + " Hz, " + channels + " channels, " + priming + " priming samples");
        }
    }

    public static AudioFormat of(CodecConfig codec, int sampleRate, int channels) {
        return new AudioFormat(codec, sampleRate, channels, 0);
    }

    @Override
    public AudioFormat withCodec(CodecConfig newCodec) {
        return new AudioFormat(newCodec, sampleRate, channels, priming);
    }
}
