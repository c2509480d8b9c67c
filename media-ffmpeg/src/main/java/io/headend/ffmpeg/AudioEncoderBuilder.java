package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CONFIG_SAMPLE_FORMAT;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_supported_config;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Settings of a sound {@link Encoder}; 48 kHz stereo unless set. Not for use by several threads. */
public final class AudioEncoderBuilder {

    private final String name;
    private final Map<String, String> options = new LinkedHashMap<>();
    private int sampleRate = 48_000;
    private int channels = 2;
    private long bitrate;
    private String sampleFormat = "";
    private @Nullable Timebase timebase;

    AudioEncoderBuilder(String name) {
        this.name = name;
    }

    /** Samples per second and channel. */
    public AudioEncoderBuilder sampleRate(int hertz) {
        sampleRate = hertz;
        return this;
    }

    /** 1 to 64, in FFmpeg's default order for that number. */
    public AudioEncoderBuilder channels(int count) {
        channels = count;
        return this;
    }

    /** Mean bit/s; the encoder's own default unless set. */
    public AudioEncoderBuilder bitrate(long bitsPerSecond) {
        bitrate = bitsPerSecond;
        return this;
    }

    /** FFmpeg's name of the layout of the frames to come; the encoder's first choice unless set ({@code fltp} for AAC). */
    public AudioEncoderBuilder sampleFormat(String format) {
        sampleFormat = format;
        return this;
    }

    /** Unit of the times of samples; one tick per sound sample unless set. */
    public AudioEncoderBuilder timebase(Timebase ticks) {
        timebase = ticks;
        return this;
    }

    /** An option of FFmpeg's encoder. */
    public AudioEncoderBuilder option(String key, String value) {
        options.put(key, value);
        return this;
    }

    /**
     * @throws MediaException {@code UNSUPPORTED} if the natives lack the encoder, {@code INVALID_ARGUMENT} for settings
     *     that it refuses
     */
    public Encoder open() {
        if (sampleRate < 1 || channels < 1 || channels > 64 || bitrate < 0) {
            throw MediaException.invalidArgument(
                    "not sound: " + sampleRate + " Hz, " + channels + " channels, " + bitrate + " bit/s");
        }
        AVCodec codec = NativeEncoders.find(name);
        int format = sampleFormat.isEmpty() ? firstFormat(codec) : PixelLayout.sampleFormat(sampleFormat);
        Timebase ticks = timebase != null ? timebase : Timebase.hz(sampleRate);
        EncoderTraits traits = new EncoderTraits(Codec.Kind.AUDIO, false, false, false, 0);
        return NativeEncoders.open(name, ticks, null, traits, options, options, context -> fill(context, format));
    }

    private void fill(AVCodecContext context, int format) {
        context.sample_rate(sampleRate).sample_fmt(format);
        av_channel_layout_default(context.ch_layout(), channels);
        if (bitrate > 0) {
            context.bit_rate(bitrate);
        }
    }

    private static int firstFormat(AVCodec codec) {
        try (PointerPointer<IntPointer> list = new PointerPointer<>(1L)) {
            int result = avcodec_get_supported_config(
                    null, codec, AV_CODEC_CONFIG_SAMPLE_FORMAT, 0, list, (IntPointer) null);
            IntPointer formats = result < 0 ? null : list.get(IntPointer.class, 0);
            if (formats == null) {
                throw MediaException.unsupported(
                        "the encoder " + Options.text(codec.name()) + " names no sample format; set one");
            }
            return formats.get(0);
        }
    }
}
