package io.headend.ffmpeg;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;

/** A native call that failed: {@link MediaException} with the AVERROR number and the name of the call. */
public final class FfmpegException extends MediaException {

    private static final long serialVersionUID = 1L;

    private final int averror;
    private final String call;

    FfmpegException(MediaErrorCode code, String message, boolean retryable, int averror, String call) {
        super(code, message, null, retryable);
        this.averror = averror;
        this.call = call;
    }

    /** The negative number that the call returned. */
    public int averror() {
        return averror;
    }

    /** The failing function, such as {@code avformat_open_input}. */
    public String call() {
        return call;
    }
}
