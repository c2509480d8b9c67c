package io.headend.ingest;

import io.headend.core.MediaException;
import java.util.List;

/**
 * Recordings one after the other, without a step in time between them; with {@link Playback#loop} for ever. A track goes on where the next
 * recording has another of its kind, described anew where it is coded otherwise.
 *
 * @param entries {@link FileInput} and {@link HttpInput}; how each is played by itself does not matter
 * @param playback of the whole list
 */
public record PlaylistInput(List<InputSpec> entries, Playback playback) implements InputSpec {

    /** @throws MediaException {@code INVALID_ARGUMENT} if there is no entry or one is no recording */
    public PlaylistInput {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw MediaException.invalidArgument("a playlist needs at least one recording");
        }
        for (InputSpec entry : entries) {
            if (entry.isLive() || entry instanceof PlaylistInput) {
                throw MediaException.invalidArgument("a playlist holds files and HTTP recordings, not " + entry);
            }
        }
    }

    public PlaylistInput withPlayback(Playback newPlayback) {
        return new PlaylistInput(entries, newPlayback);
    }

    @Override
    public boolean isLive() {
        return false;
    }

    /** The first recording. */
    @Override
    public String url() {
        return entries.get(0).url();
    }
}
