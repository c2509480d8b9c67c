package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_NONE;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_get_sample_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_get_sample_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Names and numbers of sample layouts, and ratios, between Java and FFmpeg. */
final class PixelLayout {

    private PixelLayout() {}

    static int pixelFormat(String name) {
        int format = av_get_pix_fmt(name);
        if (format == AV_PIX_FMT_NONE) {
            throw MediaException.invalidArgument("FFmpeg knows no pixel format '" + name + "'");
        }
        return format;
    }

    static String pixelFormatName(int format) {
        return Options.text(av_get_pix_fmt_name(format));
    }

    static int sampleFormat(String name) {
        int format = av_get_sample_fmt(name);
        if (format == AV_SAMPLE_FMT_NONE) {
            throw MediaException.invalidArgument("FFmpeg knows no sample format '" + name + "'");
        }
        return format;
    }

    static String sampleFormatName(int format) {
        return Options.text(av_get_sample_fmt_name(format));
    }

    /** Rows of a plane: chroma planes of subsampled formats are lower, rounded up. */
    static int planeHeight(int format, int plane, int height) {
        AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
        if (descriptor == null || plane == 0 || plane == 3) {
            return height;
        }
        int shift = descriptor.log2_chroma_h();
        return -(-height >> shift);
    }

    static void put(AVRational to, Rational from) {
        to.num(from.num()).den(from.den());
    }

    static void put(AVRational to, Timebase from) {
        to.num(from.num()).den(from.den());
    }

    static Timebase timebase(AVRational from, Timebase otherwise) {
        int num = from.num();
        int den = from.den();
        return num > 0 && den > 0 ? Timebase.of(num, den) : otherwise;
    }

    /** {@link Rational#ONE} where the native one is 0/x or not positive. */
    static Rational sampleAspectRatio(AVRational from) {
        int num = from.num();
        int den = from.den();
        return num > 0 && den > 0 ? Rational.of(num, den) : Rational.ONE;
    }
}
