package io.headend.packaging;

import io.headend.core.Track;

/** MIME types of CMAF tracks (ISO/IEC 23000-19, RFC 4337). */
final class MimeTypes {

    private MimeTypes() {}

    static String of(Track track) {
        return switch (track.kind()) {
            case VIDEO -> "video/mp4";
            case AUDIO -> "audio/mp4";
            case TEXT, DATA -> "application/mp4";
        };
    }
}
