package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CAP_ENCODER_RECON_FRAME;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_CLOSED_GOP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_FRAME_DURATION;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_RECON_FRAME;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_CPU_FLAG_AVX512;
import static org.bytedeco.ffmpeg.global.avutil.av_get_cpu_flags;

import io.headend.core.Codec;
import io.headend.core.ColorInfo;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.jspecify.annotations.Nullable;

/** Settings of a picture {@link Encoder}; size and frame rate are required. Not for use by several threads. */
public final class VideoEncoderBuilder {

    private static final Map<String, String> PARAMETER_OPTIONS =
            Map.of("libx264", "x264-params", "libx265", "x265-params", "libsvtav1", "svtav1-params");

    private final String name;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private @Nullable PictureSize size;
    private @Nullable Rational frameRate;
    private @Nullable Timebase timebase;
    private String pixelFormat = "yuv420p";
    private Rational sampleAspectRatio = Rational.ONE;
    private ColorInfo color = ColorInfo.UNSPECIFIED;
    private int gop = -1;
    private int bFrames = -1;
    private int threads;
    private long bitrate;
    private long maxrate;
    private long bufsize;
    private boolean reconstruction;
    private boolean roi;

    VideoEncoderBuilder(String name) {
        this.name = name;
    }

    public VideoEncoderBuilder size(PictureSize picture) {
        size = picture;
        return this;
    }

    /** Frames per second; the nominal rate for rate control, times come with the frames. */
    public VideoEncoderBuilder frameRate(Rational rate) {
        frameRate = rate;
        return this;
    }

    /** Unit of the times of samples; one tick per frame unless set. */
    public VideoEncoderBuilder timebase(Timebase ticks) {
        timebase = ticks;
        return this;
    }

    /** FFmpeg's name; {@code yuv420p} unless set. */
    public VideoEncoderBuilder pixelFormat(String format) {
        pixelFormat = format;
        return this;
    }

    public VideoEncoderBuilder sampleAspectRatio(Rational ratio) {
        sampleAspectRatio = ratio;
        return this;
    }

    public VideoEncoderBuilder color(ColorInfo description) {
        color = description;
        return this;
    }

    /** Most frames from one key picture to the next; the encoder's own default unless set. */
    public VideoEncoderBuilder gop(int frames) {
        gop = between("gop", frames, 1, Integer.MAX_VALUE);
        return this;
    }

    /** Most B pictures in a row; the encoder's own default unless set. */
    public VideoEncoderBuilder bFrames(int count) {
        bFrames = between("bFrames", count, 0, 16);
        return this;
    }

    /** Threads of the encoder; 0 (the default) lets it choose. */
    public VideoEncoderBuilder threads(int count) {
        threads = between("threads", count, 0, 128);
        return this;
    }

    /** Mean bit/s; 0 (the default) if another option says how many bits to spend. */
    public VideoEncoderBuilder bitrate(long bitsPerSecond) {
        bitrate = between("bitrate", bitsPerSecond, 0, Integer.MAX_VALUE);
        return this;
    }

    /** Rate at which the decoder's buffer fills, bit/s; needs {@link #bufsize}. */
    public VideoEncoderBuilder maxrate(long bitsPerSecond) {
        maxrate = between("maxrate", bitsPerSecond, 0, Integer.MAX_VALUE);
        return this;
    }

    /** Size of the decoder's buffer, bits. */
    public VideoEncoderBuilder bufsize(long bits) {
        bufsize = between("bufsize", bits, 0, Integer.MAX_VALUE);
        return this;
    }

    /** An option of FFmpeg's encoder, such as {@code preset}, {@code crf}, {@code tune}, {@code profile}. */
    public VideoEncoderBuilder option(String key, String value) {
        options.put(key, value);
        return this;
    }

    /** A parameter of the library behind it (x264, x265, SVT-AV1) in that library's words, such as {@code scenecut} 0. */
    public VideoEncoderBuilder parameter(String key, String value) {
        if (!PARAMETER_OPTIONS.containsKey(name)) {
            throw MediaException.invalidArgument(name + " takes no parameters of its own; use option()");
        }
        if ((key + value).indexOf(':') >= 0) {
            throw MediaException.invalidArgument("a parameter cannot contain a colon: " + key + "=" + value);
        }
        parameters.put(key, value);
        return this;
    }

    /** Hands back each picture as a decoder will see it, in the encoder's own layout ({@code nv12}); libx264. */
    public VideoEncoderBuilder reconstruction(boolean wanted) {
        reconstruction = wanted;
        return this;
    }

    /**
     * Lets {@link Encoder.Hints#quantiserOffset} work: every picture then carries an offset, 0 where none is given. x264 and
     * x265 add offsets to their adaptive quantiser, so preset {@code ultrafast} gets {@code aq-mode} 1.
     */
    public VideoEncoderBuilder roi(boolean wanted) {
        roi = wanted;
        return this;
    }

    private static int between(String what, long value, int low, int high) {
        if (value < low || value > high) {
            throw MediaException.invalidArgument(what + " is " + low + " to " + high + ", not " + value);
        }
        return (int) value;
    }

    /**
     * @throws MediaException {@code UNSUPPORTED} if the natives lack the encoder or it cannot do what was asked,
     *     {@code INVALID_ARGUMENT} for settings that it refuses
     */
    public Encoder open() {
        PictureSize picture = size;
        Rational rate = frameRate;
        if (picture == null || rate == null || rate.num() == 0) {
            throw MediaException.invalidArgument("an encoder for pictures needs size and frameRate");
        }
        if ((maxrate == 0) != (bufsize == 0)) {
            throw MediaException.invalidArgument("maxrate and bufsize go together: " + maxrate + ", " + bufsize);
        }
        AVCodec codec = NativeEncoders.find(name);
        if (reconstruction && (codec.capabilities() & AV_CODEC_CAP_ENCODER_RECON_FRAME) == 0) {
            throw MediaException.unsupported(name + " does not hand back reconstructed pictures");
        }
        Timebase ticks = timebase != null ? timebase : Timebase.ofFrameRate(rate);
        long frameTicks = Timebase.ofFrameRate(rate).convert(1, ticks);
        boolean liveRate = name.startsWith("libx264") && maxrate > 0;
        EncoderTraits traits = new EncoderTraits(Codec.Kind.VIDEO, roi, reconstruction, liveRate, frameTicks);
        return NativeEncoders.open(
                name, ticks, rate, traits, allOptions(), options, context -> fill(context, picture, rate));
    }

    private Map<String, String> allOptions() {
        Map<String, String> all = new LinkedHashMap<>();
        Map<String, String> own = new LinkedHashMap<>();
        if (name.startsWith("libx26")) {
            all.put("forced-idr", "1");
            own.put("annexb", "0");
        }
        if (name.equals("libx265")) {
            own.put("log-level", "error");
        }
        if (name.startsWith("libx264") && (av_get_cpu_flags() & AV_CPU_FLAG_AVX512) != 0) {
            // x264 core 165: on AVX-512 the macroblock tree reads costs that were never written, so that the same
            // pictures
            // give other bits from run to run. The code for AVX2 does not, and is as fast.
            own.put("asm", "avx2");
        }
        if (roi && "ultrafast".equals(options.get("preset"))) {
            own.put("aq-mode", "1");
        }
        own.putAll(parameters);
        all.putAll(options);
        String key = PARAMETER_OPTIONS.get(name);
        if (key != null && !own.isEmpty()) {
            StringBuilder joined = new StringBuilder(all.getOrDefault(key, ""));
            own.forEach((k, v) -> joined.append(joined.isEmpty() ? "" : ":")
                    .append(k)
                    .append('=')
                    .append(v));
            all.put(key, joined.toString());
        }
        return all;
    }

    private void fill(AVCodecContext context, PictureSize picture, Rational rate) {
        context.width(picture.width()).height(picture.height());
        context.pix_fmt(PixelLayout.pixelFormat(pixelFormat));
        PixelLayout.put(context.framerate(), rate);
        PixelLayout.put(context.sample_aspect_ratio(), sampleAspectRatio);
        context.color_primaries(color.primaries()).color_trc(color.transfer()).colorspace(color.matrix());
        context.color_range(color.fullRange() ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG);
        StaticMetadata.put(context, color);
        context.thread_count(threads);
        if (gop > 0) {
            context.gop_size(gop);
        }
        if (bFrames >= 0) {
            context.max_b_frames(bFrames);
        }
        if (bitrate > 0) {
            context.bit_rate(bitrate);
        }
        if (maxrate > 0) {
            context.rc_max_rate(maxrate).rc_buffer_size((int) bufsize);
        }
        int flags = context.flags() | AV_CODEC_FLAG_CLOSED_GOP | AV_CODEC_FLAG_FRAME_DURATION;
        context.flags(reconstruction ? flags | AV_CODEC_FLAG_RECON_FRAME : flags);
    }
}
