package io.headend.transcode;

import io.headend.core.Codec;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How pictures are encoded, apart from size and time.
 *
 * @param codec {@link Codec#AVC} (x264), {@link Codec#HEVC} (x265) or {@link Codec#AV1} (SVT-AV1)
 * @param preset the encoder's own name, such as {@code veryfast}, or {@code 8} for SVT-AV1
 * @param rateControl how bits are spent; AV1 takes {@code CappedQuality} and {@code ContentAdaptive}
 * @param pixelFormat FFmpeg's name, {@code yuv420p} or {@code yuv420p10le}
 * @param threads threads of this encoder, 0 for the encoder's own choice
 * @param options further parameters by the encoder's own names, such as {@code aq-strength}
 */
public record EncoderSettings(
        Codec codec,
        String preset,
        RateControl rateControl,
        String pixelFormat,
        int threads,
        Map<String, String> options) {

    private static final Set<Codec> CODECS = Set.of(Codec.AVC, Codec.HEVC, Codec.AV1);
    // The epoch lock and the stream's form depend on these.
    private static final Set<String> RESERVED = Set.of(
            "keyint", "min-keyint", "scenecut", "open-gop", "stitchable", "annexb", "intra-refresh", "repeat-headers");

    public EncoderSettings {
        if (!CODECS.contains(codec)) {
            throw new IllegalArgumentException("no encoder for " + codec + "; use one of AVC, HEVC, AV1");
        }
        if (threads < 0 || threads > 128) {
            throw new IllegalArgumentException("encoder threads " + threads + " are outside 0..128");
        }
        if (codec == Codec.AV1 && (rateControl instanceof RateControl.Cbr || rateControl instanceof RateControl.Vbr)) {
            throw new IllegalArgumentException("SVT-AV1 cuts where the frame grid says only at a constant rate factor;"
                    + " use CappedQuality or ContentAdaptive for AV1, not " + rateControl);
        }
        options = Map.copyOf(options);
        options.forEach((name, value) -> {
            if (RESERVED.contains(name)) {
                throw new IllegalArgumentException("option '" + name + "' is set by the frame grid; leave it out");
            }
            if (!name.matches("[A-Za-z0-9_-]+") || value.indexOf(':') >= 0 || value.indexOf('=') >= 0) {
                throw new IllegalArgumentException(
                        "encoder option '" + name + "=" + value + "' is not one name and one value without : and =");
            }
        });
    }

    public static EncoderSettings x264(String preset, RateControl rateControl) {
        return new EncoderSettings(Codec.AVC, preset, rateControl, "yuv420p", 0, Map.of());
    }

    public static EncoderSettings x265(String preset, RateControl rateControl) {
        return new EncoderSettings(Codec.HEVC, preset, rateControl, "yuv420p", 0, Map.of());
    }

    /** @param preset 0 (slowest) to 13 */
    public static EncoderSettings svtAv1(int preset, RateControl rateControl) {
        return new EncoderSettings(Codec.AV1, Integer.toString(preset), rateControl, "yuv420p", 0, Map.of());
    }

    /**
     * The name of the 4:2:0 layout of a bit depth.
     *
     * @throws IllegalArgumentException unless it is 8 or 10
     */
    public static String pixelFormat(int bitDepth) {
        return switch (bitDepth) {
            case 8 -> "yuv420p";
            case 10 -> "yuv420p10le";
            default -> throw new IllegalArgumentException("a bit depth is 8 or 10, not " + bitDepth);
        };
    }

    public EncoderSettings withThreads(int newThreads) {
        return new EncoderSettings(codec, preset, rateControl, pixelFormat, newThreads, options);
    }

    public EncoderSettings withRateControl(RateControl newRateControl) {
        return new EncoderSettings(codec, preset, newRateControl, pixelFormat, threads, options);
    }

    public EncoderSettings withPixelFormat(String newPixelFormat) {
        return new EncoderSettings(codec, preset, rateControl, newPixelFormat, threads, options);
    }

    /** With one more option, or another value of it. */
    public EncoderSettings withOption(String name, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(name, value);
        return new EncoderSettings(codec, preset, rateControl, pixelFormat, threads, more);
    }
}
