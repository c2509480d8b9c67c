package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.avcodec.AVCodecContext.FF_THREAD_FRAME;
import static org.bytedeco.ffmpeg.avcodec.AVCodecContext.FF_THREAD_SLICE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_LOW_DELAY;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import io.headend.core.AudioFormat;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Settings of a {@link Decoder}; {@link #open()} makes it, once. */
public final class DecoderBuilder {

    // 16384 x 8640: an 8K picture twice over. A header that claims more is refused before anything is allocated.
    private static final long MAX_PIXELS = 16_384L * 8_640;

    private final Consumer<AVCodecParameters> description;
    private final Timebase timebase;
    private int threads = 1;
    private boolean lowDelay;

    /** @param description fills in native stream parameters; called by {@link #open()} */
    DecoderBuilder(Consumer<AVCodecParameters> description, Timebase timebase) {
        this.description = description;
        this.timebase = timebase;
    }

    static DecoderBuilder of(Track track) {
        return new DecoderBuilder(parameters -> describe(parameters, track), track.timebase());
    }

    /** Threads that decode pictures side by side; 1 (the default) adds no delay, 0 lets FFmpeg choose. */
    public DecoderBuilder threads(int count) {
        if (count < 0 || count > 64) {
            throw MediaException.invalidArgument("decoder threads are 0 to 64, not " + count);
        }
        threads = count;
        return this;
    }

    /** Gives each picture as early as possible: threads share one picture instead of taking one each. */
    public DecoderBuilder lowDelay(boolean wanted) {
        lowDelay = wanted;
        return this;
    }

    /** @throws MediaException {@code UNSUPPORTED} if FFmpeg has no decoder for the coding */
    public Decoder open() {
        FfmpegRuntime.get();
        AVCodecParameters parameters = Averror.notNull(avcodec_parameters_alloc(), "avcodec_parameters_alloc");
        AVCodecContext context = null;
        boolean done = false;
        try {
            description.accept(parameters);
            String name = Options.text(avcodec_get_name(parameters.codec_id()));
            AVCodec codec = avcodec_find_decoder(parameters.codec_id());
            if (codec == null) {
                throw MediaException.unsupported("FFmpeg has no decoder for '" + name + "'");
            }
            context = Averror.notNull(avcodec_alloc_context3(codec), "avcodec_alloc_context3");
            Averror.check(
                    avcodec_parameters_to_context(context, parameters),
                    "avcodec_parameters_to_context",
                    "describe " + name);
            PixelLayout.put(context.pkt_timebase(), timebase);
            context.thread_count(threads).max_pixels(MAX_PIXELS);
            context.thread_type(lowDelay ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE);
            if (lowDelay) {
                context.flags(context.flags() | AV_CODEC_FLAG_LOW_DELAY);
            }
            try (Options options = new Options(Map.of())) {
                Averror.check(
                        avcodec_open2(context, codec, options.dictionary()),
                        "avcodec_open2",
                        "open a decoder for " + name);
            }
            Decoder decoder = new Decoder(context, timebase, name);
            done = true;
            return decoder;
        } finally {
            avcodec_parameters_free(parameters);
            if (!done && context != null) {
                avcodec_free_context(context);
            }
        }
    }

    /** Fills in native parameters for a track of pictures or sound. */
    static void describe(AVCodecParameters parameters, Track track) {
        CodecConfig config = track.format().codec();
        parameters.codec_id(StreamTracks.codecId(config));
        if (track.format() instanceof VideoFormat video) {
            parameters.codec_type(AVMEDIA_TYPE_VIDEO).width(video.width()).height(video.height());
            if (!video.pixelFormat().isEmpty()) {
                parameters.format(PixelLayout.pixelFormat(video.pixelFormat()));
            }
            PixelLayout.put(parameters.sample_aspect_ratio(), video.sampleAspectRatio());
            if (video.frameRate() != null) {
                PixelLayout.put(parameters.framerate(), video.frameRate());
            }
            parameters
                    .color_primaries(video.color().primaries())
                    .color_trc(video.color().transfer())
                    .color_space(video.color().matrix())
                    .color_range(video.color().fullRange() ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG);
            StaticMetadata.put(parameters, video.color(), video.rotation());
        } else if (track.format() instanceof AudioFormat audio) {
            parameters.codec_type(AVMEDIA_TYPE_AUDIO).sample_rate(audio.sampleRate());
            av_channel_layout_default(parameters.ch_layout(), audio.channels());
        } else {
            throw MediaException.unsupported("track " + track.name() + " is neither picture nor sound");
        }
        extradata(parameters, config);
    }

    static void extradata(AVCodecParameters parameters, CodecConfig config) {
        ByteBuffer record = config.record();
        int size = record.remaining();
        if (size > 0) {
            // Freed together with the parameters.
            Pointer copy = Averror.notNull(av_mallocz(size + (long) AV_INPUT_BUFFER_PADDING_SIZE), "av_mallocz");
            BytePointer extradata = new BytePointer(copy);
            extradata.capacity(size).asByteBuffer().put(record);
            parameters.extradata(extradata).extradata_size(size);
        }
    }
}
