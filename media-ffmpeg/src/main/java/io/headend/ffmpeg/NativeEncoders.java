package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;

import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.TrackFormat;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.jspecify.annotations.Nullable;

/** Opens native encoders; what picture and sound encoders have in common. */
final class NativeEncoders {

    private NativeEncoders() {}

    /**
     * @param options everything for the encoder's dictionary
     * @param user the part of them that the user named
     * @param fill sets the fields of the context
     */
    static Encoder open(
            String name,
            Timebase timebase,
            @Nullable Rational frameRate,
            EncoderTraits traits,
            Map<String, String> options,
            Map<String, String> user,
            Consumer<AVCodecContext> fill) {
        AVCodec codec = find(name);
        AVCodecContext context = Averror.notNull(avcodec_alloc_context3(codec), "avcodec_alloc_context3");
        boolean done = false;
        try (Options dictionary = new Options(options)) {
            PixelLayout.put(context.time_base(), timebase);
            context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
            fill.accept(context);
            Averror.check(
                    avcodec_open2(context, codec, dictionary.dictionary()),
                    "avcodec_open2",
                    "open the encoder " + name);
            dictionary.rejectLeftOver("the encoder " + name, user);
            Encoder encoder = new Encoder(context, name, timebase, format(context, frameRate), traits);
            done = true;
            return encoder;
        } finally {
            if (!done) {
                avcodec_free_context(context);
            }
        }
    }

    static AVCodec find(String name) {
        FfmpegRuntime runtime = FfmpegRuntime.get();
        AVCodec codec = avcodec_find_encoder_by_name(name);
        if (codec == null) {
            throw MediaException.unsupported("these FFmpeg natives (" + runtime.licence() + ") have no encoder '" + name
                    + "'; x264 and x265 are in the -gpl classifier");
        }
        return codec;
    }

    private static TrackFormat format(AVCodecContext context, @Nullable Rational frameRate) {
        AVCodecParameters parameters = Averror.notNull(avcodec_parameters_alloc(), "avcodec_parameters_alloc");
        try {
            Averror.check(
                    avcodec_parameters_from_context(parameters, context),
                    "avcodec_parameters_from_context",
                    "describe the encoder");
            return StreamTracks.format(parameters, context.sample_aspect_ratio(), frameRate);
        } finally {
            avcodec_parameters_free(parameters);
        }
    }
}
