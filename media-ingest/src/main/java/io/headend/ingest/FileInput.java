package io.headend.ingest;

import java.nio.file.Path;

/**
 * A recording on this machine, in any container that FFmpeg reads.
 *
 * @param file the recording
 * @param playback once or looped, paced or not
 */
public record FileInput(Path file, Playback playback) implements InputSpec {

    public FileInput withPlayback(Playback newPlayback) {
        return new FileInput(file, newPlayback);
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public String url() {
        return file.toString();
    }
}
