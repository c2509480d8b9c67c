package io.headend.ingest;

import io.headend.core.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an input holds.
 *
 * @param url as it was given
 * @param format FFmpeg's name of the container or protocol
 * @param duration what the container says, else what was read; {@code null} where there is neither
 * @param tracks in the order of the container
 * @param end how the look at it ended
 * @param problems one sentence each; empty where all is well
 */
public record ProbeReport(
        String url,
        String format,
        @Nullable Timestamp duration,
        List<TrackReport> tracks,
        End end,
        List<String> problems) {

    /** How the look at an input ended. */
    public enum End {
        /** It was read to its end. */
        COMPLETE,
        /** The look was as long as was asked for. */
        LIMIT,
        /** An error ended it; the last problem tells. */
        FAILED
    }

    public ProbeReport {
        tracks = List.copyOf(tracks);
        problems = List.copyOf(problems);
    }
}
