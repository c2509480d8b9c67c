package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_BUG;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DECODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DEMUXER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_ENCODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_FILTER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_FORBIDDEN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_UNAUTHORIZED;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INVALIDDATA;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_MUXER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_OPTION_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_PATCHWELCOME;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_PROTOCOL_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_STREAM_NOT_FOUND;

import io.headend.core.MediaErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bytedeco.ffmpeg.global.avutil;

/** The numbers that native calls return, and what they mean for a caller. */
final class Averror {

    static final int EOF = AVERROR_EOF();
    static final int EXIT = AVERROR_EXIT();
    static final int INVALIDDATA = AVERROR_INVALIDDATA();
    static final int EAGAIN = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN();
    static final int ENOMEM = org.bytedeco.ffmpeg.presets.avutil.AVERROR_ENOMEM();
    static final int EINVAL = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EINVAL();
    static final int EIO = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EIO();
    static final int ENOSYS = org.bytedeco.ffmpeg.presets.avutil.AVERROR_ENOSYS();
    private static final int ENOENT = org.bytedeco.ffmpeg.presets.avutil.AVERROR_ENOENT();
    private static final int EACCES = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EACCES();
    private static final int EPERM = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EPERM();
    private static final int MESSAGE_BYTES = 256;

    private Averror() {}

    /**
     * Returns {@code result} unless it is an error.
     *
     * @param what what was tried, for the message, such as {@code "open file.mp4"}
     */
    static int check(int result, String call, String what) {
        if (result < 0) {
            throw exception(result, call, what);
        }
        return result;
    }

    static FfmpegException exception(int error, String call, String what) {
        MediaErrorCode code = code(error);
        String message = "cannot " + what + ": " + text(error) + " (" + call + ")";
        return new FfmpegException(code, message, code == MediaErrorCode.IO, error, call);
    }

    static <T> T notNull(T pointer, String call) {
        if (pointer == null) {
            throw new FfmpegException(
                    MediaErrorCode.EXHAUSTED, "out of native memory (" + call + ")", false, ENOMEM, call);
        }
        return pointer;
    }

    /** FFmpeg's text, in lower case and without a full stop, to stand inside a sentence. */
    static String text(int error) {
        byte[] bytes = new byte[MESSAGE_BYTES];
        avutil.av_strerror(error, bytes, bytes.length);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
        return text.isEmpty() ? "error " + error : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static MediaErrorCode code(int error) {
        if (error == INVALIDDATA || error == EOF) {
            return MediaErrorCode.MALFORMED;
        }
        if (error == ENOENT || error == AVERROR_HTTP_NOT_FOUND() || error == AVERROR_STREAM_NOT_FOUND()) {
            return MediaErrorCode.NOT_FOUND;
        }
        if (error == EACCES
                || error == EPERM
                || error == AVERROR_HTTP_FORBIDDEN()
                || error == AVERROR_HTTP_UNAUTHORIZED()) {
            return MediaErrorCode.ACCESS_DENIED;
        }
        if (error == AVERROR_DECODER_NOT_FOUND()
                || error == AVERROR_ENCODER_NOT_FOUND()
                || error == AVERROR_DEMUXER_NOT_FOUND()
                || error == AVERROR_MUXER_NOT_FOUND()
                || error == AVERROR_PROTOCOL_NOT_FOUND()
                || error == AVERROR_PATCHWELCOME()
                || error == ENOSYS) {
            return MediaErrorCode.UNSUPPORTED;
        }
        if (error == EINVAL || error == AVERROR_OPTION_NOT_FOUND() || error == AVERROR_FILTER_NOT_FOUND()) {
            return MediaErrorCode.INVALID_ARGUMENT;
        }
        if (error == ENOMEM) {
            return MediaErrorCode.EXHAUSTED;
        }
        if (error == EXIT) {
            return MediaErrorCode.CLOSED;
        }
        if (error == AVERROR_BUG()) {
            return MediaErrorCode.NATIVE;
        }
        // What is left are the operating system's errors (small numbers) and HTTP answers: the way to the bytes failed.
        return MediaErrorCode.IO;
    }
}
