package io.headend.transcode;

import io.headend.core.Codec;
import io.headend.transcode.tsc.EncoderRecipe;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the settings of a rendition are called by FFmpeg and by the encoders behind it.
 *
 * @param encoder FFmpeg's name of the encoder
 * @param bitrate mean rate in bit/s, 0 where quality decides
 * @param maxrate in bit/s
 * @param bufferBits the decoder's buffer
 * @param options FFmpeg options of this encoder, by name
 * @param parameters of the library behind it, by its own names
 */
record EncoderOptions(
        String encoder,
        long bitrate,
        long maxrate,
        long bufferBits,
        Map<String, String> options,
        Map<String, String> parameters) {

    // Only the frame grid makes key pictures, and every encoder of a rendition writes the same headers.
    private static final Map<String, String> X264 =
            Map.of("keyint", "infinite", "scenecut", "0", "open-gop", "0", "stitchable", "1");
    private static final Map<String, String> X265 =
            Map.of("keyint", "-1", "scenecut", "0", "open-gop", "0", "repeat-headers", "0");
    private static final int MOST_PARALLEL = 6;
    private static final Map<String, String> SVT_AV1 = Map.of("keyint", "-1", "scd", "0");

    /** With the recipe that suits most content where the rate control adapts, else with the preset alone. */
    static EncoderOptions of(EncoderSettings settings) {
        EncoderRecipe recipe = settings.rateControl() instanceof RateControl.ContentAdaptive adaptive
                ? EncoderRecipe.standard(settings, adaptive)
                : EncoderRecipe.PRESET;
        return of(settings, recipe);
    }

    /** @param recipe parameters that the settings' own options override */
    static EncoderOptions of(EncoderSettings settings, EncoderRecipe recipe) {
        RateControl rate = settings.rateControl();
        Map<String, String> options = new TreeMap<>();
        options.put("preset", settings.preset());
        long bitrate = 0;
        if (rate instanceof RateControl.Cbr cbr) {
            bitrate = cbr.bitrate();
        } else if (rate instanceof RateControl.Vbr vbr) {
            bitrate = vbr.bitrate();
        } else if (rate instanceof RateControl.CappedQuality quality) {
            options.put("crf", factor(quality.crf()));
        } else if (rate instanceof RateControl.ContentAdaptive adaptive) {
            options.put("crf", factor(adaptive.base()));
        }
        Map<String, String> parameters = new TreeMap<>(recipe.parameters());
        if (settings.codec() == Codec.AV1 && settings.threads() > 0) {
            // Its own number of threads is what makes its bits repeat.
            parameters.put("lp", Integer.toString(Math.min(MOST_PARALLEL, settings.threads())));
        }
        parameters.putAll(settings.options());
        parameters.putAll(
                switch (settings.codec()) {
                    case AVC -> X264;
                    case HEVC -> X265;
                    default -> SVT_AV1;
                });
        return new EncoderOptions(
                encoder(settings.codec()), bitrate, rate.maxrate(), rate.bufferBits(), options, parameters);
    }

    private static String factor(double crf) {
        return String.format(Locale.ROOT, "%.2f", crf);
    }

    private static String encoder(Codec codec) {
        return switch (codec) {
            case AVC -> "libx264";
            case HEVC -> "libx265";
            default -> "libsvtav1";
        };
    }
}
