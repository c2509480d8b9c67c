package io.headend.transcode;

/**
 * The sound of a ladder: AAC-LC.
 *
 * @param name names the output and the folder downstream; as {@link io.headend.core.Track#name()}
 * @param sampleRate samples per second: 32000, 44100 or 48000
 * @param channels 1 or 2
 * @param bitrate bit/s
 */
public record AudioRendition(String name, int sampleRate, int channels, int bitrate) {

    public AudioRendition {
        if (sampleRate != 32_000 && sampleRate != 44_100 && sampleRate != 48_000) {
            throw new IllegalArgumentException("sample rate " + sampleRate + " is none of 32000, 44100, 48000");
        }
        if (channels < 1 || channels > 2) {
            throw new IllegalArgumentException("sound of " + channels + " channels; use 1 or 2");
        }
        if (bitrate < 8_000 || bitrate > 512_000) {
            throw new IllegalArgumentException("sound of " + bitrate + " bit/s is outside 8000..512000");
        }
    }

    /** 48 kHz stereo at 128 kbit/s, named {@code audio}. */
    public static AudioRendition standard() {
        return new AudioRendition("audio", 48_000, 2, 128_000);
    }
}
