package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** What to read. Immutable; reading begins with Ingest. */
public sealed interface InputSpec
        permits FileInput, Hls, HttpInput, LiveInput, PlaylistInput, Rtp, RtmpPull, RtmpPush, Rtsp, Srt, Udp {

    /** The address, as FFmpeg takes it; it may hold credentials, see {@link io.headend.core.RedactedUrl}. */
    String url();

    /** Whether time passes at the source, so that what is not read in time is lost, and a break is not the end. */
    default boolean isLive() {
        return true;
    }

    /** How it is played, where it is a recording. */
    default Playback playback() {
        return Playback.ONCE;
    }

    /**
     * Reads the way inputs are written everywhere in this product.
     *
     * <ul>
     *   <li>a path, or {@code file:…}: {@link FileInput}, or {@link Hls} where it ends in {@code .m3u8}
     *   <li>{@code http(s)://….m3u8}: {@link Hls}; any other {@code http(s)} address: {@link HttpInput}
     *   <li>{@code srt:}: {@link Srt}; {@code rtsp:}, {@code rtsps:}: {@link Rtsp}
     *   <li>{@code udp:}: {@link Udp}; {@code rtp:}: {@link Rtp}; {@code tcp:}: {@link LiveInput}
     *   <li>{@code rtmp:}, {@code rtmps:}: {@link RtmpPull}; {@code rtmp-listen:}: {@link RtmpPush}
     * </ul>
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if the text is none of these, {@code UNSUPPORTED} for a form that this
     *     version cannot read; nothing is opened, so a file that is missing is not noticed here
     */
    static InputSpec parse(String text) {
        if (text.isBlank()) {
            throw MediaException.invalidArgument("the input is empty; give a path or a URL");
        }
        int colon = text.indexOf(':');
        String scheme = colon < 2 || !text.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")
                ? ""
                : text.substring(0, colon).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "" -> file(path(text));
            case "file" -> file(fileOf(text));
            case "http", "https" -> http(text);
            case "srt" -> Srt.parse(text);
            case "rtsp", "rtsps" -> Rtsp.of(text);
            case "rtmp", "rtmps" -> new RtmpPull(text);
            case "rtmp-listen" -> new RtmpPush(text);
            case "test" ->
                throw MediaException.unsupported("'" + text
                        + "': the synthetic source is no input of this module; use SyntheticSource of media-testkit");
            case "udp" -> Udp.parse(text);
            case "rtp" -> Rtp.parse(text);
            default -> other(scheme, text);
        };
    }

    private static InputSpec file(Path path) {
        boolean playlist = path.toString().toLowerCase(Locale.ROOT).endsWith(".m3u8");
        return playlist ? Hls.of(path.toAbsolutePath().toUri()) : new FileInput(path, Playback.ONCE);
    }

    private static InputSpec http(String text) {
        URI uri = uri(text);
        boolean playlist =
                uri.getPath() != null && uri.getPath().toLowerCase(Locale.ROOT).matches(".*\\.m3u8");
        return playlist ? Hls.of(uri) : new HttpInput(uri, Playback.ONCE);
    }

    private static InputSpec other(String scheme, String text) {
        if (LiveInput.SCHEMES.contains(scheme)) {
            return LiveInput.of(text);
        }
        // "a:b.mp4" is a legal file name where no "//" follows.
        if (!text.startsWith("//", scheme.length() + 1)) {
            return new FileInput(path(text), Playback.ONCE);
        }
        throw MediaException.invalidArgument(
                "'" + RedactedUrl.of(text) + "': unknown scheme '" + scheme
                        + "'; give a path, file:, http(s)://, udp://, rtp://, srt://, tcp://, rtsp://, rtmp:// or rtmp-listen://");
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw MediaException.invalidArgument(
                    "'" + text.replace('\0', '?') + "' is not a file name: " + e.getReason());
        }
    }

    private static Path fileOf(String text) {
        String rest = text.substring("file:".length());
        if (!rest.startsWith("//")) {
            return path(rest);
        }
        try {
            return Path.of(uri(text));
        } catch (IllegalArgumentException e) {
            throw MediaException.invalidArgument(
                    "'" + text + "' is not the URL of a local file; write file:/path or the path alone");
        }
    }

    /**
     * @throws MediaException {@code INVALID_ARGUMENT} if the text breaks the rules of RFC 3986
     */
    static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw MediaException.invalidArgument(
                    "'" + RedactedUrl.of(text) + "' is not a URL: " + e.getReason() + " at character " + e.getIndex());
        }
    }
}
