package io.headend.transcode;

import io.headend.ffmpeg.AvFrame;

/**
 * How sound of some shape becomes planar floats of a rendition's rate and channels. More channels than two are mixed by
 * ITU-R BS.775: front left and right whole, centre and surrounds at -3 dB, no low-frequency effects. The sum is not turned down for
 * the sake of peaks that hardly ever come; {@link GainControl} holds those.
 */
final class SoundFit {

    private SoundFit() {}

    static String filters(int sampleRate, int channels) {
        String layout = channels == 1 ? "mono" : "stereo";
        // Two channels to one: their mean, which cannot clip.
        String matrix = channels == 1
                ? "rematrix_maxval=1"
                : "center_mix_level=0.70710678:surround_mix_level=0.70710678:lfe_mix_level=0:rematrix_maxval=1000";
        return "aformat=sample_fmts=" + SoundFrames.SAMPLE_FORMAT + ",aresample=" + sampleRate + ":ochl=" + layout + ":"
                + matrix + ",aformat=sample_fmts=" + SoundFrames.SAMPLE_FORMAT + ":channel_layouts=" + layout;
    }

    static boolean fits(AvFrame frame, int sampleRate, int channels) {
        return frame.sampleRate() == sampleRate
                && frame.channels() == channels
                && frame.sampleFormat().equals(SoundFrames.SAMPLE_FORMAT);
    }
}
