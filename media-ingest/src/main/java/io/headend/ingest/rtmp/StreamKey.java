package io.headend.ingest.rtmp;

import io.headend.core.MediaException;

/**
 * Names a stream on a server: {@code rtmp://host/app/name}.
 *
 * @param app application, 1 to 255 characters, without query; may hold slashes ({@code live/room})
 * @param name stream name, 1 to 255 characters, without query
 */
public record StreamKey(String app, String name) {

    private static final int MAX = 255;

    public StreamKey {
        if (!legal(app) || !legal(name)) {
            throw MediaException.invalidArgument("an RTMP stream is named app/name, each of 1 to " + MAX
                    + " printable characters without '?' and white space");
        }
    }

    private static boolean legal(String text) {
        return !text.isEmpty()
                && text.length() <= MAX
                && text.chars().allMatch(c -> c > ' ' && c != 0x7F && c != '?' && c != '#');
    }

    /** Reads {@code app/name}; the last slash parts them. */
    public static StreamKey parse(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            throw MediaException.invalidArgument("'" + path + "' names no stream; write app/name");
        }
        return new StreamKey(path.substring(0, slash), path.substring(slash + 1));
    }

    @Override
    public String toString() {
        return app + "/" + name;
    }
}
