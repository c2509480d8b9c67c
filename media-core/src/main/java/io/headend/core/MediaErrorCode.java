package io.headend.core;

/** What went wrong, for programs; {@link MediaException#getMessage()} says it for people. */
public enum MediaErrorCode {
    /** The bytes break the rules of their format. */
    MALFORMED,
    /** The bytes are legal and this product cannot handle them. */
    UNSUPPORTED,
    /** An argument or a configuration is out of range. */
    INVALID_ARGUMENT,
    /** The call does not fit the state of the object. */
    INVALID_STATE,
    /** There is nothing at that place. */
    NOT_FOUND,
    /** Not permitted: file rights, credentials, licence. */
    ACCESS_DENIED,
    /** The other side has taken the place: port in use, stream already published, index going back. */
    CONFLICT,
    /** A deadline passed. */
    TIMEOUT,
    /** Somebody closed or interrupted the object. */
    CLOSED,
    /** Reading or writing failed. */
    IO,
    /** A bound was reached: queue, buffer, memory, rate. */
    EXHAUSTED,
    /** FFmpeg's native libraries are not on the class path. */
    NATIVES_MISSING,
    /** A native call failed for a reason that has no code of its own here. */
    NATIVE,
    /** A defect of this product. */
    INTERNAL
}
