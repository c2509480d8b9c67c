package io.headend.live;

import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.packaging.LiveSubtitles;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a source says in the subtitles of its channel: the text track of the channel's language, or the first one. */
final class Words {

    private static final Logger log = LoggerFactory.getLogger(Words.class);

    private final @Nullable LiveSubtitles subtitles;
    private final @Nullable String language;
    private boolean refused;

    Words(@Nullable LiveSubtitles subtitles, @Nullable String language) {
        this.subtitles = subtitles;
        this.language = language;
    }

    Optional<LiveSubtitles> subtitles() {
        return Optional.ofNullable(subtitles);
    }

    /**
     * @param all tracks of the source
     * @param shiftNanos from the source's time to the channel's
     */
    void say(Track track, Collection<Track> all, Sample sample, long shiftNanos) {
        LiveSubtitles into = subtitles;
        if (into == null || !track.equals(chosen(all))) {
            return;
        }
        try {
            into.show(track, sample, shiftNanos);
            refused = false;
        } catch (MediaException e) {
            // a source's words never end a channel
            if (!refused) {
                log.warn("words of the source are left out: {}", e.getMessage());
            }
            refused = true;
        }
    }

    private @Nullable Track chosen(Collection<Track> all) {
        Track first = null;
        for (Track track : all) {
            if (LiveSubtitles.reads(track)) {
                if (track.language() != null && track.language().equals(language)) {
                    return track;
                }
                first = first == null || track.id() < first.id() ? track : first;
            }
        }
        return first;
    }
}
