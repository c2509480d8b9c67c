package io.headend.core;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of the house. Its message is one clear sentence that says what to do.
 *
 * <p>{@link #retryable()} tells whether the same call may succeed later without any change (a deadline, a refused
 * connection), as opposed to one that will fail again (malformed bytes).
 */
public class MediaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final MediaErrorCode code;
    private final boolean retryable;
    private int trackId = -1;
    private transient @Nullable Timestamp position;

    public MediaException(MediaErrorCode code, String message, @Nullable Throwable cause, boolean retryable) {
        super(message, cause);
        this.code = code;
        this.retryable = retryable;
    }

    public MediaException(MediaErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, code == MediaErrorCode.TIMEOUT);
    }

    public MediaException(MediaErrorCode code, String message) {
        this(code, message, null);
    }

    public static MediaException malformed(String message) {
        return new MediaException(MediaErrorCode.MALFORMED, message);
    }

    public static MediaException unsupported(String message) {
        return new MediaException(MediaErrorCode.UNSUPPORTED, message);
    }

    public static MediaException invalidArgument(String message) {
        return new MediaException(MediaErrorCode.INVALID_ARGUMENT, message);
    }

    public static MediaException closed(String what) {
        return new MediaException(MediaErrorCode.CLOSED, what + " is closed");
    }

    /** Adds where on the stream it happened; returns {@code this}. */
    public MediaException at(int trackIdOrMinusOne, @Nullable Timestamp where) {
        trackId = trackIdOrMinusOne;
        position = where;
        return this;
    }

    public MediaErrorCode code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    /** The track concerned, or -1. */
    public int trackId() {
        return trackId;
    }

    /** The stream time concerned, or {@code null}. */
    public @Nullable Timestamp position() {
        return position;
    }
}
