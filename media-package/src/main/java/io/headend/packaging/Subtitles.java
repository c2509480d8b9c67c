package io.headend.packaging;

import io.headend.core.TrackRole;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Subtitles that are a file of their own: WebVTT, SubRip or TTML, in UTF-8 or UTF-16, whose times count from the first picture.
 *
 * @param file at most 16 MB
 * @param language BCP 47 tag, or {@code null} where unknown
 * @param roles what they are for
 */
public record Subtitles(Path file, @Nullable String language, Set<TrackRole> roles) {

    public Subtitles {
        roles = Set.copyOf(roles);
    }
}
